import { formatNumber, formatShare } from '../../explain/index.ts';
import type { Label } from '../../model/index.ts';
import type { BinaryEvaluation } from '../evaluation/binary-evaluation.ts';
import type { Metric } from '../evaluation/metric.ts';
import type { MulticlassEvaluation } from '../evaluation/multiclass-evaluation.ts';
import type { RegressionEvaluation } from '../evaluation/regression-evaluation.ts';

/** A table of plain text. */
export interface ReportTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type AnyEvaluation = BinaryEvaluation | MulticlassEvaluation | RegressionEvaluation;

const names: Readonly<Record<string, string>> = {
  auc: 'Area under the ROC',
  averagePrecision: 'Average precision',
  logLoss: 'Log loss',
  brier: 'Brier score',
  calibrationError: 'Calibration error (ECE)',
  kolmogorovSmirnov: 'Kolmogorov-Smirnov',
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  precision: 'Precision',
  recall: 'Recall',
  specificity: 'Specificity',
  f1: 'F1',
  matthews: 'Matthews correlation',
  rmse: 'RMSE',
  mae: 'MAE',
  medianAbsoluteError: 'Median absolute error',
  mape: 'MAPE',
  r2: 'R²',
  explainedVariance: 'Explained variance',
  macroAuc: 'Area under the ROC, mean over labels',
  macroF1: 'F1, mean over labels',
};

/** The metrics of an evaluation with their names. */
export function listMetrics({ metrics }: AnyEvaluation): [string, Metric][] {
  return Object.entries<Metric>({ ...metrics });
}

/** Every metric with its 95 % interval. */
export function metricsTable(evaluation: AnyEvaluation): ReportTable {
  return {
    caption: `Measured on ${evaluation.rows.toLocaleString('en-US')} rows, with 95 % intervals`,
    head: ['Metric', 'Value', 'From', 'To', 'Interval by'],
    rows: listMetrics(evaluation).map(([name, { high, low, method, reason, value }]) => [
      names[name] ?? inWords(name),
      figure(value),
      figure(low),
      figure(high),
      method ?? reason ?? '',
    ]),
  };
}

/** What was predicted for what came; `null` for a regression. */
export function confusionTable(
  evaluation: AnyEvaluation,
  labels: readonly Label[],
): ReportTable | null {
  if (evaluation.task === 'regression') return null;
  const head = ['Label', ...labels.map((label) => `predicted ${String(label)}`)];
  if (evaluation.task === 'multiclass') {
    return {
      caption: 'Rows by label and label predicted',
      head,
      rows: evaluation.confusion.map((row, code) => [
        String(labels[code]),
        ...row.map((weight) => formatNumber(weight, 6)),
      ]),
    };
  }
  const { confusion, threshold } = evaluation;
  const counts = [
    [confusion.trueNegatives, confusion.falsePositives],
    [confusion.falseNegatives, confusion.truePositives],
  ];
  return {
    caption: `Rows by label and label predicted; ${String(labels[1])} is predicted from a probability of ${formatNumber(threshold, 4)} on`,
    head,
    rows: counts.map((row, code) => [
      String(labels[code]),
      ...row.map((weight) => formatNumber(weight, 6)),
    ]),
  };
}

/** What is found among the rows of the highest probabilities; `null` unless binary. */
export function liftTable(evaluation: AnyEvaluation): ReportTable | null {
  if (evaluation.task !== 'binary') return null;
  return {
    caption: 'Tenths of the rows, the highest probabilities first',
    head: ['Tenth', 'Rows', 'From', 'To', 'Positive', 'Lift', 'Found so far'],
    rows: evaluation.lift.map((row) => [
      String(row.band),
      row.rows.toLocaleString('en-US'),
      figure(row.from),
      figure(row.to),
      formatShare(row.positiveShare),
      figure(row.lift),
      row.cumulativeGain === null ? 'none' : formatShare(row.cumulativeGain),
    ]),
  };
}

function figure(value: number | null): string {
  return value === null ? 'none' : formatNumber(value, 4);
}

/** `weightedRecall` is `Weighted recall`. */
function inWords(name: string): string {
  const words = name.replaceAll(/[A-Z0-9]+/g, (part) => ` ${part.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
