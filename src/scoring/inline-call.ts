import { type Clock, SpillwayError } from '../core/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';
import type { CircuitBreaker } from '../resilience/index.ts';
import { completePrediction } from './complete-prediction.ts';
import type { OnModelFailure } from './model-failure.ts';

/** One call of a model that answers at once. */
export interface InlineCall {
  readonly requestId: string;
  readonly values: Float64Array;
  readonly askedAt: number;
  /** When the answer was there. */
  answeredAt: number;
}

/** What stands around a model that answers at once. */
export interface InlineCallOptions {
  readonly name: string;
  readonly threshold: number;
  readonly breaker: CircuitBreaker;
  /** A model that takes longer has failed, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onFailure: OnModelFailure;
}

/** Asks a model of this thread behind its breaker. Makes no promise and sets no timer: nothing could interrupt it. */
export function createInlineCall(
  model: Model,
  { breaker, clock, name, onFailure, threshold, timeoutMs }: InlineCallOptions,
): (call: InlineCall) => Prediction {
  const ask = createAsk(name, model);
  const { labels, pipeline, task } = model;
  const answering = { labels, pipeline, task, threshold };
  // what happens in here is the model's doing and counts for its breaker; a deadline that the caller chose does not
  const predict = (call: InlineCall): Prediction => {
    try {
      const answered = ask(call.values);
      // our own models answer with plain records; what is only code may answer anything
      const prediction = pipeline === null ? completePrediction(answered, answering) : answered;
      if (pipeline !== null) checkPrediction(prediction, model);
      call.answeredAt = clock.now();
      if (call.answeredAt - call.askedAt <= timeoutMs) return prediction;
      throw new SpillwayError('DEADLINE_EXCEEDED', `${name} took longer than ${timeoutMs} ms`);
    } catch (error) {
      if (SpillwayError.isInstance(error)) {
        onFailure({ requestId: call.requestId, modelVersion: name, error });
      }
      throw error;
    }
  };
  return (call) => breaker.runSync(predict, call);
}

/**
 * Asks a model. It gets a copy of the row, since what it does to it must not reach whoever answers next. Whatever it
 * throws, even an error of ours, is a failure of the model.
 */
function createAsk(name: string, model: Model): (values: Float64Array) => Prediction {
  const copy = new Float64Array(model.schema.features.length);
  let copyIsInUse = false;
  return (values) => {
    // only a model that asks its own gateway needs a second copy
    const given = copyIsInUse ? values.slice() : copy;
    if (given === copy) {
      copy.set(values);
      copyIsInUse = true;
    }
    try {
      const answered: unknown = model.predictValues(given);
      if (answered instanceof Promise) answered.catch(() => undefined); // refused next; must not end the process
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who asks looks at it next
      return answered as Prediction;
    } catch (cause) {
      throw new SpillwayError('MODEL_FAILED', `${name} failed`, { cause });
    } finally {
      if (given === copy) copyIsInUse = false;
    }
  };
}
