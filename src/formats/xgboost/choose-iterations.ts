import type { JsonValue } from '../json/json-value.ts';
import type { ReadOptions } from '../model-reader.ts';
import { refuseBroken } from '../refusals.ts';

/** How many trees of a file answer, from the first on, and what to say about it. */
export interface ChosenIterations {
  readonly trees: number;
  readonly warnings: readonly string[];
}

/** What chooses the iterations, beside what the file says. */
export interface IterationChoice {
  readonly asked: ReadOptions['iterations'];
  readonly outputs: number;
  /** Whether the scikit-learn wrapper trained the model; its `predict` stops after the best iteration. */
  readonly isByWrapper: boolean;
}

/**
 * Chooses between all iterations and those up to the best one, which early stopping leaves in the file. Unasked it is what
 * the `predict` of that which wrote the file would do: all for a `Booster`, up to the best for the scikit-learn wrapper.
 */
export function chooseIterations(
  learner: JsonValue,
  forest: JsonValue,
  { asked, isByWrapper, outputs }: IterationChoice,
): ChosenIterations {
  const trees = forest.at('trees').items().length;
  const best = learner
    .find('attributes')
    ?.find('best_iteration')
    ?.count(0, 2 ** 31);
  if (best === undefined) {
    if (asked !== undefined) refuseIterations('the file names no best iteration');
    return { trees, warnings: [] };
  }
  const perIteration = outputs * countParallel(forest);
  // since 2.0 the file says where each iteration begins, and where the last ends
  const bounds = forest.find('iteration_indptr')?.numbers();
  const iterations = bounds === undefined ? trees / perIteration : bounds.length - 1;
  if (!(best + 1 < iterations)) return { trees, warnings: [] };
  const choice = asked ?? (isByWrapper ? 'best' : 'all');
  const because =
    asked !== undefined
      ? 'as was asked'
      : `as ${choice === 'best' ? 'the scikit-learn wrapper' : 'Booster.predict'} does`;
  const used = choice === 'best' ? `those up to it are used` : 'all are used';
  const warnings = [
    `the file names iteration ${best} of ${iterations} as its best; ${used}, ${because}`,
  ];
  if (choice === 'all') return { trees, warnings };
  const end = bounds === undefined ? (best + 1) * perIteration : bounds[best + 1]!;
  if (!(Number.isInteger(end) && end >= 0 && end <= trees)) {
    refuseBroken(`iteration_indptr/${best + 1}: expected a number of trees up to ${trees}`);
  }
  return { trees: end, warnings };
}

/** Throws for a choice of iterations where there is none to make: an option must not do nothing. */
export function refuseIterations(why: string): never {
  refuseBroken(`no iterations can be chosen: ${why}`);
}

function countParallel(forest: JsonValue): number {
  return (
    forest
      .at('gbtree_model_param')
      .find('num_parallel_tree')
      ?.count(1, 2 ** 31) ?? 1
  );
}
