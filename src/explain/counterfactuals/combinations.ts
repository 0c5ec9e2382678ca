import type { Candidate, Combination } from './candidate.ts';

/** How many combinations take `size` features, one candidate of each. */
export function countCombinations(lists: readonly (readonly unknown[])[], size: number): number {
  const counts = new Float64Array(size + 1);
  counts[0] = 1;
  for (const { length } of lists)
    for (let taken = size; taken > 0; taken--) counts[taken]! += counts[taken - 1]! * length;
  return counts[size]!;
}

/** All sets of `size` lists, in their order. */
export function* setsOf<Item>(
  lists: readonly Item[],
  size: number,
  from = 0,
): Generator<readonly Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= lists.length - size; index++)
    for (const rest of setsOf(lists, size - 1, index + 1)) yield [lists[index]!, ...rest];
}

/** All ways to take one candidate of each list, the first of each first. */
export function* combine(lists: readonly (readonly Candidate[])[]): Generator<Combination> {
  const at = new Int32Array(lists.length);
  if (lists.some(({ length }) => length === 0)) return;
  for (;;) {
    yield lists.map((list, index) => list[at[index]!]!);
    let turn = lists.length - 1;
    while (turn >= 0 && ++at[turn]! === lists[turn]!.length) at[turn--] = 0;
    if (turn < 0) return;
  }
}

/**
 * Reduces lists until the combinations of `size` of them fit into `most`. Kept are, of each feature, candidates that came
 * nearer to the goal alone than all smaller changes did, spread evenly and always with the best; then the features whose
 * best came nearest.
 */
export function thinOut(
  lists: readonly (readonly Candidate[])[],
  size: number,
  most: number,
  gains: ReadonlyMap<Candidate, number>,
): (readonly Candidate[])[] {
  let kept = lists.map((list) => promising(list, gains));
  let longest = kept.reduce((length, list) => Math.max(length, list.length), 1);
  while (countCombinations(kept, size) > most && (longest > 1 || kept.length > size)) {
    if (longest > 2 || kept.length <= size) {
      longest = Math.min(longest - 1, Math.floor(longest * 0.8));
      kept = kept.map((list) => spread(list, longest));
    } else {
      kept = withoutWeakest(kept, gains);
    }
  }
  return kept;
}

function promising(
  list: readonly Candidate[],
  gains: ReadonlyMap<Candidate, number>,
): readonly Candidate[] {
  const known = list.filter((candidate) => gains.has(candidate));
  if (known.length === 0) return list;
  let best = Number.NEGATIVE_INFINITY;
  return known.filter((candidate) => {
    const gain = gains.get(candidate)!;
    if (gain <= best) return false;
    best = gain;
    return true;
  });
}

function spread<Item>(list: readonly Item[], most: number): readonly Item[] {
  if (list.length <= most) return list;
  const last = list.length - 1;
  return Array.from(
    { length: most },
    (_, index) => list[most === 1 ? last : Math.round((index * last) / (most - 1))]!,
  );
}

function withoutWeakest(
  lists: readonly (readonly Candidate[])[],
  gains: ReadonlyMap<Candidate, number>,
): (readonly Candidate[])[] {
  const best = lists.map((list) =>
    list.reduce(
      (most, candidate) => Math.max(most, gains.get(candidate) ?? 0),
      Number.NEGATIVE_INFINITY,
    ),
  );
  return lists.toSpliced(best.lastIndexOf(Math.min(...best)), 1);
}
