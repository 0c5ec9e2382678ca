import { parentPort, workerData } from 'node:worker_threads';
import { SpillwayError } from '../../core/index.ts';
import type { TrainingFailure, TrainingMessage, TrainingRequest } from './training-messages.ts';
import { trainings } from './trainings.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `trainApart` starts this file with
const { callbacks, kind, options } = workerData as TrainingRequest;

const send = (message: TrainingMessage): void => parentPort?.postMessage(message, []);
const forwarders = Object.fromEntries(
  callbacks.map((name) => [
    name,
    (...args: readonly unknown[]) => send({ type: 'call', name, args }),
  ]),
);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller's options, checked by the training itself
const train = trainings[kind] as (given: object) => Promise<unknown>;

try {
  send({ type: 'result', result: await train({ ...options, ...forwarders }) });
} catch (error) {
  send({ type: 'failure', failure: toFailure(error) });
}

function toFailure(error: unknown): TrainingFailure {
  if (SpillwayError.isInstance(error)) {
    const { code, details, faults, message, stack = '' } = error;
    return { code, message, faults, details, stack };
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, faults: [], details: {}, stack };
}
