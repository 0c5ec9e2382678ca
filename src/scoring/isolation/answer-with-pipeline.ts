import { type ErrorCode, SpillwayError } from '../../core/index.ts';
import { createModel } from '../../inference/index.ts';
import type { Explanation, Pipeline, Prediction } from '../../model/index.ts';
import type { TaskAnswerer } from '../../resilience/index.ts';
import {
  createVersionExplainer,
  type ExplanationSource,
  type RowExplainer,
} from '../version-explainer.ts';

/** What a thread with a model that is data is asked. */
export interface PipelineQuestion {
  /** A row that was read. */
  readonly values: Float64Array;
  readonly explain: boolean;
}

/** What it answers; of an explanation that there cannot be, why. */
export interface PipelineAnswer {
  readonly prediction: Prediction;
  readonly explanation?: Explanation | Refusal;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Answers rows with a model that is data, and explains the answers.
 * @throws SpillwayError `INVALID_MODEL` when the parts of the pipeline do not fit each other.
 */
export function answerWithPipeline(
  pipeline: Pipeline,
  explanation: ExplanationSource,
): TaskAnswerer {
  const model = createModel(pipeline);
  const prepare = () => orRefusal(() => createVersionExplainer(model, explanation));
  // it may take tenths of a second, which starting waits for when every answer would
  const isAlwaysExplained = explanation.explain.when !== 'on-request';
  let explainer: RowExplainer | Refusal | undefined = isAlwaysExplained ? prepare() : undefined;
  const explain = (values: Float64Array): Explanation | Refusal => {
    explainer ??= prepare();
    const ready = explainer;
    return 'code' in ready ? ready : orRefusal(() => ready.explain(values));
  };
  return {
    answer(message): PipelineAnswer {
      const question = questionOf(message);
      const prediction = model.predictValues(question.values);
      return question.explain
        ? { prediction, explanation: explain(question.values) }
        : { prediction };
    },
    isQuick: (message) => !questionOf(message).explain,
  };
}

function questionOf(message: unknown): PipelineQuestion {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what createIsolatedPredictor sends
  return message as PipelineQuestion;
}

/** An answer without its explanation is still an answer. */
function orRefusal<T>(make: () => T): T | Refusal {
  try {
    return make();
  } catch (error) {
    if (SpillwayError.isInstance(error)) return { code: error.code, message: error.message };
    return { code: 'NOT_EXPLAINABLE', message: 'unexpected error' };
  }
}
