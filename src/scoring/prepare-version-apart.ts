import { Worker } from 'node:worker_threads';
import type { Clock, ErrorCode } from '../core/index.ts';
import type { PreparedVersion, StoredVersion } from '../registry/index.ts';

/** What reading a version beside the event loop may take. */
export interface ApartOptions {
  readonly clock: Clock;
  /** After so many milliseconds the thread is ended, and the version has failed. @default 120000 */
  readonly timeoutMs?: number | undefined;
  /** Heap of the thread in MiB; arrays of numbers do not count. @default 4096 */
  readonly maxMemoryMb?: number | undefined;
  /**
   * The compiled file of the thread, for bundlers that move it.
   * @default read-version-worker.js beside this file
   */
  readonly workerFile?: URL | undefined;
  /** Aborted when nobody wants the version any more: the thread is ended. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Like `prepareVersion`, for a process that is answering: files are hashed and read in a thread of its own, which hands
 * over the model as data. Building and trying it is left to `finishVersion` and the caller's thread. Never throws.
 */
export function prepareVersionApart(
  { name, place }: StoredVersion,
  { clock, maxMemoryMb = 4096, signal, timeoutMs = 120_000, workerFile = ownFile }: ApartOptions,
): Promise<PreparedVersion> {
  return new Promise((resolve) => {
    const worker = new Worker(workerFile, {
      workerData: place,
      // the options of the caller's program, such as --input-type, are not for this file
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    });
    const end = (prepared: PreparedVersion): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      resolve(prepared); // what comes after the first is not heard
      void worker.terminate();
    };
    const fail = (code: ErrorCode, message: string): void =>
      end({ name, card: null, content: null, failure: { code, message } });
    const cancel = clock.schedule(
      () => fail('INVALID_MODEL', `reading it took longer than ${timeoutMs} ms`),
      timeoutMs,
    );
    const onAbort = (): void => fail('SHUTTING_DOWN', 'nobody waits for it any more');
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
    worker.once('message', end);
    worker.once('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY')
        fail('INTERNAL', `reading it failed: ${error.message}`);
      else fail('INVALID_MODEL', `reading it took more than ${maxMemoryMb} MiB of memory`);
    });
    worker.once('exit', () => fail('INTERNAL', 'the thread that read it ended early'));
  });
}

const ownFile = new URL('./read-version-worker.js', import.meta.url);
