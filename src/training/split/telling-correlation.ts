import { rankRows } from '../evaluation/rank-rows.ts';
import type { TrainingColumn } from '../training-table.ts';

/** A correlation of fewer rows than this says little. */
const fewRows = 20;

/** Spearman's correlation of a column of numbers, where it is known, with targets; `null` for categories and few or equal rows. */
export function tellingCorrelation(
  { type, values }: TrainingColumn,
  targets: ArrayLike<number>,
): number | null {
  if (type === 'category') return null;
  const known = [...values.keys()].filter((row) => !Number.isNaN(values[row]!));
  if (known.length < fewRows) return null;
  const middle = (known.length - 1) / 2;
  const ours = rank(Float64Array.from(known, (row) => values[row]!));
  const theirs = rank(Float64Array.from(known, (row) => targets[row]!));
  let both = 0;
  let own = 0;
  let others = 0;
  for (let k = 0; k < known.length; k++) {
    const a = ours[k]! - middle;
    const b = theirs[k]! - middle;
    both += a * b;
    own += a * a;
    others += b * b;
  }
  return own === 0 || others === 0 ? null : both / Math.sqrt(own * others);
}

/** The place of each number in their order, from 0 on; equal numbers share the mean of their places. */
function rank(numbers: Float64Array): Float64Array {
  const { order, ends } = rankRows(numbers);
  const ranks = new Float64Array(numbers.length);
  for (let run = 0, first = 0; run < ends.length; first = ends[run]!, run++) {
    for (let k = first; k < ends[run]!; k++) ranks[order[k]!] = (first + ends[run]! - 1) / 2;
  }
  return ranks;
}
