import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { StatisticType } from './statistic-type.ts';

/** What training rows were counted under each key. */
export interface StatisticTable {
  /** Where in `numbers` each key has its row. */
  readonly rows: ReadonlyMap<bigint, number>;
  /** `width` numbers per row: counts of rows, by class where the type asks for it, or a sum and a count. */
  readonly numbers: Float64Array;
  readonly width: number;
  /** What counts are divided by, where the type does not count classes. */
  readonly denominator: number;
}

/** The key of an empty place in CatBoost's hash table. */
const emptyKey = 2n ** 64n - 1n;
const key = /^\d{1,20}$/;

/** Reads one table of `ctr_data`: keys as strings of digits, each followed by its numbers. */
export function readTable(json: JsonValue, type: StatisticType): StatisticTable {
  const width = json.at('hash_stride').count(2, limits.outputs) - 1;
  const expected = widthsOf(type);
  if (width < expected.least || width > expected.most) {
    json.at('hash_stride').refuse(`a number that fits the type ${type}`);
  }
  const map = json.at('hash_map');
  const items = map.kind === 'null' ? [] : map.items();
  if (items.length % (width + 1) !== 0) map.refuse(`a multiple of ${width + 1} items`);
  const rows = new Map<bigint, number>();
  const numbers = new Float64Array((items.length / (width + 1)) * width);
  for (let row = 0; row * width < numbers.length; row++) {
    const first = row * (width + 1);
    const spelt = items[first]!.string();
    if (!key.test(spelt)) items[first]!.refuse('a key of digits');
    for (let at = 0; at < width; at++) {
      numbers[row * width + at] = items[first + 1 + at]!.number();
    }
    const found = BigInt(spelt);
    if (found > emptyKey || rows.has(found)) items[first]!.refuse('a key of 64 bits of its own');
    if (found !== emptyKey) rows.set(found, row);
  }
  return { rows, numbers, width, denominator: json.at('counter_denominator').number() };
}

function widthsOf(type: StatisticType): { least: number; most: number } {
  if (type === 'Counter' || type === 'FeatureFreq') return { least: 1, most: 1 };
  if (type === 'Borders' || type === 'Buckets') return { least: 2, most: limits.outputs };
  return { least: 2, most: 2 };
}
