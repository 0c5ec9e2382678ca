import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { listAt } from './list-at.ts';

/** What a CatBoost file says of the features of a row. Kinds are numbered apart; `flat` counts them all. */
export interface FileFeatures {
  readonly floats: ReadonlyMap<number, FloatFeature>;
  readonly categoricals: ReadonlyMap<number, CategoricalFeature>;
  readonly count: number;
  /** By `flat`; `undefined` when the file names none. */
  readonly names: readonly string[] | undefined;
}

/** A number, which splits compare with borders. */
export interface FloatFeature {
  readonly flat: number;
  /** Float32, in the order in which splits number them. */
  readonly borders: Float32Array;
  /** Whether a missing value counts as above every border, instead of above none. */
  readonly missingIsAbove: boolean;
}

/** A category, which splits compare with hashes or replace by a statistic. */
export interface CategoricalFeature {
  readonly flat: number;
  /** Hashes that splits look for, in the order in which splits number them. */
  readonly oneHot: readonly number[];
}

const treatments = ['AsIs', 'AsFalse', 'AsTrue'];

/** Reads `features_info`, keeping the order of the file, by which splits are numbered. */
export function readFeatures(info: JsonValue): FileFeatures {
  for (const kind of ['text', 'embedding']) {
    if (listAt(info, `${kind}_features`).length > 0) {
      refuseUnsupported(`${kind} features`, 'train on numbers and categories');
    }
  }
  const floatItems = listAt(info, 'float_features');
  const categoricalItems = listAt(info, 'categorical_features');
  const items = [...floatItems, ...categoricalItems];
  if (items.length === 0) refuseBroken(`${info.path}: expected at least one feature`);
  if (items.length > limits.columns) {
    refuseUnsupported(`${items.length} features`, `at most ${limits.columns} can be read`);
  }
  const names = items.map(() => '');
  const seen = new Uint8Array(items.length);
  for (const item of items) {
    const flat = flatOf(item, items.length);
    if (seen[flat] === 1) refuseBroken(`${item.path}: there are two features ${flat}`);
    seen[flat] = 1;
    names[flat] = (item.find('feature_name') ?? item.at('feature_id')).string();
  }
  return {
    floats: byIndex(floatItems, (item) => readFloat(item, items.length)),
    categoricals: byIndex(categoricalItems, (item) => ({
      flat: flatOf(item, items.length),
      oneHot: listAt(item, 'values').map(readHash),
    })),
    count: items.length,
    names: names.some((name) => name !== '')
      ? names.map((name, flat) => (name === '' ? `f${flat}` : name))
      : undefined,
  };
}

/** A hash of 32 bits, which CatBoost writes with a sign in some places and without in others. */
export function readHash(json: JsonValue): number {
  const hash = json.number();
  if (!Number.isInteger(hash) || hash < -(2 ** 31) || hash >= 2 ** 32) {
    json.refuse('a whole number of 32 bits');
  }
  return hash >>> 0;
}

function byIndex<Item>(
  items: readonly JsonValue[],
  read: (item: JsonValue) => Item,
): Map<number, Item> {
  const found = new Map(
    items.map((item) => [item.at('feature_index').count(0, limits.columns), read(item)]),
  );
  if (found.size !== items.length) refuseBroken('two features of one kind share a feature_index');
  return found;
}

function readFloat(item: JsonValue, count: number): FloatFeature {
  const list = item.at('borders');
  const borders = Float32Array.from(list.kind === 'null' ? [] : list.numbers());
  const treatment = item.at('nan_value_treatment');
  if (!treatments.includes(treatment.string())) treatment.refuse(treatments.join(', '));
  return { flat: flatOf(item, count), borders, missingIsAbove: treatment.is('AsTrue') };
}

function flatOf(item: JsonValue, count: number): number {
  return item.at('flat_feature_index').count(0, count - 1);
}
