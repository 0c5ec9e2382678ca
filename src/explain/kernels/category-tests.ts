import type { CategoricalNodes, TreeEnsemble } from '../../model/index.ts';

/** Tests for categories of one column of the row, as bitmaps over all codes that any of them looks for. */
export interface CategoryTests {
  /** Of each test `words` words: the bit at a value's place is set when the value goes left. */
  readonly bitmaps: Int32Array;
  readonly words: number;
  /** The place of a value; what no test looks for has one, and so has a missing value. */
  placeOf(x: number): number;
}

/**
 * Prepares the tests of nodes that look for categories of one column.
 * @returns `null` when the bitmaps would take more than so many bits
 */
export function createCategoryTests(
  ensemble: TreeEnsemble,
  nodes: readonly number[],
  mostBits: number,
): CategoryTests | null {
  const categorical = ensemble.categorical!;
  const places = new Map<number, number>();
  for (const node of nodes) {
    for (const code of listOf(categorical, node)) {
      if (!places.has(code)) places.set(code, places.size);
    }
  }
  const other = places.size;
  const missing = other + 1;
  const words = Math.ceil((missing + 1) / 32);
  if (words * 32 * nodes.length > mostBits) return null;
  const bitmaps = new Int32Array(words * nodes.length);
  for (const [test, node] of nodes.entries()) {
    const set = (place: number): void => {
      bitmaps[test * words + (place >>> 5)]! |= 1 << (place & 31);
    };
    for (const code of listOf(categorical, node)) set(places.get(code)!);
    if (ensemble.missingLeft[node] === 1) set(missing);
  }
  return {
    bitmaps,
    words,
    placeOf: (x) => (Number.isNaN(x) ? missing : (places.get(Math.trunc(x)) ?? other)),
  };
}

/** The codes that a node sends left. */
export function listOf({ categories, count, start }: CategoricalNodes, node: number): Int32Array {
  const from = start[node]!;
  return categories.subarray(from, from + count[node]!);
}
