import { createRowMatrix, type RowMatrix } from './row-matrix.ts';

/** The matrix with these columns only; itself when they are all of them. `columns` is ascending. */
export function selectColumns(matrix: RowMatrix, columns: Int32Array): RowMatrix {
  if (columns.length === matrix.columns) return matrix;
  const selected = createRowMatrix(matrix.rows, columns.length, matrix.engine);
  const { stride, values } = selected;
  for (let row = 0; row < matrix.rows; row++) {
    const from = row * matrix.stride;
    const to = row * stride;
    for (let at = 0; at < columns.length; at++)
      values[to + at] = matrix.values[from + columns[at]!]!;
  }
  return selected;
}
