import { createEmitter, type Emitter, SpillwayError } from '../core/index.ts';
import type {
  BreakerState,
  BreakerTransition,
  CircuitBreakerEvents,
  OpeningReason,
} from './breaker-events.ts';
import { BreakerGeneration, type Verdict } from './breaker-generation.ts';
import { type BreakerPermit, type CallOutcome, createPermit } from './breaker-permit.ts';
import { heldOpen, openFor, shutDown, waitingForTries } from './breaker-refusals.ts';
import type { CircuitBreaker, RunOptions } from './circuit-breaker-contract.ts';
import {
  type CircuitBreakerOptions,
  type CircuitBreakerSettings,
  completeOptions,
} from './circuit-breaker-options.ts';
import { recoveryWait } from './recovery-wait.ts';
import { type AbortableAction, withDeadline } from './with-deadline.ts';

/**
 * Makes a circuit breaker. It opens in the very call that completes a streak of failures or lifts the share of failed or
 * of slow calls above its ratio, and has no timers: time passes when somebody calls or looks.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  return new LazyCircuitBreaker(completeOptions(options));
}

const holds: readonly unknown[] = ['open', 'closed', null];

class LazyCircuitBreaker implements CircuitBreaker {
  readonly name: string;
  readonly #settings: CircuitBreakerSettings;
  readonly #emitter: Emitter<CircuitBreakerEvents>;
  readonly #timesCalls: boolean;
  /** `null` while open: an engine that opened has done its work. */
  #generation: BreakerGeneration | null;
  /** While open, when it half-opens; never, after `close()` or when held open. */
  #openUntil = 0;
  #failedTries = 0;
  #forced: 'open' | 'closed' | null = null;
  #keptClosedToldAt = Number.NEGATIVE_INFINITY;
  #isShutDown = false;

  constructor(settings: CircuitBreakerSettings) {
    this.name = settings.name;
    this.#settings = settings;
    this.#timesCalls = Number.isFinite(settings.slowCallMs);
    this.#generation = new BreakerGeneration(settings, 'closed');
    this.#emitter = createEmitter((error) => this.#report(error));
  }

  get state(): BreakerState {
    if (this.#neverRefuses) return 'closed';
    const generation = this.#current();
    if (generation === null) return 'open';
    return generation.halfOpen ? 'half-open' : 'closed';
  }

  get forced(): 'open' | 'closed' | null {
    return this.#forced;
  }

  force(state: 'open' | 'closed' | null): void {
    if (!holds.includes(state)) {
      const message = `force: expected 'open', 'closed' or null, got ${String(state)}`;
      throw new SpillwayError('INVALID_OPTION', message);
    }
    if (this.#isShutDown) throw this.#refusal();
    if (state === this.#forced) return;
    const from = this.state;
    this.#generation?.end();
    this.#forced = state;
    this.#failedTries = 0;
    this.#openUntil = Number.POSITIVE_INFINITY;
    this.#generation = state === 'open' ? null : new BreakerGeneration(this.#settings, 'closed');
    const reason = state === null ? 'released' : 'forced';
    if (state === 'open') this.#tell('breaker-opened', from, 'open', reason);
    else this.#tell('breaker-closed', from, 'closed', reason);
  }

  runSync<Input, Output>(action: (input: Input) => Output, input: Input): Output {
    const generation = this.#admit();
    const startedAt = this.#timesCalls ? this.#settings.clock.now() : 0;
    let output: Output;
    try {
      output = action(input);
    } catch (error) {
      if (generation !== null) this.#failed(generation, startedAt);
      throw error;
    }
    if (generation !== null) this.#succeeded(generation, startedAt);
    return output;
  }

  async run<T>(
    action: AbortableAction<T>,
    { timeoutMs = this.#settings.timeoutMs, signal }: RunOptions = {},
  ): Promise<T> {
    checkTimeout(timeoutMs, this.#settings.recoveryTimeoutMs);
    const permit = this.acquire();
    let output: T;
    try {
      output = await withDeadline(action, timeoutMs, this.#settings.clock, signal);
    } catch (error) {
      if (signal?.aborted && isCancelled(error)) permit.ignored();
      else permit.failed();
      throw error;
    }
    permit.succeeded();
    return output;
  }

  acquire(): BreakerPermit {
    const generation = this.#admit();
    const startedAt = this.#timesCalls ? this.#settings.clock.now() : 0;
    return createPermit((outcome) => {
      if (generation !== null) this.#settle(generation, startedAt, outcome);
    });
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

  /** What it decides is then only told. */
  get #neverRefuses(): boolean {
    if (this.#isShutDown || this.#forced === 'open') return false;
    return this.#forced === 'closed' || this.#settings.dryRun;
  }

  /** The generation that calls belong to now, a new half-open one when an open breaker's time is up. */
  #current(): BreakerGeneration | null {
    const generation = this.#generation;
    if (generation === null) {
      if (this.#settings.clock.now() >= this.#openUntil) {
        this.#generation = new BreakerGeneration(this.#settings, 'half-open');
        if (!this.#neverRefuses)
          this.#tell('breaker-half-opened', 'open', 'half-open', 'recovery-timeout');
      }
    } else if (generation.halfOpen && generation.isStuck(this.#settings.clock.now())) {
      this.#open(generation, 'probe-failed');
    }
    return this.#generation;
  }

  /** Lets a call through, when half-open as one that tries, or throws; `null` where it is let through uncounted. */
  #admit(): BreakerGeneration | null {
    const generation = this.#current();
    if (generation !== null && (!generation.halfOpen || generation.takePlace())) return generation;
    if (this.#neverRefuses) return null;
    throw this.#refusal();
  }

  #refusal(): SpillwayError {
    const { name } = this;
    if (this.#isShutDown) return shutDown(name);
    if (this.#forced === 'open') return heldOpen(name);
    if (this.#generation !== null) return waitingForTries(name, this.#settings.probes);
    return openFor(name, this.#openUntil - this.#settings.clock.now());
  }

  #settle(generation: BreakerGeneration, startedAt: number, outcome: CallOutcome): void {
    if (outcome === 'succeeded') this.#succeeded(generation, startedAt);
    else if (outcome === 'failed') this.#failed(generation, startedAt);
    else generation.giveBackPlace();
  }

  // results of an earlier generation are late: they say nothing about the model of now

  #succeeded(generation: BreakerGeneration, startedAt: number): void {
    if (generation !== this.#generation) return;
    this.#follow(generation, generation.succeeded(startedAt));
  }

  #failed(generation: BreakerGeneration, startedAt: number): void {
    if (generation !== this.#generation) return;
    this.#follow(generation, generation.failed(startedAt));
  }

  #follow(generation: BreakerGeneration, verdict: Verdict): void {
    switch (verdict) {
      case null:
        return;
      case 'probe-succeeded':
        this.#failedTries = 0;
        if (!this.#neverRefuses) this.#tell('breaker-closed', 'half-open', 'closed', verdict);
        return;
      case 'probe-failed':
      case 'consecutive-failures':
        return this.#open(generation, verdict);
      case 'failure-ratio':
      case 'slow-call-ratio':
        if (this.#keepsClosed(generation, verdict)) return;
        return this.#open(generation, verdict);
    }
  }

  /** Whether it may not open by a ratio, or is another one since that was asked. */
  #keepsClosed(generation: BreakerGeneration, reason: OpeningReason): boolean {
    // before anybody is asked, who may look at this breaker
    generation.stayClosed();
    const mayOpen = this.#mayOpen();
    if (generation !== this.#generation) return true;
    if (mayOpen) return false;
    const now = this.#settings.clock.now();
    if (now - this.#keptClosedToldAt >= this.#settings.windowMs) {
      this.#keptClosedToldAt = now;
      this.#tell('breaker-kept-closed', 'closed', 'closed', reason);
    }
    return true;
  }

  #mayOpen(): boolean {
    try {
      return this.#settings.mayOpen();
    } catch (error) {
      this.#report(error);
      return true;
    }
  }

  #open(generation: BreakerGeneration, reason: OpeningReason): void {
    const wasTry = reason === 'probe-failed';
    if (wasTry) this.#failedTries++;
    generation.end();
    this.#generation = null;
    this.#openUntil = this.#settings.clock.now() + recoveryWait(this.#failedTries, this.#settings);
    const from = wasTry ? 'half-open' : 'closed';
    const event = this.#neverRefuses ? 'breaker-would-open' : 'breaker-opened';
    this.#tell(event, from, 'open', reason);
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

  #report(error: unknown): void {
    try {
      this.#settings.onListenerError(error);
    } catch {
      // who reports errors cannot fail a call either
    }
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
