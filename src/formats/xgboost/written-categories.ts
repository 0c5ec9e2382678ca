import type { Category } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { WrittenObject } from '../writing/written-value.ts';

const encoder = new TextEncoder();
/** What XGBoost calls a whole number of 64 bits. */
const int64 = 15;

/** The `cats` of a file since 3.1: per column the words or whole numbers that its codes stand for. */
export function describeCategories(
  columns: readonly (readonly Category[] | null)[],
): WrittenObject {
  const segments = [0];
  const sorted: number[] = [];
  for (const known of columns) {
    const count = known?.length ?? 0;
    segments.push(segments.at(-1)! + count);
    sorted.push(...sortCodes(known ?? []));
  }
  return {
    enc: columns.map((known) => describeColumn(known ?? [])),
    feature_segments: Int32Array.from(segments),
    sorted_idx: Int32Array.from(sorted),
  };
}

function describeColumn(categories: readonly Category[]): WrittenObject {
  if (categories.every((category) => typeof category === 'string')) {
    const words = categories.map((word) => encoder.encode(word));
    const offsets = [0];
    for (const word of words) offsets.push(offsets.at(-1)! + word.length);
    return {
      offsets: Int32Array.from(words.length === 0 ? [] : offsets),
      // signed bytes as XGBoost writes them, but one by one: versions before 3.1 know no typed array of them in UBJSON
      values: [...Int8Array.from(words.flatMap((word) => [...word]))],
    };
  }
  if (categories.every((category) => Number.isSafeInteger(category))) {
    return { type: int64, values: BigInt64Array.from(categories, (number) => BigInt(number)) };
  }
  return refuseUnsupported(
    'categories that are neither all words nor all whole numbers',
    'XGBoost keeps no others',
  );
}

/** The codes in the order of what they stand for: words by their bytes. */
function sortCodes(categories: readonly Category[]): number[] {
  return [...categories.keys()].toSorted((a, b) => compare(categories[a]!, categories[b]!));
}

function compare(one: Category, other: Category): number {
  return typeof one === 'string' && typeof other === 'string'
    ? Buffer.compare(encoder.encode(one), encoder.encode(other))
    : Number(one) - Number(other);
}
