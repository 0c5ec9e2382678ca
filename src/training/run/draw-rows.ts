import { createSeededRandom } from '../../core/index.ts';
import type { Category, Feature } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';

/** Rows of a table, all different, in the form that requests have; all of them when there are fewer. */
export function drawRows(
  table: TrainingTable,
  features: readonly Feature[],
  count: number,
  seed: number,
): Record<string, Category | null>[] {
  const random = createSeededRandom(seed);
  const order = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const drawn = Math.min(count, table.rows);
  for (let place = 0; place < drawn; place++) {
    const other = place + Math.floor(random() * (table.rows - place));
    [order[place], order[other]] = [order[other]!, order[place]!];
  }
  return Array.from(order.subarray(0, drawn), (row) => toRow(table, features, () => row));
}

/** Rows that are nobody's: each value is drawn from its column by itself. */
export function mixRows(
  table: TrainingTable,
  features: readonly Feature[],
  count: number,
  seed: number,
): Record<string, Category | null>[] {
  const random = createSeededRandom(seed);
  const draw = (): number => Math.floor(random() * table.rows);
  return Array.from({ length: count }, () => toRow(table, features, draw));
}

function toRow(
  { columns }: TrainingTable,
  features: readonly Feature[],
  rowOf: () => number,
): Record<string, Category | null> {
  return Object.fromEntries(
    columns.map(({ categories, name, type, values }, index) => {
      const value = values[rowOf()]!;
      if (Number.isNaN(value)) return [name, null];
      if (type === 'category') return [name, categories[value]!];
      return [name, values instanceof Float32Array ? shorten(value, features[index]!) : value];
    }),
  );
}

/** A number that is the same float32 with fewer digits: that which stood in the file, mostly. */
function shorten(
  value: number,
  { max = Number.MAX_VALUE, min = -Number.MAX_VALUE }: Feature,
): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value && short >= min && short <= max) return short;
  }
  return value;
}
