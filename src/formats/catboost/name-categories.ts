import type { Category } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { termOf, valueOfHash } from './category-keys.ts';
import { listAt } from './list-at.ts';
import { type FileFeatures, readHash } from './read-features.ts';
import type { Statistic } from './read-statistics.ts';

/** The categories of a feature that the model tells apart, and under which codes each is found. */
export interface NamedCategories {
  readonly categories: readonly Category[];
  /** Of each hash the codes of all spellings of its category, ascending. */
  readonly codes: ReadonlyMap<number, readonly number[]>;
}

/** What the file says of categories. */
export interface FileCategories {
  /** By the `feature_index` of a categorical feature. */
  readonly named: ReadonlyMap<number, NamedCategories>;
  /** Of each key of a table of one feature the hash of the category that it is made of. */
  readonly hashOfKey: ReadonlyMap<bigint, number>;
}

/**
 * Names the categories of each feature. The file has one list for all features: a feature whose
 * uses show which categories it has gets those, and one that stands in a combination gets the whole list.
 */
export function nameCategories(
  document: JsonValue,
  features: FileFeatures,
  statistics: readonly Statistic[],
): FileCategories {
  const names = readNames(document.at('features_info'));
  const hashOfKey = new Map<bigint, number>();
  for (const hash of names.keys()) hashOfKey.set(termOf(valueOfHash(hash), 0), hash);
  const all = name([...names.keys()], names);
  const used = new Map<number, Set<number>>();
  for (const [index, { oneHot }] of features.categoricals) used.set(index, new Set(oneHot));
  const combined = new Set<number>();
  for (const { elements, table } of statistics) {
    for (const element of elements) {
      if (element.kind === 'is') used.get(element.feature)?.add(element.hash);
      if (element.kind !== 'category') continue;
      if (elements.length > 1) combined.add(element.feature);
      else {
        for (const key of table.rows.keys()) {
          used.get(element.feature)?.add(hashOfKey.get(key) ?? refuseNameless());
        }
      }
    }
  }
  const named = new Map(
    [...used].map(([index, hashes]) => {
      const own = name([...hashes], names);
      return [index, combined.has(index) ? all : own];
    }),
  );
  return { named, hashOfKey };
}

function readNames(info: JsonValue): Map<number, string> {
  return new Map(
    listAt(info, 'cat_features_hash').map((item) => [
      readHash(item.at('hash')),
      item.at('value').string(),
    ]),
  );
}

function name(hashes: readonly number[], names: ReadonlyMap<number, string>): NamedCategories {
  const spelt = hashes
    .map((hash) => ({ hash, text: names.get(hash) ?? refuseNameless() }))
    .toSorted((one, other) => (one.text < other.text ? -1 : 1));
  const categories: Category[] = spelt.map(({ text }) => text);
  const codes = new Map(spelt.map(({ hash }, code) => [hash, [code]]));
  for (const { hash, text } of spelt) {
    for (const other of otherSpellings(text)) {
      codes.get(hash)!.push(categories.push(other) - 1);
    }
  }
  return { categories, codes };
}

/** CatBoost takes the number 1, the truth value and the text "1" for the same category. */
function otherSpellings(text: string): Category[] {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || `${number}` !== text) return [];
  return text === '0' || text === '1' ? [number, text === '1'] : [number];
}

function refuseNameless(): never {
  return refuseUnsupported(
    'categories that the file does not name',
    'save it with model.save_model(path, format="json", pool=pool), where the pool holds all rows that it was trained on',
  );
}
