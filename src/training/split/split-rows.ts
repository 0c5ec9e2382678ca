// What: rows to learn from and rows to measure by.
// Source: see the files imported.
// Complexity: O(n), by time and group O(n log n).
// Invariant: the parts are disjoint and hold every row (by time every row outside the gap); the same seed gives the same.
import { checkOptions, createSeededRandom } from '../../core/index.ts';
import { assignGroups } from './assign-groups.ts';
import { drawRows } from './assign-random.ts';
import { drawStratified } from './assign-stratified.ts';
import { type Assignment, splitAtPart } from './assignment.ts';
import { checkGap, checkParts, checkRows, checkSeed } from './check-split.ts';
import { gatherMembers } from './gather-members.ts';
import type { Split, SplitOptions } from './split.ts';
import { splitByTime } from './split-by-time.ts';

/**
 * Divides rows into a part for training and one for validation.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options; `INVALID_DATA` for rows, labels, groups or times
 * that cannot be divided so.
 */
export function splitRows({
  rows,
  strategy,
  validationShare,
  seed = 0,
}: SplitOptions): Split & { readonly warnings: readonly string[] } {
  checkOptions('splitRows', [
    checkRows(rows),
    {
      option: 'validationShare',
      value: validationShare,
      holds: validationShare > 0 && validationShare < 1,
      expected: 'a number above 0 and below 1',
    },
    checkSeed(seed),
    checkGap(strategy),
  ]);
  checkParts(rows, 2, 'rows');
  const random = createSeededRandom(seed);
  const drawn = Math.min(Math.max(Math.round(rows * validationShare), 1), rows - 1);
  const assign = (): Assignment => {
    if (strategy.kind === 'stratified') {
      return drawStratified(gatherMembers(strategy.labels, rows, 'label'), rows, drawn, random);
    }
    if (strategy.kind === 'group') {
      const groups = gatherMembers(strategy.groups, rows, 'group');
      checkParts(groups.length, 2, 'groups');
      return assignGroups(groups, rows, [1 - validationShare, validationShare], random);
    }
    return drawRows(rows, drawn, random);
  };
  if (strategy.kind === 'time') {
    const { splits, warnings } = splitByTime(strategy.times, rows, strategy.gap ?? 0, [
      1 - validationShare,
    ]);
    return Object.freeze({ ...splits[0]!, warnings: Object.freeze(warnings) });
  }
  const { parts, warnings } = assign();
  return Object.freeze({ ...splitAtPart(parts, 1), warnings: Object.freeze(warnings) });
}
