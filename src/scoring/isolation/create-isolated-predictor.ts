import { type Clock, SpillwayError } from '../../core/index.ts';
import type { Explanation, Pipeline } from '../../model/index.ts';
import { createWorkerPool } from '../../resilience/index.ts';
import type { ExplanationSource } from '../version-explainer.ts';
import type { PipelineAnswer, PipelineQuestion } from './answer-with-pipeline.ts';

/** What threads of their own answer with: a model that is data, or code that somebody wrote. */
export type IsolatedSource =
  | {
      readonly kind: 'pipeline';
      readonly pipeline: Pipeline;
      readonly explanation: ExplanationSource;
    }
  | {
      readonly kind: 'module';
      /** `file:` URL of an ES module whose default export is `(row, { signal }) => answer`, which may be a promise. */
      readonly url: string;
    };

/** How the threads of a predictor are made. */
export interface IsolationOptions {
  /** What errors call it: the version. Not empty. */
  readonly name: string;
  /** An integer from 1 to 64. @default as many as cores less one, at least 1 */
  readonly threads?: number | undefined;
  /** JavaScript heap of each thread, in MiB: an integer from 16 to 65536. @default 512 */
  readonly maxMemoryMb?: number | undefined;
  readonly clock: Clock;
  /**
   * The compiled file of the threads, for bundlers that move it.
   * @default isolated-predictor-worker.js beside this file
   */
  readonly workerFile?: URL | undefined;
}

/** How one row is answered. */
export interface IsolatedCall {
  /** The last moment at which the answer is of use, in milliseconds of the clock. */
  readonly deadline: number;
  /** Whether an explanation is wanted too. */
  readonly explain: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a thread answered. */
export interface IsolatedAnswer {
  /** As it came: `checkPrediction` is still to be asked about it. */
  readonly prediction: unknown;
  /** When it was wanted: the explanation, or why there is none. */
  readonly explanation?: Explanation | SpillwayError;
}

/** Answers rows in threads of its own, which can be ended: code that hangs or needs too much memory stops nothing else. */
export interface IsolatedPredictor {
  /** How many threads there are to be. */
  readonly threads: number;
  /** How many threads are at rows. */
  readonly busy: number;
  /** How many threads were started in the place of one that ended. */
  readonly restarts: number;
  /** Resolves when a thread has its model. Rejects with `MODEL_FAILED` when none can be started, with the reason as `cause`. */
  ready(): Promise<void>;
  /**
   * Answers the values of a row that was read (pipeline), or a row (module). Rejects with a SpillwayError:
   * `DEADLINE_EXCEEDED` at the deadline, whose `details.begun` says whether a thread had begun it; `CANCELLED`; `MODEL_FAILED` when the code threw, or its thread died or ran out of
   * memory; `INVALID_OUTPUT` when the answer, `INVALID_ROW` when the row cannot be cloned; `SHUTTING_DOWN`.
   */
  predict(
    input: Float64Array | Readonly<Record<string, unknown>>,
    call: IsolatedCall,
  ): Promise<IsolatedAnswer>;
  /** Ends the threads; rows that have no answer fail with `SHUTTING_DOWN`. */
  close(): Promise<void>;
}

/**
 * Starts the threads of a predictor. They do not keep the process alive; a row that waits for its answer does.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options.
 */
export function createIsolatedPredictor(
  source: IsolatedSource,
  options: IsolationOptions,
): IsolatedPredictor {
  const { name, threads, maxMemoryMb, clock } = options;
  if (source.kind === 'module' && !source.url.startsWith('file:')) {
    const fault = { pointer: '/url', message: 'expected the file: URL of an ES module' };
    throw new SpillwayError('INVALID_CONFIG', `${name}: ${fault.pointer}: ${fault.message}`, {
      faults: [fault],
    });
  }
  const file = options.workerFile ?? new URL('./isolated-predictor-worker.js', import.meta.url);
  const pool = createWorkerPool({ name, file, workerData: source, threads, maxMemoryMb, clock });
  return {
    get threads() {
      return pool.threads;
    },
    get busy() {
      return pool.busy;
    },
    get restarts() {
      return pool.restarts;
    },
    ready: () => pool.ready(),
    async predict(input, call) {
      if (source.kind === 'module') return answerOfCode(await pool.run(input, call), call.explain);
      if (!(input instanceof Float64Array)) throw new TypeError('expected the values of a row');
      // a view would be sent with all the memory that it looks into, and the caller may write to it meanwhile
      const question: PipelineQuestion = { values: input.slice(), explain: call.explain };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what answerWithPipeline answers
      return restore((await pool.run(question, call)) as PipelineAnswer);
    },
    close: () => pool.close(),
  };
}

function answerOfCode(prediction: unknown, explain: boolean): IsolatedAnswer {
  if (!explain) return { prediction };
  const text = 'the model is code in a thread of its own: there is nothing to explain it by';
  return { prediction, explanation: new SpillwayError('NOT_EXPLAINABLE', text) };
}

function restore({ prediction, explanation }: PipelineAnswer): IsolatedAnswer {
  if (explanation === undefined) return { prediction };
  if (!('code' in explanation)) return { prediction, explanation };
  const { code, message } = explanation;
  return { prediction, explanation: new SpillwayError(code, message) };
}
