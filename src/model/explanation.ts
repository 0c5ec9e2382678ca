import type { Label } from './prediction.ts';

/** The scale on which the attributions add up. */
export type AttributionUnits = 'log-odds' | 'probability' | 'target' | 'log-target' | 'margin';

/** How the attributions were computed. `rule` means that a rule decided and no model was asked. */
export type ExplanationMethod = 'tree-shap-path-dependent' | 'linear-shap' | 'rule';

/** One main reason for a decision, in words. */
export interface ReasonCode {
  readonly feature: string;
  readonly label: string;
  /** The attribution, in the explanation's units; positive raises the output. */
  readonly attribution: number;
  readonly text: string;
}

/** Why a model answered what it answered: `baseValue` plus all attributions is the explained score. */
export interface Explanation {
  readonly method: ExplanationMethod;
  readonly units: AttributionUnits;
  /** The score of a row of which nothing is known; one number per output when there are several. */
  readonly baseValue: number | readonly number[];
  /** One attribution per feature of the row's schema; one per output when there are several. */
  readonly attributions: Readonly<Record<string, number | readonly number[]>>;
  /** |base + sum of attributions - the score computed in float64|: the rounding of the explanation itself. */
  readonly additivityResidual: number;
  /** The features that moved the answer most, largest first. */
  readonly reasonCodes: readonly ReasonCode[];
  /** For `rule`: the sentence of the rule that fired and the conditions it looked at. */
  readonly rule?: { readonly because: string; readonly conditions: readonly string[] };
  /** For several outputs: what each output stands for. */
  readonly outputs?: readonly Label[];
}
