import { createEmitter, type Emitter, SpillwayError } from '../core/index.ts';
import { BreakerGeneration, type OpeningReason } from './breaker-generation.ts';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerSettings,
  completeOptions,
} from './circuit-breaker-options.ts';
import { type AbortableAction, withDeadline } from './with-deadline.ts';

/** Closed lets calls through, open refuses them, half-open lets one try. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** One change of state of a breaker. */
export interface BreakerTransition {
  readonly name: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly reason: OpeningReason | 'recovery-timeout' | 'probe-succeeded';
  /** When, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What a breaker tells. Half-opening is told at the first call or look after the recovery timeout. */
export interface CircuitBreakerEvents {
  readonly 'breaker-opened': BreakerTransition;
  readonly 'breaker-half-opened': BreakerTransition;
  readonly 'breaker-closed': BreakerTransition;
}

/** How long one `run` may take and who may stop it. */
export interface RunOptions {
  /** Milliseconds, less than `recoveryTimeoutMs`; when not above 0 the call is late before it starts, and counts for nothing. @default the breaker's `timeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Aborted when the caller no longer wants the answer; such a call counts neither as success nor as failure. */
  readonly signal?: AbortSignal | undefined;
}

/** Guards one action that may fail: after enough failures it is left alone for a while, then tried with one call. */
export interface CircuitBreaker {
  readonly name: string;
  /** The state now; `open` for good after `close()`. */
  readonly state: BreakerState;
  /**
   * Runs an action that answers at once. Makes no promise and no closure, so pass the same function every time.
   * @throws SpillwayError `BREAKER_OPEN`, `SHUTTING_DOWN`, both without running the action; else what the action
   * throws, unchanged.
   */
  runSync<Input, Output>(action: (input: Input) => Output, input: Input): Output;
  /**
   * Runs an action that answers later, and waits until its deadline at most. The action is told by its signal when
   * nobody waits any more.
   * @throws SpillwayError `DEADLINE_EXCEEDED`, `CANCELLED`; without running the action `BREAKER_OPEN`, `SHUTTING_DOWN`,
   * `INVALID_OPTION`; else what the action throws, unchanged.
   */
  run<T>(action: AbortableAction<T>, options?: RunOptions): Promise<T>;
  /** Adds a listener; the returned function removes it. What a listener throws changes nothing here. */
  on<Name extends keyof CircuitBreakerEvents>(
    event: Name,
    listener: (transition: CircuitBreakerEvents[Name]) => void,
  ): () => void;
  /** Ends it for good. Calls on their way keep their results; every later one throws `SHUTTING_DOWN`. */
  close(): void;
}

/**
 * Makes a circuit breaker. It opens in the very call that completes a streak of failures or lifts the share of failures
 * above the ratio, and has no timers: time passes when somebody calls or looks.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  return new LazyCircuitBreaker(completeOptions(options));
}

class LazyCircuitBreaker implements CircuitBreaker {
  readonly name: string;
  readonly #settings: CircuitBreakerSettings;
  readonly #emitter: Emitter<CircuitBreakerEvents>;
  /** `null` while open: an engine that opened has done its work. */
  #generation: BreakerGeneration | null;
  /** While open, when it half-opens; never, after `close()`. */
  #openUntil = 0;
  #isShutDown = false;

