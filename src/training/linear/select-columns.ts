import { createRowMatrix, type RowMatrix } from './row-matrix.ts';

/** The matrix with these columns only; itself when they are all of them. `places` is ascending. */
export function selectColumns(matrix: RowMatrix, places: Int32Array): RowMatrix {
  if (places.length === matrix.columns) return matrix;
  const { columns, means, units } = matrix.source.columns;
  const own = places.filter((place) => place < columns.length);
  return createRowMatrix({
    ...matrix.source,
    columns: {
      columns: Array.from(own, (place) => columns[place]!),
      means: Float64Array.from(own, (place) => means[place]!),
      units: Float64Array.from(own, (place) => units[place]!),
      hasOnes: own.length < places.length,
    },
  });
}
