import { SpillwayError } from '../../core/index.ts';
import { logLossOf } from './log-loss-of.ts';
import type { MulticlassEvaluationOptions } from './multiclass-evaluation.ts';
import { rankRows } from './rank-rows.ts';
import { checkLength, readWeightedRows } from './weighted-rows.ts';

/** The rows of a multiclass evaluation in their order, without those of weight 0. */
export interface MulticlassRows {
  readonly codes: Uint32Array;
  /** Row by row, one per class. */
  readonly probabilities: Float64Array;
  readonly weights: Float64Array;
  readonly isUniform: boolean;
  /** The code of the likeliest label, the first of equals. */
  readonly predicted: Uint32Array;
  /** What each row adds to log loss and Brier score. */
  readonly logLosses: Float64Array;
  readonly squares: Float64Array;
  /** The rows from the surest prediction to the least sure, and whether each was right. */
  readonly top: {
    readonly order: Uint32Array;
    readonly ends: Uint32Array;
    readonly probabilities: Float64Array;
    readonly outcomes: Uint8Array;
  };
}

/** How far the probabilities of a row may be from adding up to 1: those of float32 models are not exact. */
const sumTolerance = 1e-4;

/**
 * Reads the rows.
 * @throws SpillwayError `INVALID_DATA`.
 */
export function readMulticlassRows({
  classes,
  labels,
  probabilities: given,
  weights: counted,
}: MulticlassEvaluationOptions): MulticlassRows {
  const outputs = classes.length;
  if (outputs < 2) {
    throw new SpillwayError('INVALID_DATA', `expected two classes or more, got ${outputs}`);
  }
  checkLength('probabilities', given, labels.length * outputs);
  const { places, weights, isUniform } = readWeightedRows(labels.length, counted);
  const rows = places.length;
  const codes = new Uint32Array(rows);
  const probabilities = new Float64Array(rows * outputs);
  const predicted = new Uint32Array(rows);
  const surest = new Float64Array(rows);
  const logLosses = new Float64Array(rows);
  const squares = new Float64Array(rows);
  for (let k = 0; k < rows; k++) {
    const place = places[k]!;
    const code = readCode(labels[place]!, outputs, place);
    codes[k] = code;
    let sum = 0;
    let distance = 0;
    surest[k] = -1;
    for (let output = 0; output < outputs; output++) {
      const probability = given[place * outputs + output]!;
      // null is at least 0, and no number
      if (!(Number.isFinite(probability) && probability >= 0 && probability <= 1)) {
        throw new SpillwayError(
          'INVALID_DATA',
          `row ${place}: expected probabilities from 0 to 1, got ${probability}`,
        );
      }
      probabilities[k * outputs + output] = probability;
      sum += probability;
      distance += (probability - (output === code ? 1 : 0)) ** 2;
      if (probability > surest[k]!) {
        surest[k] = probability;
        predicted[k] = output;
      }
    }
    if (Math.abs(sum - 1) > sumTolerance) {
      throw new SpillwayError(
        'INVALID_DATA',
        `row ${place}: expected probabilities that add up to 1, got ${sum}`,
      );
    }
    logLosses[k] = logLossOf(probabilities[k * outputs + code]!);
    squares[k] = distance / 2;
  }
  const { order, ends } = rankRows(surest);
  return {
    codes,
    probabilities,
    weights,
    isUniform,
    predicted,
    logLosses,
    squares,
    top: {
      order,
      ends,
      probabilities: Float64Array.from(order, (row) => surest[row]!),
      outcomes: Uint8Array.from(order, (row) => (codes[row] === predicted[row] ? 1 : 0)),
    },
  };
}

function readCode(code: number, classes: number, row: number): number {
  if (Number.isInteger(code) && code >= 0 && code < classes) return code;
  throw new SpillwayError(
    'INVALID_DATA',
    `row ${row}: expected a label code from 0 to ${classes - 1}, got ${code}`,
  );
}
