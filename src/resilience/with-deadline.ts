import { type Clock, SpillwayError } from '../core/index.ts';
import { deadlineAfter, isExpired } from './deadline.ts';

/** Work that can be told to stop: its signal is aborted when nobody waits for the result any more. */
export type AbortableAction<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/**
 * Runs an action and waits for it, but no longer than `timeoutMs` and not after the caller's signal is aborted.
 * Always settles by its deadline; what the action does after that is ignored and never an unhandled rejection.
 * An answer of an action that blocked the thread until after its deadline is late too, although no timer could say so.
 * @throws SpillwayError `DEADLINE_EXCEEDED`, `CANCELLED`; else what the action throws, unchanged.
 */
export async function withDeadline<T>(
  action: AbortableAction<T>,
  timeoutMs: number,
  clock: Clock,
  callerSignal: AbortSignal | undefined,
): Promise<T> {
  if (callerSignal?.aborted) throw cancelled(callerSignal);
  const deadline = deadlineAfter(clock, timeoutMs);
  const controller = new AbortController();
  const { signal } = controller;
  const gaveUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const onAbort = () => controller.abort(cancelled(callerSignal));
  callerSignal?.addEventListener('abort', onAbort);
  const cancelTimer = clock.schedule(() => controller.abort(late(timeoutMs)), timeoutMs);
  // an async function, so that what the action throws at once and what it rejects with later arrive the same way
  const start = async () => action(signal);
  try {
    const output = await Promise.race([gaveUp, start()]);
    if (isExpired(deadline, clock)) throw late(timeoutMs);
    return output;
  } finally {
    cancelTimer();
    callerSignal?.removeEventListener('abort', onAbort);
  }
}

function late(timeoutMs: number): SpillwayError {
  return new SpillwayError('DEADLINE_EXCEEDED', `no answer within ${timeoutMs} ms`);
}

function cancelled(signal: AbortSignal | undefined): SpillwayError {
  return new SpillwayError('CANCELLED', 'the caller gave up', { cause: signal?.reason });
}
