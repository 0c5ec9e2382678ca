// What: the smallest changes of changeable features for which a model decides otherwise.
// Source: in the order of DiCE's random search (Mothilal et al., FAT* 2020: one change, then more, then less of each), but
//   over the values between which the model itself draws its lines, all of them where the budget allows.
// Complexity: at most `maxEvaluations` answers of the model, in batches.
// Invariant: the model gave the wanted decision for each row shown, on exactly the values shown, which the card allows.

import type { CounterfactualSearch, Model, Prediction } from '../model/index.ts';
import { createAsker } from './counterfactuals/asker.ts';
import {
  type FeatureChoices,
  type Found,
  keyOf,
  smallestFirst,
} from './counterfactuals/candidate.ts';
import { createLeaveOutAlike } from './counterfactuals/columns-alike.ts';
import { createPresenter } from './counterfactuals/create-presenter.ts';
import { describeSearch } from './counterfactuals/describe.ts';
import { type FeatureCuts, findCuts } from './counterfactuals/feature-cuts.ts';
import { createGoal } from './counterfactuals/goal.ts';
import { listCategories, listNumbers } from './counterfactuals/list-choices.ts';
import { type CounterfactualOptions, completeOptions } from './counterfactuals/options.ts';
import type { SearchContext } from './counterfactuals/pull-back.ts';
import { fitsWhole, searchLevel } from './counterfactuals/search-level.ts';

/** Searches for counterfactuals of one model's decisions. */
export interface CounterfactualFinder {
  /**
   * Looks for the smallest changes of a row already read (categories by their code, NaN = missing) that move the decision.
   * A change is small when few features change, then when the sum of their distances is small: of a number the part
   * |change| / (max - min) of its range, of a category, or of a number that was not known, 1. Beside the smallest others
   * may be shown that take one feature more. The same row gets the same answer.
   * @throws SpillwayError `INVALID_OPTION`; `NOT_EXPLAINABLE` when the model fails on a row, answers several numbers, or a
   * changeable number has no range.
   */
  find(values: Float64Array, options?: CounterfactualOptions): CounterfactualSearch;
}

const nothingKnown: FeatureCuts = Object.freeze({ cuts: [], varies: 'any' });

/** Prepares searches: where the model's trees and steps draw lines is found out once. */
export function createCounterfactualFinder(model: Model): CounterfactualFinder {
  const { features } = model.schema;
  const changeable = [...features.keys()].filter((index) => features[index]!.changeable);
  const labels = changeable.map((index) => features[index]!.label ?? features[index]!.name);
  const numbers = new Set(changeable.filter((index) => features[index]!.type !== 'category'));
  const cuts =
    model.pipeline === null ? [] : findCuts(model.pipeline, (index) => numbers.has(index));
  const leaveOutAlike = createLeaveOutAlike(model.pipeline);
  const present = createPresenter(model);

  const choicesOf = (values: Float64Array): FeatureChoices[] =>
    changeable
      .map((index) => {
        const feature = features[index]!;
        const today = values[index]!;
        if (numbers.has(index))
          return listNumbers(index, feature, today, cuts[index] ?? nothingKnown);
        const choices = listCategories(index, feature, today);
        return { ...choices, candidates: leaveOutAlike(values, choices.candidates) };
      })
      .filter(({ candidates }) => candidates.length > 0);

  return Object.freeze({
    find(values, options = {}) {
      const { count, maxChanges, maxEvaluations, shouldStop } = completeOptions(options);
      const nothing = { counterfactuals: [], evaluations: 0 };
      if (changeable.length === 0) {
        const text = 'No feature of this model may change: its card marks none as changeable.';
        return { ...nothing, text, exhaustive: true };
      }
      const asker = createAsker(model, values, maxEvaluations, shouldStop);
      const today = firstAnswer(asker);
      if (today === null) {
        return { ...nothing, text: 'The search was stopped before it began.', exhaustive: false };
      }
      const goal = createGoal(model, today, options.wanted);
      if (goal.isReached(today)) {
        const text = `The answer is as wanted without any change: ${String(today.prediction)}.`;
        return { ...nothing, text, evaluations: asker.evaluations, exhaustive: true };
      }
      const choices = choicesOf(values);
      const context: SearchContext = { asker, goal, choices, gains: new Map() };
      const most = Math.min(maxChanges, choices.length);
      const { complete, found } = searchLevels(most, count, goal.nearness(today), context);
      const shown = found.toSorted(smallestFirst).slice(0, count);
      const size = shown.at(-1)?.combination.length ?? most;
      const exhaustive = complete >= size;
      return {
        counterfactuals: shown.map((each) => present(each, values, today)),
        evaluations: asker.evaluations,
        exhaustive,
        text: describeSearch({
          labels,
          isGrid: choices.some(({ isGrid }) => isGrid),
          isExhaustive: exhaustive,
          found: shown.length,
          size: Math.max(1, size),
          tried: asker.evaluations - 1,
          verb: goal.verb,
          isStopped: asker.isStopped,
        }),
      };
    },
  } satisfies CounterfactualFinder);
}

function firstAnswer(asker: SearchContext['asker']): Prediction | null {
  const answers: Prediction[] = [];
  asker.ask([[]], (_, prediction) => answers.push({ ...prediction }));
  return answers[0] ?? null;
}

/** One change, then two, and so on; after the first that are found one level more, where it can be searched whole. */
function searchLevels(
  most: number,
  count: number,
  nearnessToday: number,
  context: SearchContext,
): { readonly found: readonly Found[]; readonly complete: number } {
  const found: Found[] = [];
  let complete = 0;
  let fewest = 0;
  for (let size = 1; size <= most && found.length < count && !context.asker.isCut; size++) {
    const isLast = size === most || fewest > 0;
    // what is enough alone is in no larger set
    const alone = new Set(found.filter(isSingle).map(({ combination }) => keyOf(combination)));
    const choices = context.choices.filter(({ feature }) => !alone.has(String(feature)));
    const rest = { ...context, choices };
    if (fewest > 0 && (size > fewest + 1 || !fitsWhole({ size, isLast }, rest))) break;
    const options = { size, before: [...found], count, nearnessToday, isLast };
    const level = searchLevel(options, rest);
    if (level.isComplete && complete === size - 1) complete = size;
    found.push(...level.found);
    if (fewest === 0 && found.length > 0) fewest = size;
  }
  return { found, complete };
}

function isSingle({ combination }: Found): boolean {
  return combination.length === 1;
}
