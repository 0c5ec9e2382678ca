/**
 * Prepares the canonical JSON (RFC 8785) of records that all have the same keys: the order is found once.
 * @param write the JSON of a value, and the place of its key in `keys`
 */
export function createRecordWriter<Value>(
  keys: readonly string[],
  write: (value: Value, index: number) => string,
): (valueAt: (index: number) => Value) => string {
  const order = [...keys.keys()].toSorted((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
  const heads = order.map((index, at) => `${at === 0 ? '{' : ','}${JSON.stringify(keys[index])}:`);
  if (order.length === 0) return () => '{}';
  return (valueAt) => {
    let text = '';
    for (let at = 0; at < order.length; at++) {
      const index = order[at]!;
      text += heads[at]! + write(valueAt(index), index);
    }
    return `${text}}`;
  };
}

/** Prepares records that all have the same keys, in their order. */
export function createRecordMaker<Value>(
  keys: readonly string[],
): (valueAt: (index: number) => Value) => Record<string, Value> {
  const fromEntries = (valueAt: (index: number) => Value): Record<string, Value> =>
    Object.fromEntries(keys.map((key, index) => [key, valueAt(index)]));
  // only so it becomes a key like any other
  if (keys.includes('__proto__')) return fromEntries;
  // a copy of it has room for all keys from the start
  const template: Record<string, unknown> = Object.fromEntries(keys.map((key) => [key, null]));
  return (valueAt) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every key gets its value next
    const record = { ...template } as Record<string, Value>;
    for (let index = 0; index < keys.length; index++) record[keys[index]!] = valueAt(index);
    return record;
  };
}
