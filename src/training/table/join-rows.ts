import type { TrainingData } from './read-training-data.ts';

/** The rows of one table and after them those of another with the same columns. */
export function joinRows(first: TrainingData, second: TrainingData): TrainingData {
  return {
    table: {
      rows: first.table.rows + second.table.rows,
      columns: first.table.columns.map((column, index) => ({
        ...column,
        values: join(column.values, second.table.columns[index]!.values),
      })),
    },
    targets: join(first.targets, second.targets),
    weights: first.weights && second.weights && join(first.weights, second.weights),
    keys: first.keys && second.keys && [...first.keys, ...second.keys],
  };
}

function join(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
