import type { FeatureStep } from '../../model/index.ts';
import { refuseBroken } from '../refusals.ts';
import { termOf, toHalves, valueOfHash } from './category-keys.ts';
import type { FileCategories, NamedCategories } from './name-categories.ts';
import type { FileFeatures } from './read-features.ts';
import type { StatisticElement } from './read-statistics.ts';

/** A value that a key is made of, and the term that each of its numbers adds to the key. */
export interface KeyOperand {
  readonly of: number;
  readonly terms: Uint32Array;
}

/** Prepares the making of operands: of an element, after which `after` more come. What can be shared is. */
export function createOperandMaker(
  features: FileFeatures,
  { named }: FileCategories,
  push: (step: FeatureStep) => number,
): (element: StatisticElement, after: number) => KeyOperand {
  const termsOf = memoize((categories: NamedCategories) =>
    memoize((after: number) => termsOfCodes(categories, after)),
  );
  const bits = new Map<string, number>();
  /** The number of a value that is 1 where an element holds, else 0. */
  const bitOf = (element: StatisticElement): number => {
    const spelt = JSON.stringify(element);
    const made = bits.get(spelt) ?? makeBit(element);
    bits.set(spelt, made);
    return made;
  };
  const makeBit = (element: StatisticElement): number => {
    if (element.kind === 'above') {
      const { flat, missingIsAbove } = featureAt(features.floats, element.feature);
      const rounded = push({ kind: 'round', of: flat });
      const above = push({ kind: 'above', of: rounded, operand: element.border });
      return push({ kind: 'fill', of: above, value: missingIsAbove ? 1 : 0 });
    }
    const { codes } = featureAt(named, element.feature);
    const { flat } = featureAt(features.categoricals, element.feature);
    const own = element.kind === 'is' ? (codes.get(element.hash) ?? []) : [];
    return push(recodeCodes(flat, new Map(own.map((code) => [code, 1])), 0));
  };
  return (element, after) => {
    if (element.kind !== 'category') {
      return { of: bitOf(element), terms: toHalves([0n, termOf(1n, after)]) };
    }
    const { flat } = featureAt(features.categoricals, element.feature);
    return { of: flat, terms: termsOf(featureAt(named, element.feature))(after) };
  };
}

/** A step from codes to what each stands for, and any other code to `other`. */
export function recodeCodes(
  of: number,
  valueOf: ReadonlyMap<number, number>,
  other: number,
): FeatureStep {
  const keys = Float64Array.from(valueOf.keys()).toSorted();
  return { kind: 'recode', of, keys, values: keys.map((code) => valueOf.get(code)!), other };
}

/** What a part of the file says of the feature with this index; refuses when there is none. */
export function featureAt<Item>(items: ReadonlyMap<number, Item>, index: number): Item {
  return items.get(index) ?? refuseBroken(`features_info: there is no feature of index ${index}`);
}

/** The same function, which works each answer out once. */
export function memoize<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** A code that names no category, as that of a category not met in training, picks no term. */
function termsOfCodes({ categories, codes }: NamedCategories, after: number): Uint32Array {
  const terms = Array.from(categories, () => 0n);
  for (const [hash, own] of codes) {
    for (const code of own) terms[code] = termOf(valueOfHash(hash), after);
  }
  return toHalves(terms);
}
