// The file of the threads of `createParallelAnswerer`: the first message is the question, the others are rows.
import { parentPort } from 'node:worker_threads';
import { type ErrorCode, SpillwayError } from '../core/index.ts';
import { createRowAnswerer, type QuestionedRows, type RowQuestion } from './answer-rows.ts';

/** What a thread answers: lines, or why there are none. */
export type ThreadAnswer =
  | { readonly lines: Uint8Array }
  | { readonly code: ErrorCode; readonly message: string };

parentPort?.once('message', (question: RowQuestion) => {
  const answerer = createRowAnswerer(question);
  parentPort?.on('message', (rows: QuestionedRows) => {
    const answer = answerOrFail(() => answerer.answer(rows));
    parentPort?.postMessage(answer, 'lines' in answer ? memoryOf(answer.lines) : []);
  });
});

/** What can be handed over instead of copied: memory that holds nothing else. */
function memoryOf({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

function answerOrFail(answer: () => Uint8Array): ThreadAnswer {
  try {
    return { lines: answer() };
  } catch (error) {
    if (!SpillwayError.isInstance(error)) throw error;
    return { code: error.code, message: error.message };
  }
}
