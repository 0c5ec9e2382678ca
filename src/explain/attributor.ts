import type { ExplanationMethod } from '../model/index.ts';

/**
 * One way to attribute a model's score to its columns. Vectors over columns and outputs have output k of column c at
 * `c * outputs + k`. No method may be called while one of them runs.
 */
export interface Attributor {
  readonly method: ExplanationMethod;
  /** The score of a row of which nothing is known, per output. */
  readonly base: Float64Array;
  /** Overwrites `attributions` with those of a row of columns. Allocates nothing. */
  attribute(row: Float64Array, attributions: Float64Array): void;
  /** The same for `count` rows that stand one after the other, into vectors that do so too. */
  attributeRows(rows: Float64Array, count: number, attributions: Float64Array): void;
  /** Overwrites `scores` with the row's score per output in float64, computed without the attributions. */
  score(row: Float64Array, scores: Float64Array): void;
  /** The same for `count` rows that stand one after the other. */
  scoreRows(rows: Float64Array, count: number, scores: Float64Array): void;
}

/** What attributes and scores rows one by one does it so for many. */
export function oneByOne(
  columns: number,
  single: Omit<Attributor, 'attributeRows' | 'scoreRows'>,
): Attributor {
  const outputs = single.base.length;
  const each = (
    work: (row: Float64Array, result: Float64Array) => void,
    width: number,
  ): Attributor['scoreRows'] => {
    return (rows, count, results) => {
      for (let index = 0; index < count; index++) {
        const row = rows.subarray(index * columns, (index + 1) * columns);
        work(row, results.subarray(index * width, (index + 1) * width));
      }
    };
  };
  return {
    ...single,
    attributeRows: each(single.attribute, columns * outputs),
    scoreRows: each(single.score, outputs),
  };
}
