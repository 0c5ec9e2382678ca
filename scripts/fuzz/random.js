/** Mulberry32, as in src/testing: the same numbers for the same seed on every machine. */
export function createRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `limit` - 1. */
export function below(limit, random) {
  return Math.floor(limit * random());
}

export function pick(items, random) {
  return items[below(items.length, random)];
}
