// What: the weighted sum of an XGBoost file whose booster is gblinear.
// Source: dmlc/xgboost src/gbm/gblinear.cc (`Pred`) and src/gbm/gblinear_model.h.
// Complexity: linear in the number of weights.
// Invariant: the sum begins with bias plus base, in float32. All outputs start from the base of the first, as there.
import type { LinearModel, Link } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';

/** Reads the weights, which stand output by output within each column, those of the bias last. */
export function readLinearModel(
  weights: JsonValue,
  columns: readonly string[],
  base: Float64Array,
  link: Link,
): LinearModel {
  const outputs = base.length;
  const numbers = Float32Array.from(weights.numbers());
  const expected = (columns.length + 1) * outputs;
  if (numbers.length !== expected) {
    weights.refuse(
      `${expected} numbers, for ${columns.length} columns, a bias and ${outputs} outputs`,
    );
  }
  if (!numbers.every(Number.isFinite)) weights.refuse('finite numbers');
  const byOutput = new Float64Array(columns.length * outputs);
  const intercepts = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    for (let column = 0; column < columns.length; column++) {
      byOutput[output * columns.length + column] = numbers[column * outputs + output]!;
    }
    intercepts[output] = Math.fround(numbers[columns.length * outputs + output]! + base[0]!);
  }
  return Object.freeze({
    kind: 'linear-model',
    columns: Object.freeze([...columns]),
    outputs,
    arithmetic: 'float32',
    weights: byOutput,
    intercepts,
    link,
    slope: 1,
  });
}
