import type { Clock } from '../core/index.ts';

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward, calling what is due in order of time, each at its own moment; what a callback schedules
   * within the time is called too.
   */
  advance(ms: number): void;
  /** How many callbacks wait to be called. */
  readonly scheduled: number;
}

/**
 * Makes a fake clock. `now()` starts at 0 and `wallNow()` at `startMs`, so that mistaking one for the other shows.
 * @param startMs Milliseconds since the Unix epoch. Default: the start of 2025 in UTC.
 */
export function createFakeClock(startMs: number = Date.UTC(2025, 0, 1)): FakeClock {
  let now = 0;
  // in order of time, then of scheduling
  let waiting: readonly { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    wallNow: () => startMs + now,
    schedule(callback, delayMs) {
      const entry = { at: now + Math.max(0, delayMs), callback };
      const later = waiting.findIndex(({ at }) => at > entry.at);
      waiting = waiting.toSpliced(later === -1 ? waiting.length : later, 0, entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time does not go backwards: ${ms} ms`);
      const end = now + ms;
      for (let next = waiting[0]; next !== undefined && next.at <= end; next = waiting[0]) {
        waiting = waiting.slice(1);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    get scheduled() {
      return waiting.length;
    },
  };
}
