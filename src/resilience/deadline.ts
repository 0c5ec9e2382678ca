import type { Clock } from '../core/index.ts';

/** The absolute monotonic time, in milliseconds of `clock.now()`, at which `timeoutMs` from now are over. */
export function deadlineAfter(clock: Clock, timeoutMs: number): number {
  return clock.now() + timeoutMs;
}

/** Whether a deadline has passed: a comparison, so cheap enough to ask before and after every model. */
export function isExpired(deadline: number, clock: Clock): boolean {
  return clock.now() >= deadline;
}
