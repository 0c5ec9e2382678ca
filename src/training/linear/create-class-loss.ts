import { createLogisticLoss } from './create-logistic-loss.ts';
import { createSoftmaxLoss } from './create-softmax-loss.ts';
import type { CountedRows, Design } from './design.ts';
import type { LabelClasses } from './label-classes.ts';
import type { Loss } from './loss.ts';
import { sumByClass } from './weigh-classes.ts';

/** The loss of two classes, or of more; `isFree` when there is no penalty. */
export function createClassLoss(
  { hasIntercept, matrix, used }: Design,
  { rows, shares }: CountedRows,
  { classes, classOf }: LabelClasses,
  isFree: boolean,
): Loss {
  const lossRows = { rows: rows.length, shares };
  if (classes.length === 2) return createLogisticLoss(matrix, classOf, lossRows);
  const isPinned = Array.from(
    { length: matrix.columns },
    (_, column) => isFree || (hasIntercept && column === used.length),
  );
  return createSoftmaxLoss(matrix, classOf, classes.length, isPinned, lossRows);
}

/** Where a fit begins: coefficients of 0, and the intercepts that are best beside them. */
export function startOfClasses(
  { hasIntercept, matrix, used }: Design,
  { shares }: CountedRows,
  { classes, classOf }: LabelClasses,
): Float64Array {
  const outputs = classes.length === 2 ? 1 : classes.length;
  const start = new Float64Array(outputs * matrix.columns);
  if (!hasIntercept) return start;
  const scores = sumByClass(shares, classOf, classes.length).map(Math.log);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  for (let output = 0; output < outputs; output++) {
    const score = outputs === 1 ? scores[1]! - scores[0]! : scores[output]! - mean;
    start[output * matrix.columns + used.length] = score;
  }
  return start;
}
