// What: linear regression by least squares, ridge, lasso or elastic net.
// Source: the objectives of scikit-learn's LinearRegression, Ridge, Lasso and ElasticNet.
// Complexity: O(rows * columns^2 / 2); least squares of doubtful columns O(4 * rows * columns^2).
// Invariant: coefficients equal scikit-learn's at a tight tolerance; standard errors those of statsmodels' OLS, weights
//   counting as repeated rows.
import type { TrainingTable } from '../training-table.ts';
import { checkTrainingRows } from './check-training-rows.ts';
import { hasSecondDerivatives, minimize } from './choose-minimizer.ts';
import { findStandardErrors, testCoefficients } from './coefficient-tests.ts';
import { createSquaredLoss } from './create-squared-loss.ts';
import { describeFit } from './describe-fit.ts';
import { type CountedRows, countRows, createDesign, foldAll } from './design.ts';
import { dropDependentColumns, type IndependentDesign } from './drop-dependent-columns.ts';
import { invertInformation } from './invert-information.ts';
import type { RegressionFit } from './linear-fit.ts';
import { type LinearParameters, readLinearParameters, toElasticNet } from './linear-parameters.ts';
import type { Loss } from './loss.ts';
import type { Minimum } from './minimize.ts';
import { penalize } from './penalty.ts';
import { readTargets } from './read-targets.ts';
import type { MatrixEngine } from './row-matrix.ts';
import { runSteps } from './run-steps.ts';

/** What a linear regression is trained on, and how. */
export interface LinearTraining {
  /** Columns of numbers, none of them missing. */
  readonly table: TrainingTable;
  /** The target of each row, finite numbers. */
  readonly labels: ArrayLike<number>;
  /** How often each row counts, 0 or more; 2 is the same as the row twice. @default 1 */
  readonly weights?: ArrayLike<number> | undefined;
  /** In scikit-learn's names. */
  readonly parameters?: LinearParameters | undefined;
  /** Ends the training between two iterations. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fits a linear regression.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for rows, labels or weights that cannot be used, with
 * all faults; `CANCELLED`.
 */
export function trainLinear(
  training: LinearTraining,
  engine: MatrixEngine = 'wasm',
): Promise<RegressionFit> {
  return runSteps(fit(training, engine), training.signal);
}

function* fit(training: LinearTraining, engine: MatrixEngine): Generator<void, RegressionFit> {
  const { labels, table, weights } = training;
  const parameters = readLinearParameters(training.parameters ?? {});
  checkTrainingRows(table, labels, weights);
  const rows = countRows(table.rows, (row) => weights?.[row] ?? 1);
  const { hasIntercept } = parameters;
  const target = readTargets(labels, rows, hasIntercept);
  const net = toElasticNet(parameters, rows.totalWeight);
  const whole = createDesign(table, rows, hasIntercept, engine);
  const usesHessian = hasSecondDerivatives(whole.matrix.columns, 1);
  const isFree = net.strength === 0;
  const independent: IndependentDesign =
    isFree && usesHessian
      ? dropDependentColumns(whole, rows.shares)
      : { design: whole, dropped: [], orthogonal: null };
  const { design, dropped, orthogonal } = independent;
  const loss = createSquaredLoss(design.matrix, target.values, {
    rows: rows.rows.length,
    shares: rows.shares,
  });
  const start = new Float64Array(loss.size);
  const minimum =
    orthogonal === null
      ? yield* minimize(
          {
            loss,
            penalty: penalize(design, net, rows.totalWeight, 1, target.scale),
            start,
            tolerance: parameters.tolerance,
          },
          parameters.maxIterations,
        )
      : solveOrthogonally(loss, independent, target.values, rows);

  const residual = 2 * loss.lossAt(0);
  const scaled = minimum.parameters.map((value) => value * target.scale);
  const estimates = foldAll(design, scaled, 1, table.columns.length);
  if (hasIntercept) estimates.intercepts[0]! += target.mean;
  const converged = minimum.outcome === 'converged';
  const freedom = rows.totalWeight - loss.size;
  const hasErrors = converged && isFree && usesHessian && freedom > 0 && target.isVarying;
  const inverses = !hasErrors
    ? null
    : orthogonal === null
      ? invertInformation(loss, rows.totalWeight)
      : [orthogonal.invertGram().map((value) => value / rows.totalWeight)];
  const variance = ((residual * rows.totalWeight) / freedom) * target.scale * target.scale;
  const covariances = inverses?.map((inverse) => inverse.map((value) => value * variance));
  const errors =
    covariances === undefined
      ? null
      : findStandardErrors(design, covariances, table.columns.length);
  const collinear = dropped.map((index) => table.columns[index]!.name);
  const warnings = describeFit({
    rows: rows.rows.length,
    parametersOfOutput: whole.matrix.columns,
    constant: whole.constant,
    collinear,
    minimum,
    classes: 0,
    lacksErrors: isFree && converged && errors === null && target.isVarying,
  });
  return Object.freeze({
    kind: 'linear',
    columns: Object.freeze(table.columns.map(({ name }) => name)),
    ...estimates,
    converged,
    iterations: minimum.iterations,
    gradientNorm: minimum.gradientNorm,
    r2: target.isVarying ? 1 - residual : null,
    standardErrors: errors,
    tests: errors === null ? null : testCoefficients(estimates, errors, freedom),
    constantColumns: Object.freeze(whole.constant),
    collinearColumns: Object.freeze(collinear),
    warnings: Object.freeze(
      target.isVarying ? warnings : [...warnings, 'The target has one value only.'],
    ),
  });
}

/** The least-squares solution where X'X would lose digits. */
function solveOrthogonally(
  loss: Loss,
  { orthogonal }: IndependentDesign,
  targets: Float64Array,
  { rows, shares }: CountedRows,
): Minimum {
  const weighed = Float64Array.from(rows, (_, i) => Math.sqrt(shares[i]!) * targets[i]!);
  const parameters = orthogonal?.solve(weighed) ?? new Float64Array(loss.size);
  loss.begin(parameters);
  const gradientNorm = loss.gradient().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { parameters, iterations: 1, gradientNorm, outcome: 'converged' };
}
