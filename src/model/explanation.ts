import type { Label } from './prediction.ts';

/** The scale on which the attributions add up. */
export type AttributionUnits = 'log-odds' | 'probability' | 'target' | 'log-target' | 'margin';

/**
 * How the attributions were computed. `interventional-shap` compares with the rows of a background; `lime` is a linear fit
 * to the model near the row, never exact; `rule` means that a rule decided and no model was asked.
 */
export type ExplanationMethod =
  | 'tree-shap-path-dependent'
  | 'linear-shap'
  | 'interventional-shap'
  | 'lime'
  | 'rule';

/** A feature that moved a decision in the adverse direction. */
export interface ReasonCode {
  /** The code of the card's catalogue, else the name of the feature. */
  readonly code: string;
  readonly feature: string;
  readonly label: string;
  /** The attribution, in the explanation's units; positive raises the output. */
  readonly attribution: number;
  /** The card's words for it, else a sentence made of the label and the value. */
  readonly text: string;
}

/** How well the linear model of a LIME explanation stands in for the model near the row. */
export interface LimeFit {
  /** Weighted coefficient of determination over the samples, one per output when there are several: 1 is a perfect stand-in. */
  readonly r2: number | readonly number[];
  /** What the stand-in answers for the row itself, in the explanation's units; one number per output when there are several. */
  readonly localPrediction: number | readonly number[];
  /** How many rows around this one the model was asked about. */
  readonly samples: number;
  /** With it the same explanation comes out again. */
  readonly seed: number;
}

/** Why a model answered what it answered: `baseValue` plus all attributions is the explained score. */
export interface Explanation {
  readonly method: ExplanationMethod;
  /** Whether the attributions add up to the model's very score; `false` for `lime` only, see `fit`. */
  readonly exact: boolean;
  readonly units: AttributionUnits;
  /** The score of a row of which nothing is known; one number per output when there are several. */
  readonly baseValue: number | readonly number[];
  /** One attribution per feature of the row's schema; one per output when there are several. */
  readonly attributions: Readonly<Record<string, number | readonly number[]>>;
  /** |base + sum of attributions - the score computed in float64|: the rounding of an exact explanation, the misfit of another. */
  readonly additivityResidual: number;
  /** The features that moved the answer most in the adverse direction, largest first. */
  readonly reasonCodes: readonly ReasonCode[];
  /** What moved the answer most, either way, in words, largest first; for `rule` its sentence. */
  readonly mainReasons: readonly string[];
  /** For `rule`: the sentence of the rule that fired and the conditions it looked at. */
  readonly rule?: { readonly because: string; readonly conditions: readonly string[] };
  /** Of several outputs the one that the reasons are about; 0 when there is one. */
  readonly spokenOutput: number;
  /** For several outputs: what each output stands for. */
  readonly outputs?: readonly Label[];
  /** For `lime`. */
  readonly fit?: LimeFit;
}
