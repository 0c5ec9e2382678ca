import type { BreakerState } from '../../src/resilience/index.ts';

export const limits = {
  failureThreshold: 3,
  failureRatio: 0.5,
  minimumCalls: 6,
  windowMs: 100,
  recoveryTimeoutMs: 60,
  timeoutMs: 30,
} as const;

/** What a breaker should do, written for clarity: every result is kept, everything is counted anew each time. */
export class ReferenceBreaker {
  state: BreakerState = 'closed';
  /** The state entered and the time, for every change. */
  readonly changes: [BreakerState, number][] = [];
  /** Grows with each opening and half-opening; results of calls of an earlier life are ignored. */
  #life = 0;
  #lifeStartedAt = 0;
  #openUntil = 0;
  #trying = false;
  #failuresInARow = 0;
  #results: { readonly at: number; readonly good: boolean }[] = [];

  look(now: number): BreakerState {
    if (this.state === 'open' && now >= this.#openUntil) {
      this.#enter('half-open', now);
      this.#life++;
      this.#lifeStartedAt = now;
      this.#trying = false;
      this.#failuresInARow = 0;
      this.#results = [];
    }
    return this.state;
  }

  /** The life that the call belongs to, or `null` when it is refused. */
  admit(now: number): number | null {
    const state = this.look(now);
    if (state === 'open' || (state === 'half-open' && this.#trying)) return null;
    this.#trying = true;
    return this.#life;
  }

  finish(life: number, outcome: 'good' | 'bad' | 'cancelled', now: number): void {
    if (life !== this.#life) return;
    this.#trying = false;
    if (outcome === 'cancelled') return;
    const good = outcome === 'good';
    this.#results.push({ at: now, good });
    this.#failuresInARow = good ? 0 : this.#failuresInARow + 1;
    if (good && this.state === 'half-open') this.#enter('closed', now);
    if (!good && this.#shouldOpen(now)) {
      this.#enter('open', now);
      this.#life++;
      this.#openUntil = now + limits.recoveryTimeoutMs;
    }
  }

  #shouldOpen(now: number): boolean {
    const tenth = (at: number) => Math.floor((at - this.#lifeStartedAt) / (limits.windowMs / 10));
    const recent = this.#results.filter(({ at }) => tenth(at) > tenth(now) - 10);
    const failures = recent.filter(({ good }) => !good).length;
    return (
      this.state === 'half-open' ||
      this.#failuresInARow >= limits.failureThreshold ||
      (recent.length >= limits.minimumCalls && failures > recent.length * limits.failureRatio)
    );
  }

  #enter(state: BreakerState, now: number): void {
    this.state = state;
    this.changes.push([state, now]);
  }
}
