import { createSeededRandom } from '../../../src/core/index.ts';
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

/** Rows of random numbers with a class (0 or 1) and a target that depend on the first three columns. */
export function randomTable(
  rows: number,
  columns: number,
  seed: number,
): { table: TrainingTable; values: number[][]; labels: number[]; target: number[] } {
  const random = createSeededRandom(seed);
  const values = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => random() * 4 - 2),
  );
  const score = (row: number[]): number => row[0]! - 0.7 * (row[1] ?? 0) + 0.4 * (row[2] ?? 0);
  const labels = values.map((row) => (score(row) + 4 * (random() - 0.5) > 0 ? 1 : 0));
  const target = values.map((row) => 5 + 2 * score(row) + random());
  return { table: numericTable(values), values, labels, target };
}
