import type { FeatureStep, FeatureSteps } from '../../model/index.ts';
import { zeroThreshold } from './zero-threshold.ts';

/**
 * How a feature is looked at. `plain`: as it is; `zero-missing`: what counts as 0 is missing; `exact-zero`: what counts as 0
 * is 0, for sums, to which it would add a little.
 */
export type Treatment = 'plain' | 'zero-missing' | 'exact-zero';

const treatments: readonly Treatment[] = ['plain', 'zero-missing', 'exact-zero'];

/** The bit that stands for a treatment among those that a feature gets. */
export function bitOf(treatment: Treatment): number {
  return 1 << treatments.indexOf(treatment);
}

/** The columns of a model: one for each feature, and another for each other treatment that a feature gets. */
export interface FeatureColumns {
  readonly names: readonly string[];
  readonly steps: FeatureSteps;
  /** The column of a feature under a treatment that it was said to get. */
  find(feature: number, treatment: Treatment): number;
}

/**
 * Makes the columns. `uses` are the treatments that each feature gets, as bits; `words` are, for a feature that rows give in words,
 * how many words there are.
 */
export function createFeatureColumns(
  names: readonly string[],
  uses: Uint8Array,
  words: ReadonlyMap<number, number>,
): FeatureColumns {
  const steps: FeatureStep[] = [];
  const columnNames = [...names];
  const columns = [...names.keys()];
  const places = new Map(
    treatments.map((treatment) => [treatment, new Int32Array(names.length)] as const),
  );
  const make = (step: FeatureStep): number => names.length + steps.push(step) - 1;
  const treat = (of: number, treatment: Treatment): number => {
    if (treatment === 'plain') return of;
    const known = make({ kind: 'forget', of, value: 0, tolerance: zeroThreshold });
    if (treatment === 'zero-missing') return known;
    // 0 for any number but the infinities, which are known; a missing value stays missing
    const zero = make({ kind: 'multiply', of, operand: 0 });
    return make({ kind: 'first', of: [known, zero] });
  };
  for (const [feature, name] of names.entries()) {
    const count = words.get(feature);
    // LightGBM takes a word that it was not trained on for a missing value
    const source =
      count === undefined
        ? feature
        : make({ kind: 'forget', of: feature, value: count, tolerance: 0 });
    columns[feature] = source;
    const given = treatments.filter((treatment) => (uses[feature]! & bitOf(treatment)) !== 0);
    for (const [index, treatment] of given.entries()) {
      const column = index === 0 ? feature : columns.length;
      columns[column] = treat(source, treatment);
      // no name of LightGBM's has a space
      if (index > 0) columnNames.push(`${name} (${treatment})`);
      places.get(treatment)![feature] = column;
    }
  }
  return {
    names: columnNames,
    steps: { features: names.length, steps, columns },
    find: (feature, treatment) => places.get(treatment)![feature]!,
  };
}
