import type { TrainingTable } from '../../../src/training/index.ts';

/** A table of numbers given row by row; columns are called x0, x1, ... */
export function numericTable(
  rows: readonly (readonly number[])[],
  width = rows[0]?.length ?? 0,
): TrainingTable {
  return {
    rows: rows.length,
    columns: Array.from({ length: width }, (_, column) => ({
      name: `x${column}`,
      type: 'number',
      values: Float64Array.from(rows, (row) => row[column]!),
      categories: [],
    })),
  };
}
