import type { BreakerState, CircuitBreakerEvents } from './breaker-events.ts';
import type { BreakerPermit } from './breaker-permit.ts';
import type { AbortableAction } from './with-deadline.ts';

/** How long one `run` may take and who may stop it. */
export interface RunOptions {
  /** Milliseconds, less than `recoveryTimeoutMs`; when not above 0 the call is late before it starts, and counts for nothing. @default the breaker's `timeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Aborted when the caller no longer wants the answer; such a call counts neither as success nor as failure. */
  readonly signal?: AbortSignal | undefined;
}

/** Guards one action that may fail: after enough failures it is left alone for a while, then tried with a few calls. */
export interface CircuitBreaker {
  readonly name: string;
  /** The state now; `open` for good after `close()`, always `closed` in a dry run. */
  readonly state: BreakerState;
  /** What `force` holds it at; `null` when it decides by itself. */
  readonly forced: 'open' | 'closed' | null;
  /**
   * Holds it open or closed, or with `null` lets it decide again. Each change begins with a clean record: calls on
   * their way count for nothing any more. Held closed it never refuses, goes on counting, and tells
   * `breaker-would-open` like a dry run. To hold it where it is held already does nothing.
   * @throws SpillwayError `INVALID_OPTION`, `SHUTTING_DOWN`.
   */
  force(state: 'open' | 'closed' | null): void;
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
  /**
   * Lets one call through whose caller keeps the deadline, which must be shorter than `recoveryTimeoutMs`, and then
   * tells how it ended. The duration is measured from here. A call that tries a half-open breaker and is not settled
   * within `recoveryTimeoutMs` has failed.
   * @throws SpillwayError `BREAKER_OPEN`, `SHUTTING_DOWN`.
   */
  acquire(): BreakerPermit;
  /** Adds a listener; the returned function removes it. What a listener throws changes nothing here. */
  on<Name extends keyof CircuitBreakerEvents>(
    event: Name,
    listener: (transition: CircuitBreakerEvents[Name]) => void,
  ): () => void;
  /** Ends it for good. Calls on their way keep their results; every later one throws `SHUTTING_DOWN`. */
  close(): void;
}
