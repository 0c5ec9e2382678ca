import type { BootstrapOptions, Metric } from './metric.ts';

/** What the evaluation of a regression looks at. */
export interface RegressionEvaluationOptions {
  /** What came, one per row, finite. */
  readonly targets: ArrayLike<number>;
  /** What was predicted, one per row, finite. */
  readonly predictions: ArrayLike<number>;
  /** How much each row counts, finite and not negative. @default 1 each */
  readonly weights?: ArrayLike<number> | undefined;
  readonly bootstrap?: BootstrapOptions | undefined;
}

/** How near predicted values come to the true ones; plain data. A residual is target less prediction. */
export interface RegressionEvaluation {
  readonly task: 'regression';
  readonly rows: number;
  readonly metrics: RegressionMetrics;
  /** Of the targets. */
  readonly target: Spread;
  readonly residuals: Spread;
  /** By tenths of the rows, the lowest predictions first; equal ones stay together. */
  readonly bands: readonly PredictionBand[];
  /** Up to thirty bins of equal width over the residuals. */
  readonly histogram: readonly ResidualBin[];
  readonly bootstrap: { readonly draws: number; readonly seed: number };
  /** What a reader of the figures should know, in sentences. */
  readonly warnings: readonly string[];
}

/** The metrics of a regression, in units of the target unless said otherwise. */
export interface RegressionMetrics {
  /** Root of the mean squared residual. */
  readonly rmse: Metric;
  /** Mean absolute residual. */
  readonly mae: Metric;
  readonly medianAbsoluteError: Metric;
  /** Mean of absolute residual over absolute target, 0.1 for 10 %. Not defined when a target is 0. */
  readonly mape: Metric;
  /** Share of the squared deviation from the mean that is predicted; 0 for the mean itself, negative for worse. */
  readonly r2: Metric;
  /** As `r2`, but without counting a constant offset. */
  readonly explainedVariance: Metric;
}

/** How numbers are spread, weighted. */
export interface Spread {
  readonly mean: number;
  /** Of the rows as a whole: divided by their number, not one less. */
  readonly standardDeviation: number;
  readonly min: number;
  /** Quantiles: the least number that at least this share of the rows does not exceed. */
  readonly p05: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
}

/** Rows of like prediction. */
export interface PredictionBand {
  readonly rows: number;
  readonly weight: number;
  /** Lowest and highest prediction of its rows. */
  readonly from: number;
  readonly to: number;
  readonly meanPrediction: number;
  readonly meanTarget: number;
}

/** How many rows have a residual from `from` to below `to`; the last bin holds its `to` too. */
export interface ResidualBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}
