import type { Split } from './split.ts';

/** Which part each row is in. */
export interface Assignment {
  /** One per row: the number of its part. */
  readonly parts: Int32Array;
  readonly warnings: readonly string[];
}

/** The rows of one part for validation, those of every other part for training. */
export function splitAtPart(parts: Int32Array, validation: number): Split {
  return {
    training: rowsWhere(parts, (part) => part !== validation),
    validation: rowsWhere(parts, (part) => part === validation),
  };
}

/** The rows whose value is of some kind, ascending. */
export function rowsWhere(
  values: Int32Array | Float64Array,
  holds: (value: number) => boolean,
): Uint32Array {
  const rows = new Uint32Array(values.length);
  let found = 0;
  for (let row = 0; row < values.length; row++) if (holds(values[row]!)) rows[found++] = row;
  return rows.slice(0, found);
}
