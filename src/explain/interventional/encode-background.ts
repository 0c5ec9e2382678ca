import { SpillwayError } from '../../core/index.ts';
import { createRowEncoder } from '../../inference/index.ts';
import type { Background, Pipeline } from '../../model/index.ts';

/**
 * The rows of a background as columns of the model, one row after the other.
 * @throws SpillwayError `NOT_EXPLAINABLE` when there is no row, or not as many numbers as the rows have features.
 */
export function encodeBackground(
  { model, schema, steps }: Pipeline,
  { count, values }: Background,
): Float64Array {
  const features = schema.features.length;
  const width = model.columns.length;
  if (!(Number.isInteger(count) && count > 0 && values.length === count * features)) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `a background is at least one row of ${features} features, and ${values.length} numbers for ${count} rows are given`,
    );
  }
  const encode = createRowEncoder(steps);
  const rows = new Float64Array(count * width);
  for (let b = 0; b < count; b++) {
    encode(
      values.subarray(b * features, (b + 1) * features),
      rows.subarray(b * width, (b + 1) * width),
    );
  }
  return rows;
}
