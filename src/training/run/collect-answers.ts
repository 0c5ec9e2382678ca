import { SpillwayError } from '../../core/index.ts';
import type { Prediction } from '../../model/index.ts';

/** Answers of one row after the other, as numbers: one per row, or one per row and label. */
export interface Answers {
  readonly numbers: Float64Array;
  /** The scores before the link of a binary model, which calibrators work on; NaN where there is none. */
  readonly scores: Float64Array;
}

/** Room for the answers to `rows` rows of a model with so many labels. */
export function createAnswers(rows: number, labels: number): Answers {
  const width = labels > 2 ? labels : 1;
  return { numbers: new Float64Array(rows * width), scores: new Float64Array(rows) };
}

/** Puts one answer where it belongs. Throws `INVALID_OUTPUT` when it has no number. */
export function putAnswer({ numbers, scores }: Answers, row: number, answer: Prediction): void {
  const { margin, probabilities, probability, value } = answer;
  if (probabilities !== undefined) {
    numbers.set(probabilities, row * probabilities.length);
    return;
  }
  const number = probability ?? value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new SpillwayError('INVALID_OUTPUT', `row ${row + 1}: the trained model has no answer`);
  }
  numbers[row] = number;
  scores[row] = typeof margin === 'number' ? margin : number;
}
