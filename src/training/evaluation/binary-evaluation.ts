import type { BootstrapOptions, Metric } from './metric.ts';

/** What a binary evaluation looks at. */
export interface BinaryEvaluationOptions {
  /** One per row: 1 for the positive label, 0 for the negative one. */
  readonly labels: ArrayLike<number>;
  /** Of the positive label, 0 to 1, one per row. */
  readonly probabilities: ArrayLike<number>;
  /** How much each row counts, finite and not negative. @default 1 each */
  readonly weights?: ArrayLike<number> | undefined;
  /** The positive label is predicted from this probability on. @default 0.5 */
  readonly threshold?: number | undefined;
  /** Bins of the calibration table, 2 to 100. @default 10 */
  readonly calibrationBins?: number | undefined;
  /** Points that a curve is thinned to, 10 to 100000; metrics are of all rows. @default 200 */
  readonly curvePoints?: number | undefined;
  readonly bootstrap?: BootstrapOptions | undefined;
}

/** How well the probabilities of a positive label predict it; plain data. */
export interface BinaryEvaluation {
  readonly task: 'binary';
  readonly rows: number;
  /** Rows of the positive label. */
  readonly positives: number;
  /** Weighted share of the positive label: the average precision of a model that knows nothing. */
  readonly baseRate: number;
  /** The positive label is predicted from this probability on. */
  readonly threshold: number;
  readonly metrics: BinaryMetrics;
  /** Of the predictions at the threshold. */
  readonly confusion: BinaryConfusion;
  /** From the highest threshold to the lowest; starts at (0, 0) and ends at (1, 1). Empty with one class only. */
  readonly roc: readonly RocPoint[];
  /** From the highest threshold to the lowest. Empty without a positive row. */
  readonly precisionRecall: readonly PrecisionRecallPoint[];
  readonly calibration: readonly CalibrationBin[];
  /** By tenths of the rows, the highest probabilities first. */
  readonly lift: readonly LiftBand[];
  /** Twenty bins of equal width from 0 to 1. */
  readonly histogram: readonly ScoreBin[];
  readonly bootstrap: { readonly draws: number; readonly seed: number };
  /** What a reader of the figures should know, in sentences. */
  readonly warnings: readonly string[];
}

/** The metrics of a binary evaluation. */
export interface BinaryMetrics {
  /** Area under the receiver operating characteristic: how likely a positive row scores above a negative one; 0.5 is chance. */
  readonly auc: Metric;
  /** Area under the steps of precision over recall; `baseRate` is chance. */
  readonly averagePrecision: Metric;
  /** Mean negative logarithm of the probability of the label that came, in nats. */
  readonly logLoss: Metric;
  /** Mean squared difference of probability and label, 0 to 1. */
  readonly brier: Metric;
  /** Weighted mean over the bins of the calibration table of the difference of probability and share, 0 to 1. Biased upwards when rows are few. */
  readonly calibrationError: Metric;
  /** The largest difference of true and false positive rate over all thresholds, 0 to 1. */
  readonly kolmogorovSmirnov: Metric;
  readonly accuracy: Metric;
  /** Mean of recall and specificity. */
  readonly balancedAccuracy: Metric;
  readonly precision: Metric;
  readonly recall: Metric;
  /** Share of the negative label that is predicted as such. */
  readonly specificity: Metric;
  readonly f1: Metric;
  /** Correlation of prediction and label, -1 to 1. */
  readonly matthews: Metric;
}

/** Sums of weights by prediction and label; counts of rows when there are no weights. */
export interface BinaryConfusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** A point of the receiver operating characteristic. */
export interface RocPoint {
  /** `null` at the start, where no row is predicted positive. */
  readonly threshold: number | null;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** What a threshold gives. */
export interface PrecisionRecallPoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/** Rows of like probability; the bins hold about as many rows each, and equal probabilities stay together. */
export interface CalibrationBin {
  /** Lowest and highest probability of its rows. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly weight: number;
  readonly meanProbability: number;
  /** Weighted share of the positive label. */
  readonly positiveShare: number;
  /** 95 % interval of the share by Wilson's formula, from the number of rows; `null` with weights that differ. */
  readonly low: number | null;
  readonly high: number | null;
}

/** A tenth of the rows by their probability, and what was found down to it. */
export interface LiftBand {
  /** 1 is the tenth with the highest probabilities. */
  readonly band: number;
  readonly rows: number;
  readonly weight: number;
  /** Lowest and highest probability of its rows. */
  readonly from: number;
  readonly to: number;
  readonly meanProbability: number;
  /** Weighted share of the positive label in the band. */
  readonly positiveShare: number;
  /** `positiveShare` over the base rate; `null` without a positive row. */
  readonly lift: number | null;
  /** Share of all rows that this band and those before it hold, by weight. */
  readonly cumulativeShare: number;
  /** Share of all positive rows in this band and those before it, by weight; `null` without a positive row. */
  readonly cumulativeGain: number | null;
  /** `cumulativeGain / cumulativeShare`; `null` without a positive row. */
  readonly cumulativeLift: number | null;
}

/** How many rows of either label have a probability from `from` to below `to`; the last bin holds 1 too. */
export interface ScoreBin {
  readonly from: number;
  readonly to: number;
  readonly positives: number;
  readonly negatives: number;
}
