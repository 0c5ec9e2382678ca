/** What a request of a kind is expected to cost, learned from those that were answered. */
export interface ServiceTimes {
  /** Expected work in milliseconds, above 0. `bytes` is the size of the body. */
  expectedMs(kind: number, bytes: number): number;
  /** A request of this kind and size took so long, in milliseconds of the thread. */
  observe(kind: number, bytes: number, tookMs: number): void;
}

/** A larger body is taken for many rows, whose cost grows with their bytes. */
const largeBody = 4096;
/** Of one row, or of a KiB of many, before the first was seen. */
const guessMs = 0.1;
const leastMs = 1e-3;
/** Share of the newest observation in the mean: the last twenty or so count. */
const newest = 0.1;
/**
 * An observation counts for at most so many means. The first calls of a process, a collection and a preempted thread take
 * a hundred times as long as usual, and must not make a server refuse what it can do; a kind that did become dear is
 * known by the twentieth call.
 */
const mostMeans = 4;

/** Makes exponentially weighted means of service times for `kinds` kinds, numbered from 0: of a row each, and per KiB of large bodies. */
export function createServiceTimes(kinds: number): ServiceTimes {
  const perRow = new Float64Array(kinds).fill(guessMs);
  const perKibibyte = new Float64Array(kinds).fill(guessMs);
  return {
    expectedMs(kind, bytes) {
      const isLarge = bytes > largeBody;
      const mean = (isLarge ? perKibibyte : perRow)[kind] ?? guessMs;
      return isLarge ? (mean * bytes) / 1024 : mean;
    },
    observe(kind, bytes, tookMs) {
      const isLarge = bytes > largeBody;
      const means = isLarge ? perKibibyte : perRow;
      const value = isLarge ? (tookMs * 1024) / bytes : tookMs;
      const mean = means[kind] ?? guessMs;
      const counted = Math.min(value, mean * mostMeans);
      means[kind] = Math.max(leastMs, mean + (counted - mean) * newest);
    },
  };
}
