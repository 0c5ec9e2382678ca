import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TreeEnsemble } from '../../model/index.ts';
import { createTreeKernel } from './create-tree-kernel.ts';
import { chunkRows, publishChunks, type SharedBatch } from './shared-batch.ts';

const mostThreads = 64;

/** How batches are shared among threads. */
export interface ParallelScorerOptions {
  /** Threads that score, beside the caller's; each keeps a layout of the model of its own. 1 to 64. */
  readonly threads: number;
  /**
   * Batches of fewer rows are scored by the caller's thread, which they keep busy. At least 1.
   * @default 32,768, two chunks
   */
  readonly leastRows?: number | undefined;
  /**
   * The compiled file of the threads, for bundlers that move it.
   * @default score-worker.js beside this file
   */
  readonly workerFile?: URL | undefined;
}

/** Scores large batches on several threads. */
export interface ParallelScorer {
  /**
   * Writes the raw scores of `count` rows, before the link, into `scores`: one per output of the ensemble, row after row.
   * `rows` has one number per column, NaN = missing. Calls wait for each other. Arrays in a SharedArrayBuffer are used in
   * place, others are copied; they must not be changed before the promise is kept. Rejects with a RangeError when an array
   * is too short, and with an Error when the scorer is closed or a thread ends.
   */
  predictRows(
    rows: Float64Array | Float32Array,
    count: number,
    scores: Float64Array,
  ): Promise<void>;
  /** Ends the threads; a batch they are at is given up, and its promise rejected. */
  close(): Promise<void>;
}

/**
 * Scores batches of trees on several threads, for who has hundreds of thousands of rows in memory at once. It pays from
 * `leastRows` on: a smaller batch is done before threads are awake. No thread starts before the first batch that is large
 * enough; idle threads do not keep the process alive.
 * @throws RangeError for a number of threads or rows that is out of range.
 */
export function createParallelScorer(
  ensemble: TreeEnsemble,
  options: ParallelScorerOptions,
): ParallelScorer {
  const { columns, outputs } = ensemble;
  const { threads, leastRows = 2 * chunkRows } = options;
  const workerFile = options.workerFile ?? new URL('./score-worker.js', import.meta.url);
  // without a thread nothing would be scored, and nobody would say so
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) {
    throw new RangeError(`expected 1 to ${mostThreads} threads, got ${threads}`);
  }
  if (!(leastRows >= 1)) throw new RangeError(`expected leastRows of at least 1, got ${leastRows}`);
  const kernel = createTreeKernel(ensemble);
  // used again, since the pages of fresh memory cost as much as filling them
  let rowsBuffer = new SharedArrayBuffer(0);
  let scoresBuffer = new SharedArrayBuffer(0);
  let workers: Worker[] = [];
  let last: Promise<void> = Promise.resolve();
  let closed = false;

  const refuseClosed = () => {
    if (closed) throw new Error('the scorer is closed');
  };

  const startWorkers = () => {
    while (workers.length < threads) {
      // the options of the caller's program, such as --input-type, are not for this file
      const worker = new Worker(workerFile, { execArgv: [] });
      worker.postMessage(ensemble, []);
      worker.unref();
      const forget = () => {
        workers = workers.filter((other) => other !== worker);
      };
      worker.once('error', forget);
      worker.once('exit', forget);
      workers.push(worker);
    }
  };

  const scoreShared = async (
    rows: Float64Array | Float32Array,
    count: number,
    scores: Float64Array,
  ): Promise<void> => {
    refuseClosed();
    startWorkers();
    const width = columns.length;
    const rowsAreShared = rows.buffer instanceof SharedArrayBuffer;
    const scoresAreShared = scores.buffer instanceof SharedArrayBuffer;
    if (!rowsAreShared) rowsBuffer = atLeast(rowsBuffer, count * width * rows.BYTES_PER_ELEMENT);
    if (!scoresAreShared) scoresBuffer = atLeast(scoresBuffer, count * outputs * 8);
    const batch: SharedBatch = {
      rows: rowsAreShared
        ? rows
        : rows instanceof Float32Array
          ? new Float32Array(rowsBuffer, 0, count * width)
          : new Float64Array(rowsBuffer, 0, count * width),
      count,
      scores: scoresAreShared ? scores : new Float64Array(scoresBuffer, 0, count * outputs),
      progress: new Int32Array(new SharedArrayBuffer(8)),
    };
    const done = Promise.allSettled(workers.map((worker) => runOn(worker, batch)));
    const chunks = Math.ceil(count / chunkRows);
    // the threads are at the first chunks while the next are copied
    for (let chunk = rowsAreShared ? chunks : 0; chunk < chunks; chunk++) {
      const start = chunk * chunkRows * width;
      const end = Math.min(count, (chunk + 1) * chunkRows) * width;
      batch.rows.set(rows.subarray(start, end), start);
      publishChunks(batch, chunk + 1);
    }
    publishChunks(batch, chunks);
    // all of them, since the next batch may use the same memory
    const failed = (await done).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (!scoresAreShared) scores.set(batch.scores);
  };

  return {
    async predictRows(rows, count, scores) {
      refuseClosed();
      const fits = rows.length >= count * columns.length && scores.length >= count * outputs;
      if (!(Number.isInteger(count) && count >= 0 && fits)) {
        throw new RangeError(
          `${rows.length} numbers and ${scores.length} scores for ${count} rows`,
        );
      }
      if (count < leastRows) return kernel.predictRows(rows, count, scores);
      const before = last;
      const result = before.catch(() => undefined).then(() => scoreShared(rows, count, scores));
      last = result;
      return result;
    },
    async close() {
      closed = true;
      const ended = workers;
      workers = [];
      await Promise.all(ended.map((worker) => worker.terminate()));
    },
  };
}

/** Resolves when the thread finds nothing left to do. */
async function runOn(worker: Worker, batch: SharedBatch): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  worker.ref();
  worker.postMessage(batch, []);
  try {
    await Promise.race([
      once(worker, 'message', { signal }), // rejected by 'error', too
      once(worker, 'exit', { signal }).then(() => {
        throw new Error('a thread ended before its batch was scored');
      }),
    ]);
  } finally {
    listening.abort();
    worker.unref();
  }
}

function atLeast(buffer: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  return buffer.byteLength >= bytes ? buffer : new SharedArrayBuffer(bytes);
}
