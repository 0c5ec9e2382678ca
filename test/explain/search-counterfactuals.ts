import { type CounterfactualOptions, createCounterfactualFinder } from '../../src/explain/index.ts';
import type { CounterfactualSearch, Model } from '../../src/model/index.ts';

/** One search of one model. */
export function findCounterfactuals(
  model: Model,
  values: Float64Array,
  options?: CounterfactualOptions,
): CounterfactualSearch {
  return createCounterfactualFinder(model).find(values, options);
}
