import { availableParallelism } from 'node:os';
import {
  type Clock,
  type Fault,
  faultsInWords,
  SpillwayError,
  systemClock,
} from '../core/index.ts';

/** What the threads of a pool run, how many there are and what they may take. */
export interface WorkerPoolOptions {
  /** What errors and threads call it; for a model, its version. Not empty. */
  readonly name: string;
  /** The file of the threads, a compiled ES module that calls `serveTasks`. */
  readonly file: URL;
  /** What each thread is given to begin with; cloned for each. */
  readonly workerData?: unknown;
  /** How many there are: an integer from 1 to 64. @default as many as cores less one, at least 1 */
  readonly threads?: number | undefined;
  /**
   * What a thread may keep on its JavaScript heap, in MiB: an integer from 16 to 65536. Typed arrays and buffers are not
   * counted. A thread that needs more dies. @default 512
   */
  readonly maxMemoryMb?: number | undefined;
  /** How long a thread may take until it can take tasks: an integer from 1 to 2147483647 milliseconds. @default 30000 */
  readonly startTimeoutMs?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The options with every default filled in. */
export type WorkerPoolSettings = {
  readonly [Name in keyof WorkerPoolOptions]-?: Exclude<WorkerPoolOptions[Name], undefined>;
};

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completePoolOptions({
  name,
  file,
  workerData = null,
  threads = Math.max(1, availableParallelism() - 1),
  maxMemoryMb = 512,
  startTimeoutMs = 30_000,
  clock = systemClock,
}: WorkerPoolOptions): WorkerPoolSettings {
  const faults: Fault[] = [];
  const checkInteger = (option: string, value: unknown, min: number, max: number) => {
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return;
    const came = typeof value === 'number' ? value : `a value of type ${typeof value}`;
    const message = `expected an integer from ${min} to ${max}, got ${came}`;
    faults.push({ pointer: `/${option}`, message });
  };
  if (typeof name !== 'string' || name === '') {
    faults.push({ pointer: '/name', message: 'expected a text that is not empty' });
  }
  checkInteger('threads', threads, 1, 64);
  checkInteger('maxMemoryMb', maxMemoryMb, 16, 65_536);
  checkInteger('startTimeoutMs', startTimeoutMs, 1, 2 ** 31 - 1);
  if (faults.length > 0) {
    const sentence = faultsInWords(faults);
    throw new SpillwayError('INVALID_CONFIG', `threads of ${name}: ${sentence}`, { faults });
  }
  return Object.freeze({ name, file, workerData, threads, maxMemoryMb, startTimeoutMs, clock });
}
