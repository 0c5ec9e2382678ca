// What: thresholds as integers: a number goes left where its integer is below that of the threshold.
// Source: IEEE 754 totalOrder, with -0 taken for 0; the integers of the rows are made in assembly/tree-kernels.ts.
// Complexity: constant per threshold.
// Invariant: for every number x but NaN, key(x) < key of the threshold exactly when `x < threshold` (or `<=`), also
// where x is a float32 and the threshold is none; there is room beyond the infinities, so `x <= Infinity` has a key.
import type { TreeEnsemble } from '../../model/index.ts';

/** Keys are above all numbers and below that of a missing value that goes right; both are never of a threshold. */
export const greatestKey32: number = 2 ** 31 - 1;

/** The key of a threshold for numbers rounded to float32. */
export function createThresholdKey32(
  comparison: TreeEnsemble['comparison'],
): (threshold: number) => number {
  const number = new Float32Array(1);
  const bits = new Int32Array(number.buffer);
  return (threshold) => {
    number[0] = threshold + 0; // -0 to 0; what is rounded to -0 has a key between 0 and the number below, as good
    const rounded = number[0];
    const key = bits[0]! ^ ((bits[0]! >> 31) & greatestKey32);
    if (comparison === '<') return rounded < threshold ? key + 1 : key;
    return rounded > threshold ? key : key + 1;
  };
}

/** Writes the key of a threshold for float64 numbers, plus `more`, as two words, the low one first. */
export function createThresholdKey64(
  comparison: TreeEnsemble['comparison'],
): (threshold: number, more: number, words: Int32Array, at: number) => void {
  const number = new Float64Array(1);
  const bits = new Int32Array(number.buffer);
  return (threshold, more, words, at) => {
    number[0] = threshold + 0; // -0 to 0
    const sign = bits[1]! >> 31;
    const low = (bits[0]! ^ sign) >>> 0;
    const high = bits[1]! ^ (sign & greatestKey32);
    const sum = low + (comparison === '<' ? 0 : 1) + more;
    words[at] = sum;
    words[at + 1] = high + Math.floor(sum / 2 ** 32);
  };
}
