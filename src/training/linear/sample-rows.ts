import type { CountedRows, Design } from './design.ts';
import type { LabelClasses } from './label-classes.ts';
import { createRowMatrix } from './row-matrix.ts';

/** Rows per parameter at which second derivatives are known to about a twentieth. */
const rowsPerParameter = 200;

/** How many rows of the sample stand together, since a row alone costs as much to reach. */
const together = 16;

/** A sample that is a larger part than this of the rows saves nothing. */
const largestPart = 1 / 4;

/** Part of the rows of a classification, spread over all of them. */
export interface RowSample {
  readonly design: Design;
  readonly rows: CountedRows;
  readonly classes: LabelClasses;
}

/** Rows that tell roughly where the fit of all rows is going to end; `null` when there are too few rows to leave any out. */
export function sampleRows(
  design: Design,
  { rows, shares, totalWeight }: CountedRows,
  { classes, classOf }: LabelClasses,
): RowSample | null {
  const { columns, source } = design.matrix;
  const count = Math.ceil((rowsPerParameter * columns) / together) * together;
  if (count > largestPart * rows.length) return null;
  // a few that stand together out of each stretch, not at the same place in each, for rows that follow a rhythm
  const places = new Int32Array(count);
  for (let at = 0; at < count; at += together) {
    const share = (at * 0.618) % 1;
    const first = Math.floor(((at + together * share) / count) * (rows.length - together));
    for (let i = 0; i < together; i++) places[at + i] = first + i;
  }
  const matrix = createRowMatrix({
    ...source,
    rows: count,
    columns: {
      ...source.columns,
      columns: source.columns.columns.map((column) => pick(column, places)),
    },
    isKept: true,
  });
  const own = pick(shares, places);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += own[at]!;
  const sampled = new Uint32Array(count);
  const classOfSampled = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const place = places[at]!;
    own[at]! /= sum;
    sampled[at] = rows[place]!;
    classOfSampled[at] = classOf[place]!;
  }
  return {
    design: { ...design, matrix },
    rows: { rows: sampled, shares: own, totalWeight: totalWeight * sum },
    classes: { classes, classOf: classOfSampled },
  };
}

function pick(values: Float32Array | Float64Array, places: Int32Array): Float64Array {
  const picked = new Float64Array(places.length);
  for (let at = 0; at < places.length; at++) picked[at] = values[places[at]!]!;
  return picked;
}
