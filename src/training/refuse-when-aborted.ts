import { SpillwayError } from '../core/index.ts';

/** Ends a training that its caller has given up. @throws SpillwayError `CANCELLED` when the signal is aborted. */
export function refuseWhenAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

/** What a training that was given up ends with; its cause is the reason of the signal. */
export function cancelled(signal: AbortSignal | undefined): SpillwayError {
  return new SpillwayError('CANCELLED', 'the caller gave up the training', {
    cause: signal?.reason,
  });
}
