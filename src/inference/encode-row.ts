// What: the columns of a pipeline out of the values of a row.
// Source: `Column` of src/model/pipeline.ts.
// Complexity: linear in the sources of all columns; nothing is allocated per row.
// Invariant: column c is (v - center) / scale, v the first source that is not missing; no other state decides.
import type { Column, ColumnSource } from '../model/index.ts';

/** Writes one number per column into `into`, out of one number per feature; a `Float32Array` rounds as it takes. */
export type RowEncoder = (values: Float64Array, into: Float64Array | Float32Array) => void;

/** Compiles columns into an encoder. */
export function createRowEncoder(columns: readonly Column[]): RowEncoder {
  return (values, into) => {
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      into[index] = (pick(column, values) - column.center) / column.scale;
    }
  };
}

function pick({ sources, missing }: Column, values: Float64Array): number {
  for (const source of sources) {
    const value = values[source.feature]!;
    if (!Number.isNaN(value)) return take(source, value);
  }
  return missing;
}

function take(source: ColumnSource, value: number): number {
  if (source.take === 'value') return value;
  const holds = source.take === 'equals' ? value === source.operand : value >= source.operand;
  return holds ? 1 : 0;
}
