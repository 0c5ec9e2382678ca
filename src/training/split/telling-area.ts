// What: how well one column alone tells a label from the rest.
// Source: the area under the ROC is the share of pairs of either kind in order (Mann and Whitney 1947).
// Complexity: O(n log n) native sorting for numbers, O(n) for categories; per label once more.
// Invariant: the same as the area of the ranked rows.
import type { TrainingColumn } from '../training-table.ts';

/** A category with fewer rows than this says little of the labels to come. */
const fewRows = 20;

/**
 * The largest area under the ROC with which one column alone tells any label from the rest, in whichever direction;
 * `null` for rows of one label, and for categories of which most have few rows. A category stands for the share of the
 * label in its rows; a missing value is below all others or above them, whichever tells more.
 */
export function tellingArea(
  column: TrainingColumn,
  labels: ArrayLike<number>,
  codes: readonly number[] = codesOf(labels),
): number | null {
  if (codes.length < 2) return null;
  // of two labels, one against the rest is the other against it
  const asked = codes.length === 2 ? codes.slice(1) : codes;
  return column.type === 'category'
    ? areaOfCategories(column.values, labels, asked)
    : areaOfNumbers(column.values, labels, asked);
}

/** The different labels, ascending. */
export function codesOf(labels: ArrayLike<number>): number[] {
  return [...new Set(Array.from(labels))].toSorted((a, b) => a - b);
}

function areaOfCategories(
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  asked: readonly number[],
): number | null {
  const found = new Map<number, { rows: number; hits: Map<number, number> }>();
  for (let row = 0; row < values.length; row++) {
    let category = found.get(values[row]!);
    if (category === undefined) found.set(values[row]!, (category = { rows: 0, hits: new Map() }));
    category.rows += 1;
    category.hits.set(labels[row]!, (category.hits.get(labels[row]!) ?? 0) + 1);
  }
  if (found.size > values.length / fewRows) return null;
  const areas = asked.map((code) => {
    const groups = [...found.values()]
      .map(({ hits, rows }) => ({ hits: hits.get(code) ?? 0, rows }))
      .toSorted((a, b) => a.hits / a.rows - b.hits / b.rows);
    let below = 0;
    let pairs = 0;
    let positives = 0;
    for (const { hits, rows } of groups) {
      // what is in one category is half in order, and so are categories of one share, on the whole
      pairs += hits * (below + (rows - hits) / 2);
      below += rows - hits;
      positives += hits;
    }
    return pairs / (positives * below);
  });
  return Math.max(...areas);
}

function areaOfNumbers(
  values: Float32Array | Float64Array,
  labels: ArrayLike<number>,
  asked: readonly number[],
): number {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted();
  const missing = values.length - known.length;
  const areas = asked.flatMap((code) => {
    const own = values.filter((_, row) => labels[row] === code);
    const ownKnown = own.filter((value) => !Number.isNaN(value)).toSorted();
    const ownMissing = own.length - ownKnown.length;
    const among = countPairs(ownKnown, known) + (ownMissing * missing) / 2;
    // pairs with rows of the same label are half in order
    const rest = own.length * (values.length - own.length);
    const areaWith = (others: number): number => (among + others - own.length ** 2 / 2) / rest;
    const below = areaWith(ownKnown.length * missing);
    const above = areaWith(ownMissing * known.length);
    return [below, 1 - below, above, 1 - above];
  });
  return Math.max(...areas);
}

/** Pairs of one of `some` above one of `all`, both ascending; equal ones count half. */
function countPairs(some: Float32Array | Float64Array, all: Float32Array | Float64Array): number {
  let pairs = 0;
  let below = 0;
  let upTo = 0;
  for (const value of some) {
    while (below < all.length && all[below]! < value) below++;
    if (upTo < below) upTo = below;
    while (upTo < all.length && all[upTo]! <= value) upTo++;
    pairs += (below + upTo) / 2;
  }
  return pairs;
}
