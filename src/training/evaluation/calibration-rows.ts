import { SpillwayError } from '../../core/index.ts';
import { binaryRule, finiteRule, readNumbers } from './read-numbers.ts';
import { checkLength, readWeightedRows } from './weighted-rows.ts';

/** What a calibrator is fitted to: rows that the classifier was not trained on. */
export interface CalibrationRows {
  /** One per row, finite: what the calibrator will be given, the raw score or the probability. */
  readonly scores: ArrayLike<number>;
  /** One per row: 1 for the positive label, 0 for the negative one. */
  readonly labels: ArrayLike<number>;
  /** How much each row counts, finite and not negative. @default 1 each */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * Reads the rows that count.
 * @throws SpillwayError `INVALID_DATA`.
 */
export function readCalibrationRows({ scores, labels, weights: counted }: CalibrationRows): {
  readonly scores: Float64Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
} {
  checkLength('scores', scores, labels.length);
  const { places, weights } = readWeightedRows(labels.length, counted);
  const read = {
    scores: readNumbers(scores, places, finiteRule('score')),
    labels: readNumbers(labels, places, binaryRule),
    weights,
  };
  if (!read.labels.includes(0) || !read.labels.includes(1)) {
    throw new SpillwayError('INVALID_DATA', 'a calibrator needs rows of both labels');
  }
  return read;
}
