import { refuseBroken } from '../refusals.ts';

const wordBits = 32;

/**
 * The sets of categories of one tree, each as ascending codes. A file has them as bitsets, one behind the other: bit b of
 * word w is category 32 w + b, and set n are the words from boundary n to boundary n + 1.
 */
export function readBitsets(
  list: (key: string, count: number) => ArrayLike<number>,
  sets: number,
  name: string,
): ArrayLike<number>[] {
  if (!(Number.isInteger(sets) && sets >= 1)) {
    refuseBroken(`${name}, num_cat: expected the number of nodes that look for categories`);
  }
  const boundaries = Array.from(list('cat_boundaries', sets + 1));
  const ascend = boundaries.every(
    (bound, index) => Number.isInteger(bound) && bound >= (boundaries[index - 1] ?? 0),
  );
  if (!ascend || boundaries[0] !== 0) {
    refuseBroken(`${name}, cat_boundaries: expected whole numbers that ascend from 0`);
  }
  const words = Float64Array.from(list('cat_threshold', boundaries.at(-1)!));
  if (!words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** wordBits)) {
    refuseBroken(`${name}, cat_threshold: expected numbers of ${wordBits} bits`);
  }
  return boundaries.slice(1).map((end, index) => codesIn(words.subarray(boundaries[index], end)));
}

function codesIn(words: Float64Array): ArrayLike<number> {
  const size = words.reduce((sum, word) => sum + countBits(word), 0);
  // the narrower of two, since a bitset may be full
  const codes = words.length * wordBits <= 2 ** 16 ? new Uint16Array(size) : new Int32Array(size);
  let length = 0;
  for (const [index, word] of words.entries()) {
    for (let bit = 0; bit < wordBits; bit++) {
      if ((word >>> bit) & 1) codes[length++] = index * wordBits + bit;
    }
  }
  return codes;
}

function countBits(word: number): number {
  let rest = word >>> 0;
  let bits = 0;
  for (; rest !== 0; rest = (rest & (rest - 1)) >>> 0) bits++;
  return bits;
}
