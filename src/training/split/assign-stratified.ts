// What: parts with the same share of each label.
// Source: shuffle and deal, label by label; shares of two parts by the largest remainders (Hamilton).
// Complexity: O(n).
// Invariant: the rows of a label in a part, and those of a part, are within one of their exact share.
import type { Random } from '../../core/index.ts';
import type { Assignment } from './assignment.ts';
import type { Members } from './gather-members.ts';
import { shuffle } from './shuffle.ts';

/** Deals the shuffled rows of each label to so many parts, each label from where the one before it ended. */
export function dealStratified(
  labels: readonly Members[],
  rows: number,
  parts: number,
  random: Random,
): Assignment {
  const assigned = new Int32Array(rows);
  let dealt = 0;
  for (const { rows: members } of labels) {
    for (const row of shuffle(members.slice(), random)) assigned[row] = dealt++ % parts;
  }
  const warnings = labels
    .filter(({ rows: members }) => members.length < parts)
    .map(
      ({ name, rows: members }) =>
        `label ${JSON.stringify(name)} has ${members.length} of the ${parts} rows that it takes to be in every fold`,
    );
  return { parts: assigned, warnings };
}

/** Draws so many rows into part 1, the same share of each label; the others are in part 0. */
export function drawStratified(
  labels: readonly Members[],
  rows: number,
  drawn: number,
  random: Random,
): Assignment {
  const assigned = new Int32Array(rows);
  const exact = labels.map(({ rows: members }) => (members.length * drawn) / rows);
  const counts = exact.map(Math.floor);
  let left = drawn - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = [...labels.keys()].toSorted(
    (a, b) => exact[b]! - counts[b]! - (exact[a]! - counts[a]!),
  );
  for (const label of byRemainder) {
    if (left === 0) break;
    counts[label]! += 1;
    left--;
  }
  const warnings: string[] = [];
  for (const [label, { name, rows: members }] of labels.entries()) {
    const order = shuffle(members.slice(), random);
    for (let k = 0; k < counts[label]!; k++) assigned[order[k]!] = 1;
    const without = counts[label] === 0 ? 'validation' : 'training';
    if (counts[label] === 0 || counts[label] === members.length) {
      warnings.push(
        `label ${JSON.stringify(name)} has too few rows (${members.length}) to be in ${without}`,
      );
    }
  }
  return { parts: assigned, warnings };
}
