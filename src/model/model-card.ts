import type { Calibrator } from './calibrated-model.ts';
import type { Category, Feature } from './feature-schema.ts';
import type { Label, Task } from './prediction.ts';
import type { Rule } from './rules.ts';

/** A file beside the card, and what its bytes must hash to. */
export interface CardFile {
  /** A plain file name inside the version's directory. */
  readonly file: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** A file of rows whose answers are known, and how near an answer must be. */
export interface CardGoldenRows extends CardFile {
  /** Largest difference, relative to the larger of 1 and the number that is expected. */
  readonly tolerance: number;
}

/** How one input of the model is made from the features of a row; see `Column`. */
export interface CardColumn {
  readonly name: string;
  /** The first feature that is not missing gives the value: as it is, or 1 or 0 by a test. */
  readonly from: readonly {
    readonly feature: string;
    /** 1 for this category, 0 for the others. */
    readonly equals?: Category | undefined;
    /** 1 from this number on, 0 below. */
    readonly atLeast?: number | undefined;
    /** 1 where the feature is missing, else 0. */
    readonly isMissing?: boolean | undefined;
  }[];
  /** What stands for a missing value before scaling; `null` leaves it to the model. */
  readonly missing: number | null;
  /** The column is `(value - center) / scale`. */
  readonly center: number;
  readonly scale: number;
}

/** The risk thresholds of a card that states none, and of a model without a card. */
export const defaultRiskThresholds: ModelCard['riskThresholds'] = Object.freeze({
  high: 0.7,
  medium: 0.4,
});

/** How answers are explained. */
export interface CardExplanation {
  /** `on-request`, or `always` on the reliable route; `required` moreover answers by the fallback when an explanation cannot be made. */
  readonly when: 'on-request' | 'always' | 'required';
  /** `exact` by the model's own covers or means, `interventional` against the rows of the background, or `lime`. */
  readonly method: 'exact' | 'interventional' | 'lime';
  /** Interventional: what is explained, the score before the link or the probability. */
  readonly output: 'score' | 'probability';
  /** LIME: rows that the model is asked about. */
  readonly samples: number;
  /** Which way of the output is adverse, for reason codes. @default `higher` for binary; multiclass: the label predicted; regression: both */
  readonly adverse?: 'higher' | 'lower' | undefined;
}

/** What the people behind a model state for those who are decided about. Each is a text that stands in the compliance report. */
export interface CardCompliance {
  /** Who is responsible for the processing. */
  readonly controller?: string | undefined;
  readonly purpose?: string | undefined;
  readonly legalBasis?: string | undefined;
  /** What follows from the decision. */
  readonly consequences?: string | undefined;
  /** What part people have in the decision. */
  readonly humanInvolvement?: string | undefined;
  /** Whom to turn to. */
  readonly contact?: string | undefined;
  /** How to obtain human intervention, express a view and contest the decision. */
  readonly rightToContest?: string | undefined;
}

/** How a version runs, as far as its card decides. */
export interface CardServing {
  /** In the gateway's own thread, or in threads of its own that can be ended when they take too long. @default 'inline' */
  readonly isolation?: 'inline' | 'worker' | undefined;
  /** Threads of an isolated version, 1 to 64. @default the cores less one */
  readonly threads?: number | undefined;
  /** JavaScript heap of each thread in MiB, 16 to 65536; a thread that needs more is ended. @default 512 */
  readonly maxMemoryMb?: number | undefined;
  /** The longest that the version may take, in milliseconds; never more than the gateway's own limit. @default the gateway's */
  readonly timeoutMs?: number | undefined;
  /** Calls under way at once, of a version that answers later, 1 to 10000. @default found by itself, from how the answer times change */
  readonly maxConcurrent?: number | undefined;
  /** Calls that may wait for their turn, 0 to 100000. @default 100 */
  readonly queue?: number | undefined;
}

/** The whole numbers that these fields of `CardServing` may be, from the first to the second. */
export const servingRanges: Readonly<
  Record<'threads' | 'maxMemoryMb' | 'maxConcurrent' | 'queue', readonly [number, number]>
> = Object.freeze({
  threads: [1, 64],
  maxMemoryMb: [16, 65_536],
  maxConcurrent: [1, 10_000],
  queue: [0, 100_000],
});

/** The explanations of a card that states nothing about them, and of a model without a card. */
export const defaultExplanation: CardExplanation = Object.freeze({
  when: 'on-request',
  method: 'exact',
  output: 'score',
  samples: 5000,
});

/** What a card says about its model version: `card.json`, read and checked. `docs/model-card.md` has the file's form. */
export interface ModelCard {
  readonly name?: string | undefined;
  /** The version of the card itself, as its owners count. */
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  /** The format of the artifact, for instance `xgboost`. */
  readonly format: string;
  readonly artifact: CardFile;
  /** Training weight per tree node, for formats that lack it. */
  readonly covers?: CardFile | undefined;
  /** Which iterations answer, of an artifact that names its best one; without it those that its library would use. */
  readonly iterations?: 'all' | 'best' | undefined;
  readonly task: Task;
  /** Binary: `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  /** Binary: the positive label is predicted from this probability on. */
  readonly decisionThreshold: number;
  readonly features: readonly Feature[];
  /** Binary: how the score of the artifact becomes the probability, in place of its own link. */
  readonly calibration?: Calibrator | undefined;
  /** The inputs of the model, in order; without them every feature is one. */
  readonly columns?: readonly CardColumn[] | undefined;
  /** Probabilities from which a decision is `High` or `Medium`. */
  readonly riskThresholds: { readonly high: number; readonly medium: number };
  /** Share of the traffic relative to the other versions. */
  readonly weight: number;
  /** Mean of each column over the training rows, after centring and scaling: what linear models are explained against. */
  readonly columnMeans?: readonly number[] | undefined;
  /** Rows of the training data, in the form that requests have: what interventional explanations and LIME compare with. */
  readonly backgroundRows?: CardFile | undefined;
  /** Rows that the model must answer as it did where it was trained, before it serves. */
  readonly goldenRows?: CardGoldenRows | undefined;
  readonly explain: CardExplanation;
  readonly serving?: CardServing | undefined;
  readonly compliance?: CardCompliance | undefined;
  /** What answers when no model can; the last one always applies. */
  readonly rules?: readonly Rule[] | undefined;
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  readonly metrics?: Readonly<Record<string, unknown>> | undefined;
  readonly createdAt?: string | undefined;
  readonly owner?: string | undefined;
  readonly intendedUse?: string | undefined;
}