  constructor(settings: CircuitBreakerSettings) {
    this.name = settings.name;
    this.#settings = settings;
    this.#generation = new BreakerGeneration(settings, 'closed');
    this.#emitter = createEmitter((error) => {
      try {
        settings.onListenerError(error);
      } catch {
        // who reports errors cannot fail a call either
      }
    });
  }

  get state(): BreakerState {
    const generation = this.#current();
    if (generation === null) return 'open';
    return generation.halfOpen ? 'half-open' : 'closed';
  }

  runSync<Input, Output>(action: (input: Input) => Output, input: Input): Output {
    const generation = this.#admit();
    let output: Output;
    try {
      output = action(input);
    } catch (error) {
      this.#failed(generation);
      throw error;
    }
    this.#succeeded(generation);
    return output;
  }

  async run<T>(
    action: AbortableAction<T>,
    { timeoutMs = this.#settings.timeoutMs, signal }: RunOptions = {},
  ): Promise<T> {
    checkTimeout(timeoutMs, this.#settings.recoveryTimeoutMs);
    const generation = this.#admit();
    let output: T;
    try {
      output = await withDeadline(action, timeoutMs, this.#settings.clock, signal);
    } catch (error) {
      if (signal?.aborted && isCancelled(error)) generation.probing = false;
      else this.#failed(generation);
      throw error;
    }
    this.#succeeded(generation);
    return output;
  }

  on<Name extends keyof CircuitBreakerEvents>(
    event: Name,
    listener: (transition: CircuitBreakerEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(event, listener);
  }

  close(): void {
    this.#isShutDown = true;
    this.#openUntil = Number.POSITIVE_INFINITY;
    this.#generation?.end();
    this.#generation = null;
  }

  /** The generation that calls belong to now, a new half-open one when an open breaker's time is up. */
  #current(): BreakerGeneration | null {
    if (this.#generation === null && this.#settings.clock.now() >= this.#openUntil) {
      this.#generation = new BreakerGeneration(this.#settings, 'half-open');
      this.#tell('breaker-half-opened', 'open', 'half-open', 'recovery-timeout');
    }
    return this.#generation;
  }

  /** Lets a call through, as the probe when half-open, or throws. */
  #admit(): BreakerGeneration {
    const generation = this.#current();
    if (generation === null) throw this.#refusal();
    if (generation.halfOpen) {
      if (generation.probing) throw this.#refusal();
      generation.probing = true;
    }
    return generation;
  }

  #refusal(): SpillwayError {
    if (this.#isShutDown) {
      return new SpillwayError('SHUTTING_DOWN', `circuit breaker ${this.name} is shut down`);
    }
    if (this.#generation !== null) {
      return new SpillwayError(
        'BREAKER_OPEN',
        `circuit breaker ${this.name} is half-open and waits for the one call that tries`,
        { details: { breaker: this.name, retryAfterMs: 0 } },
      );
    }
    const retryAfterMs = this.#openUntil - this.#settings.clock.now();
    return new SpillwayError(
      'BREAKER_OPEN',
      `circuit breaker ${this.name} is open for ${Math.ceil(retryAfterMs)} ms more`,
      { details: { breaker: this.name, retryAfterMs } },
    );
  }

  // results of an earlier generation are late: they say nothing about the model of now

  #succeeded(generation: BreakerGeneration): void {
    if (generation !== this.#generation) return;
    if (generation.succeeded())
      this.#tell('breaker-closed', 'half-open', 'closed', 'probe-succeeded');
  }

  #failed(generation: BreakerGeneration): void {
    if (generation !== this.#generation) return;
    const reason = generation.failed();
    if (reason === null) return;
    generation.end();
    this.#generation = null;
    this.#openUntil = this.#settings.clock.now() + this.#settings.recoveryTimeoutMs;
    const from = reason === 'probe-failed' ? 'half-open' : 'closed';
    this.#tell('breaker-opened', from, 'open', reason);
  }

  /** Always the last step: a listener may call the breaker again. */
  #tell(
    event: keyof CircuitBreakerEvents,
    from: BreakerState,
    to: BreakerState,
    reason: BreakerTransition['reason'],
  ): void {
    const at = this.#settings.clock.wallNow();
    this.#emitter.emit(event, Object.freeze({ name: this.name, from, to, reason, at }));
  }
}

function checkTimeout(timeoutMs: number, recoveryTimeoutMs: number): void {
  if (timeoutMs <= 0) {
    throw new SpillwayError('DEADLINE_EXCEEDED', 'the deadline had passed before the call');
  }
  if (!(timeoutMs < recoveryTimeoutMs)) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `timeoutMs is ${timeoutMs}, expected less than recoveryTimeoutMs, ${recoveryTimeoutMs}`,
    );
  }
}

function isCancelled(error: unknown): boolean {
  return SpillwayError.isInstance(error) && error.code === 'CANCELLED';
}
