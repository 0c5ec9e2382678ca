import type { Background } from './background.ts';
import type { FeatureSchema } from './feature-schema.ts';
import { invalidRow } from './invalid-row.ts';
import { createRowReader } from './row-reader.ts';

/**
 * Reads rows to compare with. Infinite values are refused, since they have no mean.
 * @throws SpillwayError `INVALID_ROW` with the faults of the first row that has any, their pointers beginning with its index.
 */
export function readBackground(schema: FeatureSchema, rows: readonly unknown[]): Background {
  const width = schema.features.length;
  const reader = createRowReader(schema);
  const values = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) {
    if (reader.read(row, values.subarray(index * width, (index + 1) * width))) continue;
    throw invalidRow(
      reader
        .faults(row)
        .map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message })),
    );
  }
  return { values, count: rows.length };
}
