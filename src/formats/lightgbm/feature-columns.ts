import type { FeatureStep, FeatureSteps } from '../../model/index.ts';
import { zeroThreshold } from './zero-threshold.ts';

/**
 * How a feature is looked at. `plain`: as it is; `zero-missing`: what counts as 0 is missing; `exact-zero`: what counts as 0
 * is 0, for sums, where it would add a little.
 */
export type Treatment = 'plain' | 'zero-missing' | 'exact-zero';

/** Hands out the columns of a model while its trees are read: each feature has one, and another for each other treatment. */
export class FeatureColumns {
  readonly #names: string[];
  readonly #features: number;
  readonly #steps: FeatureStep[] = [];
  /** Of each feature the value that its columns are made from. */
  readonly #source: number[];
  readonly #columns: number[];
  readonly #places: Map<Treatment, Map<number, number>> = new Map();

  /** `categories` are, for each feature that rows give in words, how many words there are. */
  constructor(names: readonly string[], categories: ReadonlyMap<number, number>) {
    this.#names = [...names];
    this.#features = names.length;
    this.#source = [...names.keys()];
    // LightGBM takes a word that it was not trained on for a missing value
    for (const [feature, count] of categories) {
      this.#source[feature] = this.#make({
        kind: 'forget',
        of: feature,
        value: count,
        tolerance: 0,
      });
    }
    this.#columns = [...this.#source];
  }

  /** The column of a feature under a treatment. */
  find(feature: number, treatment: Treatment): number {
    if (treatment === 'plain') return feature;
    const places = this.#places.get(treatment) ?? new Map<number, number>();
    this.#places.set(treatment, places);
    const known = places.get(feature);
    if (known !== undefined) return known;
    const place = this.#columns.length;
    places.set(feature, place);
    this.#columns.push(this.#treat(this.#source[feature]!, treatment));
    // no name of LightGBM's has a space
    this.#names.push(`${this.#names[feature]!} (${treatment})`);
    return place;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  get steps(): FeatureSteps {
    return { features: this.#features, steps: this.#steps, columns: this.#columns };
  }

  #treat(of: number, treatment: Exclude<Treatment, 'plain'>): number {
    const known = this.#make({ kind: 'forget', of, value: 0, tolerance: zeroThreshold });
    if (treatment === 'zero-missing') return known;
    // 0 for any number but the infinities, which are known; a missing value stays missing
    const zero = this.#make({ kind: 'multiply', of, operand: 0 });
    return this.#make({ kind: 'first', of: [known, zero] });
  }

  #make(step: FeatureStep): number {
    return this.#features + this.#steps.push(step) - 1;
  }
}
