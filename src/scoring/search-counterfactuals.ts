import { SpillwayError } from '../core/index.ts';
import { type CounterfactualFinder, createCounterfactualFinder } from '../explain/index.ts';
import type { Model } from '../model/index.ts';
import type { Answerer } from './answerer.ts';

/** Looks for counterfactuals of one model's decisions; what the search needs is prepared at the first one. */
export function createCounterfactualSearch(model: Model): Answerer['findCounterfactuals'] {
  let finder: CounterfactualFinder | undefined;
  return (values, shouldStop) => {
    try {
      finder ??= createCounterfactualFinder(model);
      return finder.find(values, { shouldStop });
    } catch (error) {
      if (!SpillwayError.isInstance(error) || error.code === 'INVALID_OPTION') throw error;
      const text = `Nothing could be looked for: ${error.message}.`;
      return { counterfactuals: [], text, evaluations: 0, exhaustive: false };
    }
  };
}
