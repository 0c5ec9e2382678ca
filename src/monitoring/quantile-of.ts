/** A bucket of a histogram, as Prometheus has them. */
export interface Bucket {
  /** Upper bound, infinite for the last bucket; in the unit of what was observed. */
  readonly bound: number;
  /** How many observations were at most that. */
  readonly below: number;
}

/** An estimate of the q-quantile (0..1) of observations above 0 by interpolation within its bucket; `null` before the first. */
export function quantileOf(buckets: readonly Bucket[], q: number): number | null {
  const rank = q * (buckets.at(-1)?.below ?? 0);
  if (rank === 0) return null;
  let lower = 0;
  let below = 0;
  for (const bucket of buckets) {
    // nobody knows how far the last bucket goes
    if (bucket.bound === Number.POSITIVE_INFINITY) break;
    if (bucket.below > below && bucket.below >= rank)
      return lower + (bucket.bound - lower) * ((rank - below) / (bucket.below - below));
    below = bucket.below;
    lower = bucket.bound;
  }
  return lower;
}

/** Seconds as milliseconds. */
export function toMilliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
