/** What a booster of trees learns: the loss, where it starts, and how margins become answers. */
export interface BoostingObjective {
  /** As XGBoost calls it: `binary:logistic`. */
  readonly name: string;
  /** Margins of each row. */
  readonly outputs: number;
  /** The number of classes of a multiclass objective; else 0. */
  readonly classes: number;
  /** Whether labels are classes, of which there must be two at least. */
  readonly isClassification: boolean;
  /** The parameters of the objective by their names in XGBoost's file. */
  readonly fileParameters: Readonly<Record<string, string>>;
  /** The metric when none is named. */
  readonly defaultMetric: string;
  /** What is expected of a label, when it is not as expected; `null` when it is. */
  faultOf(label: number): string | null;
  /** Where to start from, on the scale of the answers, one per output. */
  estimateBaseScores(data: LabeledRows): readonly number[];
  /** What is expected of a base score, when it is not as expected; `null` when it is. */
  faultOfBaseScore(score: number): string | null;
  /** An answer as a margin; float32. */
  toMargin(answer: number): number;
  /** Sets the first and second derivative of the loss at the margins; float32, the weights in them. */
  differentiate(margins: Margins, data: LabeledRows, derivatives: Derivatives): void;
  /** The answers for given margins, of the same shape; the margins stay as they are. */
  answer(margins: Margins): Margins;
}

/** One array per output, each with one float32 per row. */
export type Margins = readonly Float32Array[];

/** What is to be learned, row by row. */
export interface LabeledRows {
  readonly labels: Float32Array;
  /** `null` counts every row once. */
  readonly weights: Float32Array | null;
}

/** One array per output, each with one float32 per row, to be filled. */
export interface Derivatives {
  readonly gradients: Margins;
  readonly hessians: Margins;
}
