import { setImmediate as nextTurn } from 'node:timers/promises';
import { refuseWhenAborted } from '../refuse-when-aborted.ts';

/**
 * Runs work that yields after each of its steps, and lets other work of the process have its turn between them.
 * @throws SpillwayError `CANCELLED` when the signal is aborted before the end.
 */
export async function runSteps<Result>(
  steps: Generator<void, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (;;) {
    refuseWhenAborted(signal);
    const { done, value } = steps.next();
    if (done === true) return value;
    // oxlint-disable-next-line no-await-in-loop -- the steps follow each other
    await nextTurn();
  }
}
