// What: the stream of random whole numbers of one tree: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
// Source: PractRand 0.95, RNGs/sfc.h, the 32-bit variant; a counter in the state makes streams of other seeds distinct.
// Complexity: a few additions and shifts a number.
// Invariant: the numbers depend on the seed, the tree and the purpose only; assembly/train-forest.ts continues the same stream.

/** What the numbers of a tree are for: which rows it sees, and which columns its nodes look at. */
export type DrawPurpose = 'rows' | 'columns';

/** The state of a stream: four 32-bit words. */
export type DrawState = Int32Array;

/** Starts the stream of a tree for a purpose. @param seed An integer; its lowest 32 bits count. */
export function seedDraws(seed: number, tree: number, purpose: DrawPurpose): DrawState {
  const state = Int32Array.of(seed, tree, purpose === 'rows' ? 1 : 2, 1);
  for (let turn = 0; turn < 16; turn++) drawWord(state);
  return state;
}

/** The next whole number from 0 to `bound - 1`: of 2^32 steps each number gets as many, but for one. */
export function drawBelow(state: DrawState, bound: number): number {
  return Math.floor((drawWord(state) * bound) / 2 ** 32);
}

/** Adds 1 to the tally of each of so many numbers: what `drawBelow` of its length would draw, in a plain loop. */
export function tallyDraws(state: DrawState, draws: number, tally: Uint32Array): void {
  const bound = tally.length;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  for (let draw = 0; draw < draws; draw++) {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    tally[Math.floor(((sum >>> 0) * bound) / 2 ** 32)]!++;
  }
  state.set([a, b, c, counter]);
}

/** The next 32 bits, as a number from 0 on. */
function drawWord(state: DrawState): number {
  const b = state[1]!;
  const c = state[2]!;
  const sum = (state[0]! + b + state[3]!) | 0;
  state[3] = state[3]! + 1;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + sum;
  return sum >>> 0;
}
