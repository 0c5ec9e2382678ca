import { SpillwayError } from '../core/index.ts';
import { type CounterfactualFinder, createCounterfactualFinder } from '../explain/index.ts';
import type { CounterfactualSearch, Model } from '../model/index.ts';
import type { Answerer } from './answerer.ts';

/** Looks for counterfactuals of one model's decisions; what the search needs is prepared at the first one. */
export function createCounterfactualSearch(model: Model | null): Answerer['findCounterfactuals'] {
  let finder: CounterfactualFinder | undefined;
  return (values, shouldStop) => {
    if (model === null) return nothing('the version is code that answers later');
    if (model.task === 'regression') {
      return nothing('of a regression nobody says which value would be another decision');
    }
    try {
      finder ??= createCounterfactualFinder(model);
      return finder.find(values, { shouldStop });
    } catch (error) {
      if (SpillwayError.isInstance(error)) return nothing(error.message);
      throw error;
    }
  };
}

function nothing(why: string): CounterfactualSearch {
  const text = `Nothing could be looked for: ${why}.`;
  return { counterfactuals: [], text, evaluations: 0, exhaustive: false };
}
