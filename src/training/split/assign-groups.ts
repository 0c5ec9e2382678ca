// What: parts of whole groups, with sizes as near to what was asked as the groups allow.
// Source: the longest-processing-time rule (Graham, 1969): the largest group first, each to the part that it fills least.
// Complexity: O(G (log G + parts)) for G groups.
// Invariant: the rows of a group are in one part, and no part is empty.
import type { Random } from '../../core/index.ts';
import type { Assignment } from './assignment.ts';
import type { Members } from './gather-members.ts';
import { shuffle } from './shuffle.ts';

/** Assigns groups, of which there are as many as parts or more, to parts that are to have these shares of the rows. */
export function assignGroups(
  groups: readonly Members[],
  rows: number,
  shares: readonly number[],
  random: Random,
): Assignment {
  const assigned = new Int32Array(rows);
  const filled = shares.map(() => 0);
  const order = [
    ...shuffle(
      Uint32Array.from(groups, (_, group) => group),
      random,
    ),
  ].toSorted((a, b) => groups[b]!.rows.length - groups[a]!.rows.length);
  for (const [place, group] of order.entries()) {
    const members = groups[group]!.rows;
    const isScarce = groups.length - place <= filled.filter((size) => size === 0).length;
    let least = -1;
    let leastFill = Number.POSITIVE_INFINITY;
    for (let part = 0; part < shares.length; part++) {
      // the last groups belong to the parts that have none
      if (isScarce && filled[part]! > 0) continue;
      // by how full a part would be, not how large: a small part gets large groups too
      const fill = (filled[part]! + members.length) / shares[part]!;
      if (fill >= leastFill) continue;
      least = part;
      leastFill = fill;
    }
    filled[least]! += members.length;
    for (const row of members) assigned[row] = least;
  }
  return { parts: assigned, warnings: warnOfSizes(filled, shares, rows) };
}

/** A part that differs from its share by more than a tenth of it is worth a word. */
const notableShare = 0.1;

function warnOfSizes(
  filled: readonly number[],
  shares: readonly number[],
  rows: number,
): readonly string[] {
  const isUneven = filled.some(
    (size, part) => Math.abs(size - shares[part]! * rows) > notableShare * shares[part]! * rows,
  );
  if (!isUneven) return [];
  return [`whole groups make parts of uneven size: ${filled.join(', ')} rows`];
}
