import { EventEmitter } from 'node:events';
import OpossumBreaker from 'opossum';
import type { CircuitBreakerSettings } from './circuit-breaker-options.ts';

/** Why a breaker opened. */
export type OpeningReason = 'consecutive-failures' | 'failure-ratio' | 'probe-failed';

const bucketCount = 10;
const replayedFailure = new Error('a failed call');

/**
 * One life of a breaker: one opossum instance, from its start, closed or half-open, until it opens or is shut down.
 *
 * opossum keeps the state and the window and decides on the ratio, but it never runs a model: finished calls are
 * replayed to it, failures one by one through `fire()`, successes as a number. So no call pays for a promise, calls in
 * flight and refused calls are in no count, and a result of an earlier life has nowhere to arrive.
 */
export class BreakerGeneration {
  /** opossum itself. */
  readonly engine: OpossumBreaker<[]>;
  /** Half-open: whether the one call that may try is on its way. */
  probing = false;
  readonly #settings: CircuitBreakerSettings;
  readonly #rotation = new EventEmitter();
  readonly #startedAt: number;
  readonly #bucketMs: number;
  #bucket = 0;
  /** Successes of the current bucket that opossum does not know yet. */
  #uncounted = 0;
  #failuresInARow = 0;

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

  /** Counts a success; answers whether it closed the breaker. */
  succeeded(): boolean {
    this.#turnBuckets();
    this.#uncounted++;
    this.#failuresInARow = 0;
    if (!this.engine.halfOpen) return false;
    this.engine.close();
    return true;
  }

  /** Counts a failure; answers why it opened the breaker, or `null` when it did not. */
  failed(): OpeningReason | null {
    const { engine } = this;
    const wasProbe = engine.halfOpen;
    this.#turnBuckets();
    this.#flush();
    // an action that throws is booked, and has opened opossum, before `fire` returns
    engine.fire().catch(ignore);
    // opossum keeps the latency of every call of the window, though nobody reads them
    engine.status.window[0]?.latencyTimes.splice(0);
    this.#failuresInARow++;
    if (wasProbe) return 'probe-failed';
    if (this.#failuresInARow >= this.#settings.failureThreshold) {
      engine.open();
      return 'consecutive-failures';
    }
    return engine.opened ? 'failure-ratio' : null;
  }

  /** To be called in the same tick as an opening: clears the timer that opossum has just set to half-open by itself. */
  end(): void {
    this.engine.shutdown();
  }

  /** opossum's window moves with our clock instead of a timer. */
  #turnBuckets(): void {
    const bucket = Math.floor((this.#settings.clock.now() - this.#startedAt) / this.#bucketMs);
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
