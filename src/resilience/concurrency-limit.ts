/**
 * How many calls may be under way at once: a number that is set, or one that is found from how long calls take.
 * The second is Netflix's Gradient2 (concurrency-limits, Apache-2.0, re-implemented from its formulas), one update for
 * each window of samples, with three changes: it may shrink to one call, samples below 100 microseconds count, and a call
 * that was dropped shrinks it, as in that library's AIMD limit.
 * O(1) per sample. Invariant: `min` <= limit <= `max`, and nothing but `sample` changes it.
 */
import { checkOptions, SpillwayError } from '../core/index.ts';
import {
  completeOptions,
  type GradientLimitOptions,
  type GradientLimitSettings,
  warmUpWindows,
} from './gradient-limit-options.ts';

/**
 * How a call ended, for a limit: well; or dropped, which is that it overran its deadline or that the other side refused
 * it because of load (HTTP 429 or 503).
 */
export type CallOutcome = 'ok' | 'dropped';

/** How many calls may be under way at once. */
export interface ConcurrencyLimit {
  /** At least 1. May have a fraction; its whole part is how many calls may be under way. */
  readonly limit: number;
  /**
   * A call ended, `rttMs` milliseconds after its start. `inFlight`: calls that were under way at its start, itself included.
   * @throws SpillwayError `INVALID_OPTION` when `rttMs` is negative or not finite.
   */
  sample(rttMs: number, inFlight: number, outcome: CallOutcome): void;
}

/**
 * Makes a limit that stays as it is.
 * @param limit Calls at once: an integer from 1.
 * @throws SpillwayError `INVALID_CONFIG`.
 */
export function createFixedLimit(limit: number): ConcurrencyLimit {
  checkOptions('fixed limit', [
    {
      option: 'limit',
      value: limit,
      holds: Number.isInteger(limit) && limit >= 1,
      expected: 'an integer from 1',
    },
  ]);
  return Object.freeze({ limit, sample: () => undefined });
}

/**
 * Makes a limit that grows while calls take as long as they did, and shrinks when they get slower or are dropped.
 *
 * A window ends with the first sample that is at least its `windowSamples`-th and at least `windowMs` after its start.
 * Then, with `short` the mean time of its calls that ended well, `long` the average of the `short` of `longWindow`
 * windows, and `inFlight` the most of its samples: the limit stays when `inFlight` is less than half of it; else it
 * moves, by `smoothing`, to `limit * gradient + queueSize`, where `gradient` is `tolerance * long / short`, between 0.5
 * and 1. The first dropped call of a window multiplies the limit by 0.9 at once, and keeps the window from lifting it.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function createGradientLimit(options: GradientLimitOptions = {}): ConcurrencyLimit {
  return new GradientLimit(completeOptions(options));
}

const dropFactor = 0.9;
const leastGradient = 0.5;
/** When the long average is this many times the short one, an outage is over: it is made to forget. */
const staleRatio = 2;
const staleFactor = 0.95;
/** A nanosecond: clocks may say that no time has passed. */
const shortestRttMs = 1e-6;

class GradientLimit implements ConcurrencyLimit {
  readonly #settings: GradientLimitSettings;
  #limit: number;
  #longMs = 0;
  #windows = 0;
  // of the present window
  #startedAt: number;
  #samples = 0;
  #succeeded = 0;
  #sumMs = 0;
  #mostInFlight = 0;
  #dropped = false;

  constructor(settings: GradientLimitSettings) {
    this.#settings = settings;
    this.#limit = settings.initial;
    this.#startedAt = settings.clock.now();
  }

  get limit(): number {
    return this.#limit;
  }

  sample(rttMs: number, inFlight: number, outcome: CallOutcome): void {
    if (!(rttMs >= 0 && rttMs < Number.POSITIVE_INFINITY)) {
      throw new SpillwayError('INVALID_OPTION', `a call took ${rttMs} ms, expected 0 or more`);
    }
    this.#samples++;
    this.#mostInFlight = Math.max(this.#mostInFlight, inFlight);
    if (outcome === 'ok') {
      this.#succeeded++;
      this.#sumMs += rttMs;
    } else if (!this.#dropped) {
      this.#dropped = true;
      this.#move(this.#limit * dropFactor);
    }
    const { windowSamples, windowMs, clock } = this.#settings;
    if (this.#samples < windowSamples) return;
    const now = clock.now();
    if (now - this.#startedAt < windowMs) return;
    this.#endWindow();
    this.#startedAt = now;
  }

  #endWindow(): void {
    if (this.#succeeded > 0) {
      const next = this.#estimate(Math.max(shortestRttMs, this.#sumMs / this.#succeeded));
      this.#move(this.#dropped ? Math.min(this.#limit, next) : next);
    }
    this.#samples = 0;
    this.#succeeded = 0;
    this.#sumMs = 0;
    this.#mostInFlight = 0;
    this.#dropped = false;
  }

  #estimate(shortMs: number): number {
    const { queueSize, tolerance, smoothing } = this.#settings;
    const limit = this.#limit;
    const longMs = this.#average(shortMs);
    if (longMs / shortMs > staleRatio) this.#longMs *= staleFactor;
    // when fewer calls come than may, their times say nothing about a higher limit
    if (this.#mostInFlight < limit / 2) return limit;
    const gradient = Math.max(leastGradient, Math.min(1, (tolerance * longMs) / shortMs));
    return limit * (1 - smoothing) + (limit * gradient + queueSize) * smoothing;
  }

  /** Adds to the long average, and answers it. */
  #average(shortMs: number): number {
    this.#windows++;
    const share =
      this.#windows <= warmUpWindows ? 1 / this.#windows : 2 / (this.#settings.longWindow + 1);
    this.#longMs += (shortMs - this.#longMs) * share;
    return this.#longMs;
  }

  #move(limit: number): void {
    this.#limit = Math.max(this.#settings.min, Math.min(this.#settings.max, limit));
  }
}
