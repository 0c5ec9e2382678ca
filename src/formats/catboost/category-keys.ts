// What: the 64-bit keys of CatBoost's category tables, out of the 32-bit hashes of categories.
// Source: catboost/catboost catboost/libs/model/hash.h, `CalcHash`, and `CalcHashes` of ctr_provider.h: from h = 0, for
// each element with the value v (a hash as a signed number, or 0 or 1), h becomes M (h + M v) modulo 2^64.
// Complexity: constant, once per file; none of it runs per row.
// Invariant: the key is the sum of one term per element, that of element i of n being M^(n - i + 1) v for i from 0.

const magic = 0x4906ba494954cb65n;

/** The term of `value`, for an element after which `after` more come. */
export function termOf(value: bigint, after: number): bigint {
  let term = BigInt.asUintN(64, magic * value);
  for (let power = 0; power <= after; power++) term = BigInt.asUintN(64, magic * term);
  return term;
}

/** The value that stands for a category in a key: its hash read as a signed number. */
export function valueOfHash(hash: number): bigint {
  return BigInt(hash | 0);
}

/** 64-bit numbers as two halves each, the upper first. */
export function toHalves(numbers: Iterable<bigint> & { readonly length: number }): Uint32Array {
  const halves = new Uint32Array(2 * numbers.length);
  let at = 0;
  for (const number of numbers) {
    halves[at++] = Number(number >> 32n);
    halves[at++] = Number(number & 0xffffffffn);
  }
  return halves;
}
