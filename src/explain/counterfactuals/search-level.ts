import {
  type Combination,
  distanceOf,
  type Found,
  keyOf,
  leastOf,
  smallestFirst,
} from './candidate.ts';
import { combine, countCombinations, setsOf, thinOut } from './combinations.ts';
import { pullBack, type SearchContext, toFound } from './pull-back.ts';

/** Which changes are looked for, and what for. */
export interface LevelOptions {
  /** How many features are changed together. */
  readonly size: number;
  /** Changes of fewer features that are enough: no set that contains theirs is looked at. */
  readonly before: readonly Found[];
  /** How many are wanted. */
  readonly count: number;
  readonly nearnessToday: number;
  /** Whether larger sets may come after this: then some answers are left for them. */
  readonly isLast: boolean;
}

/** What changes of so many features were found. */
export interface Level {
  /** The smallest change of each set of features. */
  readonly found: readonly Found[];
  /** Whether every combination was asked about that could have been smaller. */
  readonly isComplete: boolean;
}

/** On a grid many combinations reach the goal side by side: so many of a set of features are pulled back. */
const pulledBackOnGrid = 4;

/** The part of the answers left that a level may take when it is searched whole, and when it is not. */
const wholeShare = 0.8;
const partShare = 0.5;

/** Whether all combinations can be asked about with what is left. */
export function fitsWhole(
  { isLast, size }: Pick<LevelOptions, 'isLast' | 'size'>,
  { asker, choices }: SearchContext,
): boolean {
  const lists = choices.map(({ candidates }) => candidates);
  return countCombinations(lists, size) <= (isLast ? 1 : wholeShare) * asker.left;
}

/** Looks for changes of exactly so many features that reach the goal. */
export function searchLevel(options: LevelOptions, context: SearchContext): Level {
  const { before, count, isLast, nearnessToday, size } = options;
  const { asker, choices, gains, goal } = context;
  const isWhole = fitsWhole(options, context);
  const all = choices.map(({ candidates }) => candidates);
  const most = Math.max(1, Math.floor((isLast ? wholeShare : partShare) * asker.left));
  const lists = isWhole ? all : thinOut(all, size, most, gains);
  const enough = before.map(({ combination }) => combination.map(({ feature }) => feature));
  // of each set of features those that reach the goal and may be the smallest, by what may be left of them
  const reached = new Map<string, Found[]>();
  const smallest = new Map<string, number>();
  const mayBeSmaller = (combination: Combination): boolean =>
    leastOf(combination) < (smallest.get(keyOf(combination)) ?? Number.POSITIVE_INFINITY);

  const proposals = function* (): Generator<Combination> {
    for (const set of setsOf(lists, size)) {
      const features = new Set(set.map(([candidate]) => candidate?.feature));
      if (enough.some((few) => few.every((feature) => features.has(feature)))) continue;
      for (const combination of combine(set)) if (mayBeSmaller(combination)) yield combination;
    }
  };
  asker.ask(proposals(), (combination, prediction) => {
    if (size === 1) gains.set(combination[0]!, goal.nearness(prediction) - nearnessToday);
    if (!goal.isReached(prediction) || !mayBeSmaller(combination)) return;
    const key = keyOf(combination);
    const others = reached.get(key) ?? [];
    others.push(toFound(combination, prediction));
    reached.set(key, others);
    const distance = distanceOf(combination);
    smallest.set(key, Math.min(distance, smallest.get(key) ?? distance));
  });

  const sets = [...reached.values()].map((found) =>
    found.toSorted((one, other) => leastOf(one.combination) - leastOf(other.combination)),
  );
  sets.sort(([one], [other]) => leastOf(one!.combination) - leastOf(other!.combination));
  const best = new Map<string, Found>();
  for (const set of sets) {
    const least = leastOf(set[0]!.combination);
    const smaller = [...best.values()].filter((found) => distanceOf(found.combination) <= least);
    if (before.length + smaller.length >= count) break;
    const found = smallestOf(set, !isWhole, context);
    const key = keyOf(found.combination);
    const other = best.get(key);
    if (other === undefined || smallestFirst(found, other) < 0) best.set(key, found);
  }
  return { found: [...best.values()], isComplete: isWhole && !asker.isCut };
}

/** Pulls back what may become the smallest of one set of features. */
function smallestOf(set: readonly Found[], isSample: boolean, context: SearchContext): Found {
  const onGrid = new Set(
    context.choices.filter(({ isGrid }) => isGrid).map(({ feature }) => feature),
  );
  const isGrid = isSample || set[0]!.combination.some(({ feature }) => onGrid.has(feature));
  let best: Found | null = null;
  for (const found of isGrid ? set.slice(0, pulledBackOnGrid) : set) {
    if (best !== null && leastOf(found.combination) >= distanceOf(best.combination)) break;
    const pulled = pullBack(found, isSample, context);
    if (best === null || smallestFirst(pulled, best) < 0) best = pulled;
  }
  return best!;
}
