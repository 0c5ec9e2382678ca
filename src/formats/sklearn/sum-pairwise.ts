// What: the sum of consecutive numbers, rounded as numpy rounds it.
// Source: numpy numpy/_core/src/umath/loops_utils.h.src (`DOUBLE_pairwise_sum`).
// Complexity: linear in the numbers.
// Invariant: below eight numbers from left to right, up to 128 in eight sums side by side, beyond that in halves.

const lanes = 8;
const block = 128;

/** The sum of `count` numbers from `start` on. */
export function sumPairwise(numbers: Float64Array, start: number, count: number): number {
  if (count > block) {
    const half = Math.floor(count / 2);
    const first = half - (half % lanes);
    return sumPairwise(numbers, start, first) + sumPairwise(numbers, start + first, count - first);
  }
  const end = start + count;
  let sum = 0;
  let at = start;
  if (count >= lanes) {
    const sums = numbers.slice(start, start + lanes);
    for (at += lanes; at + lanes <= end; at += lanes) {
      for (let lane = 0; lane < lanes; lane++) sums[lane]! += numbers[at + lane]!;
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
    sum = a + b + (c + d) + (e + f + (g + h));
  }
  for (; at < end; at++) sum += numbers[at]!;
  return sum;
}
