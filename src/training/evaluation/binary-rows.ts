import type { BinaryEvaluationOptions } from './binary-evaluation.ts';
import { logLossOf } from './log-loss-of.ts';
import { rankRows, takeInOrder } from './rank-rows.ts';
import { binaryRule, probabilityRule, readNumbers } from './read-numbers.ts';
import { checkLength, readWeightedRows } from './weighted-rows.ts';

/** The rows of a binary evaluation from the highest probability to the lowest, without those of weight 0. */
export interface BinaryRows {
  readonly probabilities: Float64Array;
  /** 1 or 0. */
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array;
  /** Whether each row weighs the same. */
  readonly isUniform: boolean;
  /** Where each run of equal probabilities ends. */
  readonly ends: Uint32Array;
  /** What each row adds to log loss and Brier score. */
  readonly logLosses: Float64Array;
  readonly squares: Float64Array;
  /** How many of the first rows are predicted positive. */
  readonly predicted: number;
}

/**
 * Reads and ranks the rows.
 * @throws SpillwayError `INVALID_DATA`.
 */
export function readBinaryRows(
  {
    labels,
    probabilities: given,
    weights: counted,
  }: Pick<BinaryEvaluationOptions, 'labels' | 'probabilities' | 'weights'>,
  threshold: number,
): BinaryRows {
  checkLength('probabilities', given, labels.length);
  const { places, weights, isUniform } = readWeightedRows(labels.length, counted);
  const asRead = readNumbers(given, places, probabilityRule);
  const { order, ends } = rankRows(asRead);
  const probabilities = takeInOrder(asRead, order);
  const outcomes = Uint8Array.from(takeInOrder(readNumbers(labels, places, binaryRule), order));
  const logLosses = probabilities.map((probability, k) =>
    logLossOf(outcomes[k] === 1 ? probability : 1 - probability),
  );
  const squares = probabilities.map((probability, k) => (probability - outcomes[k]!) ** 2);
  const firstBelow = probabilities.findIndex((probability) => probability < threshold);
  return {
    probabilities,
    outcomes,
    weights: takeInOrder(weights, order),
    isUniform,
    ends,
    logLosses,
    squares,
    predicted: firstBelow === -1 ? probabilities.length : firstBelow,
  };
}
