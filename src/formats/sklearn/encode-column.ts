import type { Category } from '../../model/index.ts';
import type { PickleScalar, PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { Column, RowPlan } from './row-plan.ts';

/** The categories that an encoder knows of one column. */
export interface Categories {
  /** Those that are not missing, with the places they have in the encoder. */
  readonly known: readonly Category[];
  readonly places: readonly number[];
  /** The place of the missing value, -1 when it is no category. */
  readonly missing: number;
  /** Whether that is None, which some encoders take for a category like any other, and not NaN. */
  readonly isNone: boolean;
  /** How many there are with it. */
  readonly count: number;
  readonly path: string;
}

/** Reads one of the arrays of `categories_`. */
export function readCategories(array: PickleValue): Categories {
  const all = array.scalars();
  const places = [...all.keys()].filter((place) => !isMissing(all[place]!));
  const missing = [...all.keys()].filter((place) => isMissing(all[place]!));
  if (missing.length > 1) {
    refuseUnsupported(
      'an encoder with None and NaN as categories',
      'a missing value of a row is only one of them; use one of them in training',
    );
  }
  const known = all.filter((category): category is Category => !isMissing(category));
  if (new Set(known).size !== known.length) array.refuse('different categories');
  const [place = -1] = missing;
  const isNone = all[place] === null;
  return { known, places, missing: place, isNone, count: all.length, path: array.path };
}

function isMissing(scalar: PickleScalar): boolean {
  return scalar === null || Number.isNaN(scalar);
}

/** Whether an encoder makes float32 of its categories. */
export function makesSingle(encoder: PickleValue): boolean {
  const type = encoder.find('dtype');
  return type?.reference === 'numpy.float32' || type?.dtype === 'f4';
}

/**
 * The number of the value that says which category a column has: its place in the encoder, any other number for an
 * unknown one, and never missing.
 * @param isStrict whether the encoder refuses unknown ones
 */
export function encodeColumn(
  plan: RowPlan,
  column: Column,
  categories: Categories,
  isStrict: boolean,
): number {
  return column.isRaw
    ? encodeFeature(plan, column, categories, isStrict)
    : encodeNumbers(plan, column, categories, isStrict);
}

function encodeFeature(
  plan: RowPlan,
  column: Column,
  categories: Categories,
  isStrict: boolean,
): number {
  const { missing, count } = categories;
  const { known, places } = withTwins(categories);
  const codes = plan.asCategories(column, known, isStrict);
  let value = column.value;
  // the code of an unknown one may be any number that is no place
  if (missing !== -1 || !codes.every((code, index) => code === places[index])) {
    value = plan.add(recode(value, codes, places, count));
  }
  const { fill } = column;
  // an imputer before it has let None or NaN of the training table pass when the encoder knows it
  const isFilled = fill !== undefined && missing === -1;
  const filled = isFilled ? (places[known.indexOf(fill)] ?? -1) : missing;
  if (filled === -1 && isStrict) plan.refuseMissing([{ ...column, mayMiss: true }]);
  return plan.add({ kind: 'fill', of: value, value: filled === -1 ? count : filled });
}

/** Python has False for 0 and True for 1: a column of either kind is asked with both. */
function withTwins({ known, places }: Categories): Pick<Categories, 'known' | 'places'> {
  const twins = known.flatMap((category) => twinOf(category) ?? []);
  if (twins.length < known.length || new Set(known.map((category) => typeof category)).size !== 1) {
    return { known, places };
  }
  return { known: [...known, ...twins], places: [...places, ...places] };
}

function twinOf(category: Category): Category | undefined {
  if (typeof category === 'boolean') return Number(category);
  return category === 0 || category === 1 ? category === 1 : undefined;
}

function encodeNumbers(
  plan: RowPlan,
  column: Column,
  { known, places, missing, count, path }: Categories,
  isStrict: boolean,
): number {
  const numbers = known.map(Number);
  const knowsAll = column.range?.every((number) => numbers.includes(number)) ?? false;
  if ((isStrict && !knowsAll) || known.some((category) => typeof category === 'string')) {
    return refuseUnsupported(
      `an encoder of computed numbers (${path})`,
      'encode the features themselves, or numbers with handle_unknown="ignore"',
    );
  }
  if (isStrict && missing === -1) plan.refuseMissing([column]);
  const value = plan.add(recode(column.value, numbers, places, count));
  return plan.add({ kind: 'fill', of: value, value: missing === -1 ? count : missing });
}

function recode(
  of: number,
  keys: readonly number[],
  values: readonly number[],
  other: number,
): { kind: 'recode'; of: number; keys: Float64Array; values: Float64Array; other: number } {
  const order = [...keys.keys()].toSorted((a, b) => keys[a]! - keys[b]!);
  return {
    kind: 'recode',
    of,
    keys: Float64Array.from(order, (at) => keys[at]!),
    values: Float64Array.from(order, (at) => values[at]!),
    other,
  };
}
