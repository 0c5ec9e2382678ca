import { type Clock, type KeepAlive, SpillwayError } from '../core/index.ts';
import type { Explanation, Prediction } from '../model/index.ts';
import type { Bulkhead, CircuitBreaker, Permit, Priority } from '../resilience/index.ts';
import { type Answering, completePrediction } from './complete-prediction.ts';
import type { OnModelFailure } from './model-failure.ts';

/** Whatever answers later: code of a user, or a model in a thread of its own. */
export interface LaterSource {
  /** Whether it takes the row as it was sent, or the numbers that were read from it. */
  readonly takes: 'row' | 'values';
  /** How many calls it does at once without making one wait for another, for certain: its threads. */
  readonly threads: number;
  /** How many of its threads had to be replaced. */
  readonly restarts: number;
  /** Rejects with a SpillwayError that says how it failed. */
  ask(
    input: Float64Array | Readonly<Record<string, unknown>>,
    call: { readonly deadline: number; readonly explain: boolean; readonly signal: AbortSignal },
  ): Promise<LaterAnswer>;
  /** Resolves when it can answer, rejects with the reason when it never will. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What came back, not yet looked at. */
export interface LaterAnswer {
  readonly prediction: unknown;
  readonly explanation?: Explanation | SpillwayError | undefined;
}

/** One call of a source that answers later. */
export interface AwaitedCall {
  readonly requestId: string;
  readonly input: Float64Array | Readonly<Record<string, unknown>>;
  readonly explain: boolean;
  readonly priority: Priority;
  /** When the caller gives up, on the monotonic clock. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** What a call came to. */
export interface AwaitedAnswer {
  readonly prediction: Prediction;
  readonly explanation: Explanation | SpillwayError | undefined;
  readonly answeredAt: number;
}

/** What stands around a source that answers later. */
export interface AwaitedCallOptions {
  readonly name: string;
  readonly answering: Answering;
  readonly breaker: CircuitBreaker;
  readonly bulkhead: Bulkhead;
  /** A call that takes longer has failed, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Held while somebody waits. */
  readonly keepAlive: Pick<KeepAlive, 'hold' | 'release'>;
  readonly onFailure: OnModelFailure;
}

/**
 * Asks a source that answers later: within its bulkhead, behind its breaker, until the caller's deadline at most. The
 * caller is answered in time whatever the source does; the place in the bulkhead is free again only when the work has
 * really ended. The breaker counts what the source did within `timeoutMs`, not how long a caller was willing to wait: one
 * that was stopped at its caller's deadline has failed when it had most of its time, else nobody knows.
 */
export function createAwaitedCall(
  source: LaterSource,
  {
    answering,
    breaker,
    bulkhead,
    clock,
    keepAlive,
    name,
    onFailure,
    timeoutMs,
  }: AwaitedCallOptions,
): (call: AwaitedCall) => Promise<AwaitedAnswer> {
  return async (call) => {
    // throws while it is open, so that nobody waits in line for what will not be asked; given back, since time passes
    if (breaker.state === 'open') breaker.acquire().ignored();
    const { deadline, priority, signal } = call;
    // timers of ours keep no process alive, but a program that waits for an answer wants it, or the deadline
    keepAlive.hold();
    try {
      const permit = await bulkhead.acquire({ deadline, priority, ...(signal && { signal }) });
      return await start(call, permit);
    } finally {
      keepAlive.release();
    }
  };

  function start(call: AwaitedCall, permit: Permit): Promise<AwaitedAnswer> {
    let trial: ReturnType<CircuitBreaker['acquire']>;
    try {
      // between the permit and here he may have gone
      if (call.signal?.aborted) throw cancelled();
      trial = breaker.acquire();
    } catch (error) {
      permit.release('ignored');
      throw error;
    }
    const controller = new AbortController();
    const startedAt = clock.now();
    const limit = startedAt + timeoutMs;
    const hasMostTime = call.deadline - startedAt >= timeoutMs * mostTime;
    const { requestId } = call;
    return new Promise((resolve, reject) => {
      let cancelTimer = watch(Math.min(limit, call.deadline));
      let callerWaits = true;
      let counted = false;
      let hasOverrun = false;
      const onAbort = () => giveUp(cancelled());
      call.signal?.addEventListener('abort', onAbort, { once: true });

      const { input, explain } = call;
      const work = source.ask(input, { deadline: limit, explain, signal: controller.signal });
      work.then(onAnswer, onError);

      function watch(until: number): () => void {
        return clock.schedule(() => onTime(until), until - clock.now());
      }

      function onTime(until: number): void {
        const isWhole = until >= limit;
        const error = new SpillwayError(
          'DEADLINE_EXCEEDED',
          isWhole
            ? `${name} took longer than ${timeoutMs} ms`
            : `${name} did not answer by the deadline`,
        );
        if (isWhole || hasMostTime) {
          hasOverrun = true;
          fail(error);
        }
        giveUp(error);
      }

      /** The caller is told; how the source fares is watched until its own limit. */
      function giveUp(error: SpillwayError): void {
        if (!callerWaits) return;
        leave();
        reject(error);
        if (!counted) cancelTimer = watch(limit);
        controller.abort(error);
      }

      function leave(): void {
        callerWaits = false;
        cancelTimer();
        call.signal?.removeEventListener('abort', onAbort);
      }

      function onAnswer({ prediction: answered, explanation }: LaterAnswer): void {
        const answeredAt = clock.now();
        permit.release(answeredAt > limit ? 'dropped' : 'ok');
        if (answeredAt > limit) return onTime(limit);
        try {
          const prediction = completePrediction(answered, answering);
          if (!counted) trial.succeeded();
          counted = true;
          if (!callerWaits) return cancelTimer();
          if (answeredAt > call.deadline) return onTime(call.deadline);
          leave();
          resolve({ prediction, explanation, answeredAt });
        } catch (error) {
          onError(error);
        }
      }

      function onError(cause: unknown): void {
        const error = SpillwayError.isInstance(cause)
          ? cause
          : new SpillwayError('MODEL_FAILED', `${name} failed`, { cause });
        const isLate = hasOverrun || error.code === 'DEADLINE_EXCEEDED';
        permit.release(isLate ? 'dropped' : 'ignored');
        const wasStopped = !callerWaits && controller.signal.aborted;
        // work that was told to stop, and stopped, says nothing about the source; nor does a row that nobody could send
        if (wasStopped || error.code === 'INVALID_ROW') {
          if (!counted) trial.ignored();
          counted = true;
        } else fail(error);
        if (!callerWaits) return cancelTimer();
        leave();
        reject(error);
      }

      function fail(error: SpillwayError): void {
        if (counted) return;
        counted = true;
        trial.failed();
        onFailure({ requestId, modelVersion: name, error });
      }
    });
  }
}

/** A caller who leaves this part of its time to a source has let it try; the line may have taken the other quarter. */
const mostTime = 0.75;

function cancelled(): SpillwayError {
  return new SpillwayError('CANCELLED', 'the caller gave up');
}
