// What: logistic regression of two classes, multinomial regression of more, with an elastic net or none.
// Source: the objective of scikit-learn's LogisticRegression: sum of losses + ((1 - r) |w|^2 / 2 + r |w|_1) / C.
// Complexity: O(iterations * rows * columns^2 / 2), times classes^2 / 2 for more than two.
// Invariant: coefficients equal scikit-learn's at a tight tolerance; standard errors those of statsmodels.
import type { Label } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';
import { checkTrainingRows } from './check-training-rows.ts';
import { hasSecondDerivatives, minimize } from './choose-minimizer.ts';
import { findStandardErrors, testCoefficients } from './coefficient-tests.ts';
import { createClassLoss, startOfClasses } from './create-class-loss.ts';
import { describeFit } from './describe-fit.ts';
import { countRows, createDesign, foldAll } from './design.ts';
import { dropDependentColumns } from './drop-dependent-columns.ts';
import { invertInformation } from './invert-information.ts';
import { labelClasses } from './label-classes.ts';
import type { LogisticFit } from './linear-fit.ts';
import { type LogisticParameters, readLogisticParameters } from './logistic-parameters.ts';
import { penalize } from './penalty.ts';
import type { MatrixEngine } from './row-matrix.ts';
import { runSteps } from './run-steps.ts';
import { weighClasses } from './weigh-classes.ts';

/** What a logistic regression is trained on, and how. */
export interface LogisticTraining {
  /** Columns of numbers, none of them missing. */
  readonly table: TrainingTable;
  /** The class of each row: finite numbers, texts, or truth values. */
  readonly labels: ArrayLike<Label>;
  /** How often each row counts, 0 or more; 2 is the same as the row twice. @default 1 */
  readonly weights?: ArrayLike<number> | undefined;
  /** In scikit-learn's names. */
  readonly parameters?: LogisticParameters | undefined;
  /** Ends the training between two iterations. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fits a logistic regression.
 * @throws SpillwayError `INVALID_CONFIG` for parameters, `INVALID_DATA` for rows, labels or weights that cannot be used, with
 * all faults; `CANCELLED`.
 */
export function trainLogistic(
  training: LogisticTraining,
  engine: MatrixEngine = 'wasm',
): Promise<LogisticFit> {
  return runSteps(fit(training, engine), training.signal);
}

function* fit(training: LogisticTraining, engine: MatrixEngine): Generator<void, LogisticFit> {
  const { labels, table, weights } = training;
  const parameters = readLogisticParameters(training.parameters ?? {});
  checkTrainingRows(table, labels, weights);
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const counted = countRows(table.rows, weightOf);
  const classes = labelClasses(labels, counted.rows);
  const rows = weighClasses(counted, classes, parameters.classWeight);
  const { hasIntercept, net } = parameters;
  const whole = createDesign(table, rows, hasIntercept, engine);
  const outputs = classes.classes.length === 2 ? 1 : classes.classes.length;
  const usesHessian = hasSecondDerivatives(whole.matrix.columns, outputs);
  const isFree = net.strength === 0;
  const { design, dropped } =
    isFree && usesHessian
      ? dropDependentColumns(whole, rows.shares)
      : { design: whole, dropped: [] };
  const loss = createClassLoss(design, rows, classes, isFree);
  const minimum = yield* minimize(
    {
      loss,
      penalty: penalize(design, net, rows.totalWeight, outputs),
      start: startOfClasses(design, rows, classes),
      tolerance: parameters.tolerance,
    },
    parameters.maxIterations,
  );

  const estimates = foldAll(design, minimum.parameters, outputs, table.columns.length);
  if (outputs > 1 && hasIntercept) centre(estimates.intercepts);
  const converged = minimum.outcome === 'converged';
  const separated = minimum.outcome === 'separated';
  const hasErrors = converged && isFree && usesHessian && parameters.classWeight === null;
  const covariances = hasErrors ? invertInformation(loss, rows.totalWeight) : null;
  const errors =
    covariances === null ? null : findStandardErrors(design, covariances, table.columns.length);
  const nameOf = (index: number): string => table.columns[index]!.name;
  const collinear = dropped.map(nameOf);
  return Object.freeze({
    kind: 'logistic',
    classes: Object.freeze(classes.classes),
    columns: Object.freeze(table.columns.map(({ name }) => name)),
    ...estimates,
    converged,
    separated,
    iterations: minimum.iterations,
    gradientNorm: minimum.gradientNorm,
    standardErrors: errors,
    tests: errors === null ? null : testCoefficients(estimates, errors, null),
    constantColumns: Object.freeze(whole.constant),
    collinearColumns: Object.freeze(collinear),
    warnings: Object.freeze(
      describeFit({
        rows: rows.rows.length,
        parametersOfOutput: whole.matrix.columns,
        constant: whole.constant,
        collinear,
        minimum,
        classes: classes.classes.length,
        lacksErrors: isFree && converged && errors === null && parameters.classWeight === null,
      }),
    ),
  });
}

/** Takes out the mean, which a softmax does not see. */
function centre(intercepts: Float64Array): void {
  const mean = intercepts.reduce((sum, value) => sum + value, 0) / intercepts.length;
  for (let k = 0; k < intercepts.length; k++) intercepts[k]! -= mean;
}
