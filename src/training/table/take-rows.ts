import type { TrainingData } from './read-training-data.ts';

/** The rows of those numbers, in their order. */
export function takeRows(
  { keys, table, targets, weights }: TrainingData,
  rows: ArrayLike<number>,
): TrainingData {
  const pick = <Column extends Float32Array | Float64Array>(from: Column, into: Column): Column => {
    for (let index = 0; index < rows.length; index++) into[index] = from[rows[index]!]!;
    return into;
  };
  const columns = table.columns.map((column) => {
    const { values } = column;
    const { length } = rows;
    const taken =
      values instanceof Float32Array
        ? pick(values, new Float32Array(length))
        : pick(values, new Float64Array(length));
    return { ...column, values: taken };
  });
  return {
    table: { rows: rows.length, columns },
    targets: pick(targets, new Float64Array(rows.length)),
    weights: weights && pick(weights, new Float64Array(rows.length)),
    keys: keys && Array.from(rows, (row) => keys[row]!),
  };
}
