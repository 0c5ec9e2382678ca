import type { BreakerState } from '../../src/resilience/index.ts';

export interface ReferenceSettings {
  readonly failureThreshold: number;
  readonly failureRatio: number;
  readonly slowCallMs: number;
  readonly slowCallRatio: number;
  readonly minimumCalls: number;
  readonly windowMs: number;
  readonly recoveryTimeoutMs: number;
  readonly maximumRecoveryTimeoutMs: number;
  readonly recoveryJitter: number;
  readonly probes: number;
  readonly dryRun: boolean;
  readonly random: () => number;
  readonly mayOpen: () => boolean;
}

/** A call that was let through. */
export interface ReferenceCall {
  /** Which life of the breaker counts it; `null` for none. */
  readonly life: number | null;
  readonly startedAt: number;
}

/** What a breaker should do, written for clarity: every result is kept, everything is counted anew each time. */
export class ReferenceBreaker {
  forced: 'open' | 'closed' | null = null;
  isShutDown = false;
  /** Event, from, to, reason and time of everything that was told. */
  readonly told: (readonly [string, BreakerState, BreakerState, string, number])[] = [];
  readonly #settings: ReferenceSettings;
  /** What it decided by itself. */
  #decided: BreakerState = 'closed';
  /** Grows whenever a record begins or ends; results of calls of an earlier life are ignored. */
  #life = 0;
  #lifeStartedAt = 0;
  #results: { readonly at: number; readonly good: boolean; readonly slow: boolean }[] = [];
  #failuresInARow = 0;
  #openUntil = 0;
  #failedTries = 0;
  #places: { readonly takenAt: number }[] = [];
  #goodProbes = 0;
  #keptClosedAt: number | null = null;

  constructor(settings: ReferenceSettings) {
    this.#settings = settings;
  }

  look(now: number): BreakerState {
    if (this.isShutDown) return 'open';
    if (this.forced === 'open') return 'open';
    if (this.#onlyTells()) return 'closed';
    this.#letTimePass(now);
    return this.#decided;
  }

  /** The call, or the refusal: its code and when to come back. */
  admit(now: number): ReferenceCall | readonly [code: string, retryAfterMs?: number] {
    if (this.isShutDown) return ['SHUTTING_DOWN'];
    if (this.forced === 'open') return ['BREAKER_OPEN'];
    this.#letTimePass(now);
    const hasPlace = this.#places.length < this.#settings.probes;
    if (this.#decided === 'half-open' && hasPlace) this.#places.push({ takenAt: now });
    if (this.#decided === 'closed' || (this.#decided === 'half-open' && hasPlace)) {
      return { life: this.#life, startedAt: now };
    }
    if (this.#onlyTells()) return { life: null, startedAt: now };
    return ['BREAKER_OPEN', this.#decided === 'half-open' ? 0 : this.#openUntil - now];
  }

  finish(call: ReferenceCall, outcome: 'good' | 'bad' | 'cancelled', now: number): void {
    if (call.life !== this.#life) return;
    if (outcome === 'cancelled') {
      this.#places.pop();
      return;
    }
    const good = outcome === 'good';
    const slow = now - call.startedAt > this.#settings.slowCallMs;
    if (this.#decided === 'half-open') {
      if (slow || !good) return this.#open('probe-failed', now);
      this.#goodProbes++;
      if (this.#goodProbes === this.#settings.probes) this.#recover(now);
    }
    this.#results.push({ at: now, good, slow });
    this.#failuresInARow = good ? 0 : this.#failuresInARow + 1;
    const reason = this.#reasonToOpen(good, slow, now);
    if (reason === null) return;
    if (reason !== 'consecutive-failures' && !this.#settings.mayOpen())
      return this.#keep(reason, now);
    this.#open(reason, now);
  }

  force(state: 'open' | 'closed' | null, now: number): void {
    if (state === this.forced) return;
    const from = this.look(now);
    this.forced = state;
    this.#begin('closed', now);
    this.#failedTries = 0;
    const reason = state === null ? 'released' : 'forced';
    if (state === 'open') this.told.push(['breaker-opened', from, 'open', reason, now]);
    else this.told.push(['breaker-closed', from, 'closed', reason, now]);
  }

  close(): void {
    this.isShutDown = true;
    this.#life++;
  }

  #onlyTells(): boolean {
    return this.forced === 'closed' || this.#settings.dryRun;
  }

  #letTimePass(now: number): void {
    const { probes, recoveryTimeoutMs } = this.#settings;
    if (this.#decided === 'open' && now >= this.#openUntil) {
      this.#begin('half-open', now);
      this.#tell('breaker-half-opened', 'open', 'half-open', 'recovery-timeout', now);
    } else if (this.#decided === 'half-open' && this.#places.length === probes) {
      const isLost = this.#places.every(({ takenAt }) => now - takenAt >= recoveryTimeoutMs);
      if (isLost) this.#open('probe-failed', now);
    }
  }

  #begin(decided: 'closed' | 'half-open', now: number): void {
    this.#decided = decided;
    this.#life++;
    this.#lifeStartedAt = now;
    this.#results = [];
    this.#failuresInARow = 0;
    this.#places = [];
    this.#goodProbes = 0;
  }

  #reasonToOpen(good: boolean, slow: boolean, now: number): string | null {
    const { failureThreshold, failureRatio, slowCallRatio, minimumCalls, windowMs } =
      this.#settings;
    const tenth = (at: number) => Math.floor((at - this.#lifeStartedAt) / (windowMs / 10));
    const recent = this.#results.filter(({ at }) => tenth(at) > tenth(now) - 10);
    const failures = recent.filter((result) => !result.good).length;
    const slowOnes = recent.filter((result) => result.slow).length;
    const isMost = (part: number, ratio: number) =>
      recent.length >= minimumCalls && part > recent.length * ratio;
    if (this.#failuresInARow >= failureThreshold) return 'consecutive-failures';
    if (!good && isMost(failures, failureRatio)) return 'failure-ratio';
    if (slow && isMost(slowOnes, slowCallRatio)) return 'slow-call-ratio';
    return null;
  }

  #recover(now: number): void {
    this.#decided = 'closed';
    this.#failedTries = 0;
    this.#tell('breaker-closed', 'half-open', 'closed', 'probe-succeeded', now);
  }

  #open(reason: string, now: number): void {
    const { recoveryTimeoutMs, maximumRecoveryTimeoutMs, recoveryJitter, random } = this.#settings;
    const from = this.#decided;
    if (reason === 'probe-failed') this.#failedTries++;
    let wait = recoveryTimeoutMs;
    if (this.#failedTries > 0) {
      for (let tried = 0; tried < this.#failedTries; tried++) wait *= 2;
      wait = Math.min(wait, maximumRecoveryTimeoutMs);
      wait = Math.max(wait * (1 - recoveryJitter * random()), recoveryTimeoutMs);
    }
    this.#openUntil = now + wait;
    this.#decided = 'open';
    this.#life++;
    if (this.#onlyTells()) this.told.push(['breaker-would-open', from, 'open', reason, now]);
    else this.told.push(['breaker-opened', from, 'open', reason, now]);
  }

  #keep(reason: string, now: number): void {
    const last = this.#keptClosedAt;
    if (last !== null && now - last < this.#settings.windowMs) return;
    this.#keptClosedAt = now;
    this.told.push(['breaker-kept-closed', 'closed', 'closed', reason, now]);
  }

  /** What a dry run keeps to itself. */
  #tell(event: string, from: BreakerState, to: BreakerState, reason: string, now: number): void {
    if (!this.#onlyTells()) this.told.push([event, from, to, reason, now]);
  }
}
