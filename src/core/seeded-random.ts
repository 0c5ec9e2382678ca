import type { Random } from './random.ts';

/**
 * Makes a generator that gives the same numbers for the same seed on every machine.
 * Mulberry32 (Tommy Ettinger, 2017): 32 bits per number, period 2^32; for samples and tests, never for secrets.
 * @param seed An integer; its lowest 32 bits count.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
