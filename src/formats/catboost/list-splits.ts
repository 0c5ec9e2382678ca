import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';
import type { FileCategories } from './name-categories.ts';
import type { FileFeatures } from './read-features.ts';
import type { Statistic } from './read-statistics.ts';

/** What a node asks. It is true where x is above the threshold, or is one of `codes` when there are any. */
export interface Split {
  readonly column: number;
  readonly threshold: number;
  readonly missingIsTrue: boolean;
  readonly codes: readonly number[] | null;
}

/** Answers the split that a node names by its number, which is all that tells two splits of one statistic apart. */
export type FindSplit = (node: JsonValue) => Split;

/** Lists all splits as trees number them: borders of numbers, then categories, then borders of statistics. */
export function listSplits(
  features: FileFeatures,
  statistics: readonly Statistic[],
  { named }: FileCategories,
): FindSplit {
  const floats = [...features.floats.values()];
  const categoricals = [...features.categoricals];
  const lists = [
    ...floats.map(({ borders }) => borders),
    ...categoricals.map(([, { oneHot }]) => oneHot),
    ...statistics.map(({ borders }) => borders),
  ];
  // arrays, since a file may have millions of borders
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  const column = new Int32Array(count);
  const threshold = new Float32Array(count);
  const missingIsTrue = new Uint8Array(count);
  const codes = new Map<number, readonly number[]>();
  let at = 0;
  for (const { flat, borders, missingIsAbove } of floats) {
    column.fill(flat, at, at + borders.length);
    missingIsTrue.fill(missingIsAbove ? 1 : 0, at, at + borders.length);
    threshold.set(borders, at);
    at += borders.length;
  }
  for (const [index, { flat, oneHot }] of categoricals) {
    column.fill(flat, at, at + oneHot.length);
    for (const hash of oneHot) codes.set(at++, named.get(index)?.codes.get(hash) ?? []);
  }
  for (const [index, { borders }] of statistics.entries()) {
    column.fill(features.count + index, at, at + borders.length);
    threshold.set(borders, at);
    at += borders.length;
  }
  return (node) => {
    const index = node.at('split_index').count(0, 2 ** 31);
    if (index >= count) {
      refuseBroken(`${node.path}/split_index: the features have ${count} splits, not ${index}`);
    }
    return {
      column: column[index]!,
      threshold: threshold[index]!,
      missingIsTrue: missingIsTrue[index] === 1,
      codes: codes.get(index) ?? null,
    };
  };
}
