import type { JsonValue } from '../json/json-value.ts';

/** The items of the array called `key`; none when there is no such member or CatBoost wrote `null` for an empty one. */
export function listAt(json: JsonValue, key: string): JsonValue[] {
  const list = json.find(key);
  return list === undefined || list.kind === 'null' ? [] : list.items();
}
