import { Worker } from 'node:worker_threads';
import { SpillwayError } from '../core/index.ts';
import { createRowAnswerer, type QuestionedRows, type RowQuestion } from './answer-rows.ts';
import type { ThreadAnswer } from './answer-rows-worker.ts';

/** Answers the rows of a file block by block, on several threads when it is a long one. */
export interface ParallelAnswerer {
  /** What the output begins with. */
  readonly header: Uint8Array;
  /**
   * The lines for a block of rows, which must not be used afterwards. Rejects with a SpillwayError naming the row for which
   * there is no usable answer, or no explanation.
   */
  answer(rows: QuestionedRows): Promise<Uint8Array>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** So many blocks are answered at once by the caller's thread: starting others takes longer. Explaining one takes as long. */
const blocksAlone = { plain: 3, explained: 1 } as const;

/**
 * Prepares the answers to the rows of a file on up to `threads` threads beside the caller's.
 * @throws SpillwayError `NOT_EXPLAINABLE` when explanations are asked for and there can be none.
 */
export function createParallelAnswerer(question: RowQuestion, threads: number): ParallelAnswerer {
  const own = createRowAnswerer(question);
  const others: Thread[] = [];
  const alone = question.explanation !== null ? blocksAlone.explained : blocksAlone.plain;
  let blocks = 0;
  return {
    header: own.header,
    async answer(rows) {
      if (blocks++ < alone || threads === 0) return own.answer(rows);
      if (others.length < threads) others.push(createThread(question));
      const thread = others[blocks % others.length];
      return thread === undefined ? own.answer(rows) : thread.answer(rows);
    },
    async close() {
      await Promise.all(others.map((thread) => thread.close()));
    },
  };
}

interface Thread {
  answer(rows: QuestionedRows): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (lines: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A thread answers in the order in which it was asked. */
function createThread(question: RowQuestion): Thread {
  const worker = new Worker(new URL('./answer-rows-worker.js', import.meta.url));
  const waiting: Waiting[] = [];
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.postMessage(question, []);
  worker.on('message', (answer: ThreadAnswer) => {
    const first = waiting.shift();
    if ('lines' in answer) first?.resolve(answer.lines);
    else first?.reject(new SpillwayError(answer.code, answer.message));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread ended before its rows were answered')));
  return {
    answer: (rows) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        waiting.push({ resolve, reject });
        const { buffer } = rows.values;
        worker.postMessage(rows, buffer instanceof ArrayBuffer ? [buffer] : []);
      }),
    async close() {
      await worker.terminate();
    },
  };
}
