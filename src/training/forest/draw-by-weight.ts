// What: numbers drawn with replacement, each as often as its weight says.
// Source: Vose, A linear algorithm for generating random numbers with a given distribution, IEEE TSE 17 (1991): Walker's alias.
// Complexity: O(numbers) once, then O(1) a draw.
// Invariant: the numbers drawn depend on the weights and the state only; a weight of 0 is never drawn.
import { type DrawState, drawBelow } from './random-draws.ts';

const steps = 2 ** 32;

/** Prepares drawing the places of `weights`, which are finite, not negative and not all 0: adds 1 to the tally of each drawn. */
export function createWeightedTally(
  weights: Float64Array,
): (state: DrawState, draws: number, tally: Uint32Array) => void {
  const { aliases, keeps } = tabulate(weights);
  return (state, draws, tally) => {
    for (let draw = 0; draw < draws; draw++) {
      const place = drawBelow(state, keeps.length);
      tally[drawBelow(state, steps) < keeps[place]! ? place : aliases[place]!]!++;
    }
  };
}

/** For each place in how many of 2^32 steps it stands for itself, and for which other one in the rest. */
function tabulate(weights: Float64Array): {
  readonly aliases: Uint32Array;
  readonly keeps: Float64Array;
} {
  const { length } = weights;
  // relative to the largest, so that no sum overflows
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const sum = weights.reduce((total, weight) => total + weight / largest, 0);
  const shares = weights.map((weight) => (weight / largest / sum) * length);
  const aliases = Uint32Array.from(weights.keys());
  const keeps = new Float64Array(length).fill(steps);
  const small: number[] = [];
  const large: number[] = [];
  for (const [place, share] of shares.entries()) (share < 1 ? small : large).push(place);
  while (small.length > 0 && large.length > 0) {
    const place = small.pop()!;
    const other = large.at(-1)!;
    keeps[place] = Math.round(shares[place]! * steps);
    aliases[place] = other;
    shares[other]! -= 1 - shares[place]!;
    if (shares[other]! < 1) small.push(large.pop()!);
  }
  // what is left is full but for rounding; a weight of 0 never is
  const stand = large[0] ?? weights.indexOf(largest);
  for (const place of small) {
    if (weights[place]! > 0) continue;
    keeps[place] = 0;
    aliases[place] = stand;
  }
  return { aliases, keeps };
}
