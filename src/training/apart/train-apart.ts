import { Worker } from 'node:worker_threads';
import { SpillwayError } from '../../core/index.ts';
import { cancelled } from '../refuse-when-aborted.ts';
import type { TrainingFailure, TrainingMessage, TrainingRequest } from './training-messages.ts';
import { optionNames, type Trainings, trainings } from './trainings.ts';

/** Where a training runs. */
export interface TrainingPlace {
  /** In the caller's thread, which does little else until it is done. @default false, a thread of its own */
  readonly inline?: boolean | undefined;
  /** The compiled file of the thread, for bundlers that move it. @default train-worker.js beside this file */
  readonly workerFile?: URL | undefined;
}

/**
 * Trains in a thread of its own, which is ended when the signal is aborted. Tables are copied into it, unless their
 * numbers are in shared memory.
 * @throws what the training throws; `INVALID_OPTION` for a name that is none of its options; `CANCELLED` when the signal is aborted, `INTERNAL` when the thread dies.
 */
export function trainApart<Kind extends keyof Trainings>(
  kind: Kind,
  given: Trainings[Kind]['takes'] & TrainingPlace,
): Promise<Trainings[Kind]['gives']> {
  const { inline = false, workerFile = ownFile, ...options } = given;
  const { signal, ...others } = options;
  const strangers = Object.keys(options).filter((name) => !Object.hasOwn(optionNames[kind], name));
  if (strangers.length > 0) return Promise.reject(unknownOptions(kind, strangers));
  const train = trainings[kind];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was given, without the place
  if (inline) return train(options as Trainings[Kind]['takes']);
  if (signal?.aborted === true) return Promise.reject(cancelled(signal));
  const callbacks = new Map<string, (...args: readonly unknown[]) => unknown>();
  const plain = new Map<string, unknown>();
  for (const [name, value] of Object.entries<unknown>(others)) {
    if (isFunction(value)) callbacks.set(name, value);
    else plain.set(name, value);
  }
  const workerData: TrainingRequest = {
    kind,
    options: Object.fromEntries(plain),
    callbacks: [...callbacks.keys()],
  };
  return new Promise((resolve, reject) => {
    // the options of the caller's program, such as --input-type, are not for this file
    const worker = new Worker(workerFile, { workerData, execArgv: [] });
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      settle(); // what comes after the first is not heard
      void worker.terminate();
    };
    const fail = (error: Error): void => end(() => reject(error));
    const onAbort = (): void => fail(cancelled(signal));
    signal?.addEventListener('abort', onAbort);
    worker.on('message', (message: TrainingMessage) => {
      if (message.type === 'result') {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the same training gave there
        end(() => resolve(message.result as Trainings[Kind]['gives']));
      } else if (message.type === 'failure') fail(toError(message.failure));
      else {
        try {
          callbacks.get(message.name)?.(...message.args);
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      }
    });
    worker.once('error', (cause) => fail(died(cause)));
    worker.once('exit', () => fail(died(undefined)));
  });
}

const ownFile = new URL('./train-worker.js', import.meta.url);

function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function';
}

function unknownOptions(kind: keyof Trainings, strangers: readonly string[]): SpillwayError {
  const known = Object.keys(optionNames[kind]).join(', ');
  const message = `${strangers.join(', ')}: ${kind} has no such option; it has ${known}`;
  return new SpillwayError('INVALID_OPTION', message);
}

function died(cause: unknown): SpillwayError {
  return new SpillwayError('INTERNAL', 'the thread of the training ended early', { cause });
}

function toError({ code, details, faults, message, stack }: TrainingFailure): Error {
  if (code !== null) return new SpillwayError(code, message, { details, faults });
  const error = new Error(message);
  error.stack = stack;
  return error;
}
