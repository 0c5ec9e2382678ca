import { type Clock, SpillwayError } from '../core/index.ts';
import type { Explanation, Prediction } from '../model/index.ts';
import type { Bulkhead, CircuitBreaker, Permit, Priority } from '../resilience/index.ts';
import { type Answering, completePrediction } from './complete-prediction.ts';
import type { OnModelFailure } from './model-failure.ts';

/** Whatever answers later: code of a user, or a model in a thread of its own. */
export interface LaterSource {
  /** Whether it takes the row as it was sent, or the numbers that were read from it. */
  readonly takes: 'row' | 'values';
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
  readonly onFailure: OnModelFailure;
}

/**
 * Asks a source that answers later: within its bulkhead, behind its breaker, until the caller's deadline at most. The
 * caller is answered in time whatever the source does; the place in the bulkhead is free again only when the work has
 * really ended. The breaker counts what the source did within `timeoutMs`, not how long a caller was willing to wait.
 */
export function createAwaitedCall(
  source: LaterSource,
  { answering, breaker, bulkhead, clock, name, onFailure, timeoutMs }: AwaitedCallOptions,
): (call: AwaitedCall) => Promise<AwaitedAnswer> {
  return async (call) => {
    if (breaker.state === 'open') breaker.acquire(); // throws: nobody waits in line for what will not be asked
    const { deadline, priority, signal } = call;
    const permit = await bulkhead.acquire({ deadline, priority, ...(signal && { signal }) });
    return start(call, permit);
  };

  function start(call: AwaitedCall, permit: Permit): Promise<AwaitedAnswer> {
    let trial: ReturnType<CircuitBreaker['acquire']>;
    try {
      trial = breaker.acquire();
    } catch (error) {
      permit.release('ignored');
      throw error;
    }
    const controller = new AbortController();
    const limit = clock.now() + timeoutMs;
    const { requestId } = call;
    return new Promise((resolve, reject) => {
      let cancelTimer = watch(Math.min(limit, call.deadline));
      let callerWaits = true;
      let counted = false;
      const onAbort = () => giveUp(new SpillwayError('CANCELLED', 'the caller gave up'));
      if (call.signal?.aborted) onAbort();
      else call.signal?.addEventListener('abort', onAbort, { once: true });

      const { input, explain } = call;
      const work = source.ask(input, { deadline: limit, explain, signal: controller.signal });
      work.then(onAnswer, onError);

      function watch(until: number): () => void {
        return clock.schedule(() => onTime(until), until - clock.now());
      }

      function onTime(until: number): void {
        if (until >= limit) return overrun();
        giveUp(new SpillwayError('DEADLINE_EXCEEDED', `${name} did not answer by the deadline`));
      }

      function overrun(): void {
        const error = new SpillwayError(
          'DEADLINE_EXCEEDED',
          `${name} took longer than ${timeoutMs} ms`,
        );
        fail(error);
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
        if (answeredAt > limit) return overrun();
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
        const late = SpillwayError.isInstance(cause) && cause.code === 'DEADLINE_EXCEEDED';
        permit.release(late ? 'dropped' : 'ignored');
        const error =
          SpillwayError.isInstance(cause) && ownCodes.has(cause.code)
            ? cause
            : new SpillwayError('MODEL_FAILED', `${name} failed`, { cause });
        // work that was told to stop, and stopped, says nothing about the source
        if (!callerWaits && controller.signal.aborted) {
          if (!counted) trial.ignored();
          counted = true;
          return cancelTimer();
        }
        fail(error);
        if (!callerWaits) return;
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

/** Codes that say how a call failed; whatever else a source throws is a failure of the model. */
const ownCodes: ReadonlySet<string> = new Set([
  'DEADLINE_EXCEEDED',
  'INVALID_OUTPUT',
  'MODEL_FAILED',
  'SHUTTING_DOWN',
]);
