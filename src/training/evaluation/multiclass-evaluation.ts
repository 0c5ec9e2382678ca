import type { Label } from '../../model/index.ts';
import type { CalibrationBin, PrecisionRecallPoint, RocPoint } from './binary-evaluation.ts';
import type { BootstrapOptions, Metric } from './metric.ts';

/** What a multiclass evaluation looks at. */
export interface MulticlassEvaluationOptions {
  /** The labels in the order of their codes, at least two. */
  readonly classes: readonly Label[];
  /** One per row: the code of its label, 0 to `classes.length - 1`. */
  readonly labels: ArrayLike<number>;
  /** Row by row, one per class, 0 to 1; those of a row add up to 1. */
  readonly probabilities: ArrayLike<number>;
  /** How much each row counts, finite and not negative. @default 1 each */
  readonly weights?: ArrayLike<number> | undefined;
  /** Bins of the calibration table, 2 to 100. @default 10 */
  readonly calibrationBins?: number | undefined;
  /** Points that a curve is thinned to, 10 to 100000; metrics are of all rows. @default 200 */
  readonly curvePoints?: number | undefined;
  readonly bootstrap?: BootstrapOptions | undefined;
}

/** How well the probabilities of several labels predict them; plain data. The label predicted is the likeliest, the first of equals. */
export interface MulticlassEvaluation {
  readonly task: 'multiclass';
  readonly rows: number;
  readonly classes: readonly Label[];
  readonly metrics: MulticlassMetrics;
  /** In the order of `classes`. */
  readonly perClass: readonly ClassEvaluation[];
  /** Sums of weights: `confusion[label][prediction]`, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
  /** Of the probability of the label predicted; `positiveShare` is how often it was right. */
  readonly calibration: readonly CalibrationBin[];
  readonly bootstrap: { readonly draws: number; readonly seed: number };
  /** What a reader of the figures should know, in sentences. */
  readonly warnings: readonly string[];
}

/** The metrics of a multiclass evaluation. `macro`: mean over the labels; `weighted`: mean by how frequent they are. */
export interface MulticlassMetrics {
  readonly accuracy: Metric;
  readonly balancedAccuracy: Metric;
  /** Mean negative logarithm of the probability of the label that came, in nats. */
  readonly logLoss: Metric;
  /** Half the mean over rows of the squared differences summed over labels, 0 to 1. */
  readonly brier: Metric;
  /** Of the label predicted: mean difference of its probability and how often it was right, 0 to 1. */
  readonly calibrationError: Metric;
  /** Mean of the areas of each label against the rest. */
  readonly macroAuc: Metric;
  readonly weightedAuc: Metric;
  readonly macroPrecision: Metric;
  readonly weightedPrecision: Metric;
  readonly microPrecision: Metric;
  readonly macroRecall: Metric;
  readonly weightedRecall: Metric;
  readonly microRecall: Metric;
  readonly macroF1: Metric;
  readonly weightedF1: Metric;
  readonly microF1: Metric;
  /** Correlation of prediction and label, -1 to 1. */
  readonly matthews: Metric;
}

/** One label against the rest. */
export interface ClassEvaluation {
  readonly label: Label;
  /** Rows of this label. */
  readonly rows: number;
  readonly precision: Metric;
  readonly recall: Metric;
  readonly f1: Metric;
  readonly auc: Metric;
  readonly averagePrecision: Metric;
  /** From the highest threshold to the lowest. Empty when the rows are all of this label or none is. */
  readonly roc: readonly RocPoint[];
  readonly precisionRecall: readonly PrecisionRecallPoint[];
}
