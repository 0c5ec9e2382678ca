// What: folds, of which each is once the part that is measured by.
// Source: see the files imported.
// Complexity: O(folds * n), by time and group O(n log n) more.
// Invariant: each row is in the validation of one fold (by time those after the first block); the same seed gives the same.
import { checkOptions, createSeededRandom } from '../../core/index.ts';
import { assignGroups } from './assign-groups.ts';
import { dealRows } from './assign-random.ts';
import { dealStratified } from './assign-stratified.ts';
import { type Assignment, splitAtPart } from './assignment.ts';
import { checkGap, checkParts, checkRows, checkSeed } from './check-split.ts';
import { gatherMembers } from './gather-members.ts';
import type { FoldOptions, SplitResult } from './split.ts';
import { splitByTime } from './split-by-time.ts';

/**
 * Divides rows into folds.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options; `INVALID_DATA` for rows, labels, groups or times
 * that cannot be divided so.
 */
export function foldRows({ rows, strategy, folds, seed = 0 }: FoldOptions): SplitResult {
  checkOptions('foldRows', [
    checkRows(rows),
    {
      option: 'folds',
      value: folds,
      holds: Number.isSafeInteger(folds) && folds >= 2,
      expected: 'a whole number, 2 or more',
    },
    checkSeed(seed),
    checkGap(strategy),
  ]);
  checkParts(rows, folds, 'rows');
  const random = createSeededRandom(seed);
  const places = Array.from({ length: folds }, (_, fold) => fold);
  const assign = (): Assignment => {
    if (strategy.kind === 'stratified') {
      return dealStratified(gatherMembers(strategy.labels, rows, 'label'), rows, folds, random);
    }
    if (strategy.kind === 'group') {
      const groups = gatherMembers(strategy.groups, rows, 'group');
      checkParts(groups.length, folds, 'groups');
      return assignGroups(
        groups,
        rows,
        places.map(() => 1 / folds),
        random,
      );
    }
    return dealRows(rows, folds, random);
  };
  if (strategy.kind === 'time') {
    const shares = places.map((fold) => (fold + 1) / (folds + 1));
    return freeze(splitByTime(strategy.times, rows, strategy.gap ?? 0, shares));
  }
  const { parts, warnings } = assign();
  return freeze({ splits: places.map((fold) => splitAtPart(parts, fold)), warnings });
}

function freeze({ splits, warnings }: SplitResult): SplitResult {
  // the rows are typed arrays, which cannot be frozen
  for (const split of splits) Object.freeze(split);
  return Object.freeze({ splits: Object.freeze(splits), warnings: Object.freeze(warnings) });
}
