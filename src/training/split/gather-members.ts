import { SpillwayError } from '../../core/index.ts';
import type { Category } from '../../model/index.ts';

/** The rows that share a label or group. */
export interface Members {
  readonly name: Category;
  /** Ascending. */
  readonly rows: Uint32Array;
}

/**
 * Gathers rows by label or group, in the order in which these first come.
 * @param of What the values are, for messages.
 * @throws SpillwayError `INVALID_DATA` when there is not one value per row, or one is missing.
 */
export function gatherMembers(
  values: ArrayLike<Category>,
  rows: number,
  of: 'label' | 'group',
): readonly Members[] {
  if (values.length !== rows) {
    throw new SpillwayError(
      'INVALID_DATA',
      `expected a ${of} for each of ${rows} rows, got ${values.length}`,
    );
  }
  const found = new Map<Category, number[]>();
  for (let row = 0; row < rows; row++) {
    const value: unknown = values[row];
    if (!isPresent(value)) throw new SpillwayError('INVALID_DATA', `row ${row} has no ${of}`);
    const members = found.get(value);
    if (members === undefined) found.set(value, [row]);
    else members.push(row);
  }
  return [...found].map(([name, members]) => ({ name, rows: Uint32Array.from(members) }));
}

function isPresent(value: unknown): value is Category {
  if (typeof value === 'number') return !Number.isNaN(value);
  return typeof value === 'string' || typeof value === 'boolean';
}
