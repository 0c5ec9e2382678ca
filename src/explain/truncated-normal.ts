// What: draws from the normal distribution cut off on both sides.
// Source: C. P. Robert, Simulation of truncated normal variables, Statistics and Computing 5 (1995), section 2.2:
//   rejection from the uniform distribution when the interval is short, else from the normal one (Box and Muller, 1958).
// Complexity: constant; a proposal is taken with a probability of at least 0.49.
// Invariant: what is drawn lies in the interval and has the mean and deviation of the distribution there.

import type { Random } from '../core/index.ts';

/** From this length on the normal distribution is the better proposal: the square root of 2 pi. */
const longInterval = Math.sqrt(2 * Math.PI);

/** Draws from the normal distribution of mean 0 and deviation 1 between `low` and `high`, which stand on either side of 0 or at it. */
export function drawTruncatedNormal(low: number, high: number, random: Random): number {
  if (high - low < longInterval) {
    for (;;) {
      const proposal = low + (high - low) * random();
      if (random() <= Math.exp((-proposal * proposal) / 2)) return proposal;
    }
  }
  for (;;) {
    // 1 - random() is never 0, of which there is no logarithm
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const proposal = radius * Math.cos(2 * Math.PI * random());
    if (proposal >= low && proposal <= high) return proposal;
  }
}
