/** The time, passed in everywhere so that tests decide what it is. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes backwards. For durations and deadlines. */
  now(): number;
  /** Milliseconds since the Unix epoch. For time stamps that people read, never for durations. */
  wallNow(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels. Never keeps a process alive. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The machine's own clock: the only place in the library that reads it. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(callback: () => void, delayMs: number) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
