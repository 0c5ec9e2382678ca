import { EventEmitter } from 'node:events';
import OpossumBreaker from 'opossum';
import type { OpeningReason } from './breaker-events.ts';
import type { CircuitBreakerSettings } from './circuit-breaker-options.ts';

/** What follows from a result: why it opens the breaker, that it closes it, or `null` for nothing. */
export type Verdict = Exclude<OpeningReason, 'forced'> | 'probe-succeeded' | null;

const bucketCount = 10;
const replayedFailure = new Error('a failed call');

/**
 * One life of a breaker: one opossum instance, from its start, closed or half-open, until it opens or is shut down.
 *
 * opossum keeps the state and the window and decides on the ratio, but it never runs a model: finished calls are
 * replayed to it, failures one by one through `fire()`, successes as a number, and slow calls, of which it has no
 * notion, as its timeouts. So no call pays for a promise, calls in flight and refused calls are in no count, and a
 * result of an earlier life has nowhere to arrive.
 */
export class BreakerGeneration {
  /** opossum itself. */
  readonly engine: OpossumBreaker<[]>;
  readonly #settings: CircuitBreakerSettings;
  readonly #rotation = new EventEmitter();
  readonly #startedAt: number;
  readonly #bucketMs: number;
  #bucket = 0;
  /** Successes of the current bucket that opossum does not know yet. */
  #uncounted = 0;
  #failuresInARow = 0;
  /** Half-open: calls that were let through and did not give their place back, and when the last of them began. */
  #placesTaken = 0;
  #placeTakenAt = 0;
  #goodProbes = 0;

  constructor(settings: CircuitBreakerSettings, start: 'closed' | 'half-open') {
    this.#settings = settings;
    this.#startedAt = settings.clock.now();
    this.#bucketMs = settings.windowMs / bucketCount;
    const options = {
      name: settings.name,
      timeout: false as const,
      errorThresholdPercentage: settings.failureRatio * 100,
      volumeThreshold: settings.minimumCalls,
      rollingCountTimeout: settings.windowMs,
      rollingCountBuckets: bucketCount,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation,
      state: { closed: start === 'closed', halfOpen: start === 'half-open' },
    };
    this.engine = new OpossumBreaker(fail, options);
  }

  get halfOpen(): boolean {
    return this.engine.halfOpen;
  }

  /** Half-open: takes a place for a call that tries; `false` when all are taken. */
  takePlace(): boolean {
    if (this.#placesTaken >= this.#settings.probes) return false;
    this.#placesTaken++;
    this.#placeTakenAt = this.#settings.clock.now();
    return true;
  }

  /** The caller gave up: another call may try instead. */
  giveBackPlace(): void {
    this.#placesTaken--;
  }

  /**
   * Half-open: whether a call that tries must have been lost. Every call ends within `recoveryTimeoutMs`, so one that
   * took its place longer ago was never settled.
   */
  isStuck(now: number): boolean {
    return (
      this.#placesTaken >= this.#settings.probes &&
      now - this.#placeTakenAt >= this.#settings.recoveryTimeoutMs
    );
  }

  /** Counts an answer. `startedAt` matters only where calls can be slow. */
  succeeded(startedAt: number): Verdict {
    const now = this.#settings.clock.now();
    const isSlow = now - startedAt > this.#settings.slowCallMs;
    this.#turnBuckets(now);
    if (this.engine.halfOpen) return this.#probed(isSlow);
    this.#uncounted++;
    this.#failuresInARow = 0;
    return isSlow ? this.#countSlow() : null;
  }

  /** Counts a failure. */
  failed(startedAt: number): Verdict {
    const { engine } = this;
    if (engine.halfOpen) return 'probe-failed';
    const now = this.#settings.clock.now();
    this.#turnBuckets(now);
    this.#flush();
    // an action that throws is booked, and has opened opossum, before `fire` returns
    engine.fire().catch(ignore);
    // opossum keeps the latency of every call of the window, though nobody reads them
    engine.status.window[0]?.latencyTimes.splice(0);
    this.#failuresInARow++;
    const isSlow = now - startedAt > this.#settings.slowCallMs;
    const slowVerdict = isSlow ? this.#countSlow() : null;
    if (this.#failuresInARow >= this.#settings.failureThreshold) return 'consecutive-failures';
    return engine.opened ? 'failure-ratio' : slowVerdict;
  }

  /** Takes back what opossum did about a ratio: it stays closed, with its window. */
  stayClosed(): void {
    this.engine.close();
  }

  /** To be called in the same tick as an opening: clears the timer that opossum has just set to half-open by itself. */
  end(): void {
    this.engine.shutdown();
  }

  /** A slow answer is none that a breaker should close for. */
  #probed(isSlow: boolean): Verdict {
    if (isSlow) return 'probe-failed';
    this.#goodProbes++;
    this.#uncounted++;
    if (this.#goodProbes < this.#settings.probes) return null;
    this.engine.close();
    return 'probe-succeeded';
  }

  #countSlow(): Verdict {
    this.#flush();
    const [current] = this.engine.status.window;
    if (current !== undefined) current.timeouts++;
    const { fires, timeouts } = this.engine.stats;
    const { minimumCalls, slowCallRatio } = this.#settings;
    return fires >= minimumCalls && timeouts / fires > slowCallRatio ? 'slow-call-ratio' : null;
  }

  /** opossum's window moves with our clock instead of a timer. */
  #turnBuckets(now: number): void {
    const bucket = Math.floor((now - this.#startedAt) / this.#bucketMs);
    if (bucket === this.#bucket) return;
    this.#flush();
    const turns = Math.min(bucket - this.#bucket, bucketCount);
    for (let turn = 0; turn < turns; turn++) this.#rotation.emit('rotate');
    this.#bucket = bucket;
  }

  #flush(): void {
    const [current] = this.engine.status.window;
    if (this.#uncounted === 0 || current === undefined) return;
    current.fires += this.#uncounted;
    current.successes += this.#uncounted;
    this.#uncounted = 0;
  }
}

function fail(): never {
  throw replayedFailure;
}

function ignore(): void {
  // the caller of the model has the error; this rejection is only opossum's copy
}
