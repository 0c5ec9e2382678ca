/**
 * When requests are due, in milliseconds from the start: fixed in advance, so that a slow server cannot slow down who asks
 * it. Arrivals of a Poisson process, as those of many independent clients are, drawn from a seed.
 */
export function createSchedule(phases, seed) {
  const random = createRandom(seed);
  const due = [];
  let startsAt = 0;
  for (const { rate, milliseconds } of phases) {
    let at = startsAt;
    for (;;) {
      at += (-Math.log(1 - random()) * 1000) / rate;
      if (at >= startsAt + milliseconds) break;
      due.push(at);
    }
    startsAt += milliseconds;
  }
  return Float64Array.from(due);
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
