import { SpillwayError } from '../core/index.ts';
import { createExplainer, type ExplainerOptions } from '../explain/index.ts';
import { checkPrediction, type Explanation, type Model, type Prediction } from '../model/index.ts';

/** Rows that were read, in the order of a file. */
export interface ScoredRows {
  readonly count: number;
  /** `count` times one number per feature. */
  readonly values: Float64Array;
}

/** What became of some rows, in their order. */
export interface Scored {
  readonly predictions: readonly Prediction[];
  readonly explanations: readonly Explanation[];
}

/** Answers many rows, and explains every answer when asked to. */
export interface BatchScorer {
  /**
   * @throws SpillwayError `INVALID_OUTPUT` or `NOT_EXPLAINABLE`, naming the row, when the model has no usable answer or
   * the answer no explanation.
   */
  score(rows: ScoredRows): Scored;
}

/**
 * Prepares a model to answer many rows.
 * @throws SpillwayError `NOT_EXPLAINABLE` when explanations are asked for and there can be none.
 */
export function createBatchScorer(
  model: Model,
  { explain, ...options }: ExplainerOptions & { readonly explain: boolean },
): BatchScorer {
  const width = model.schema.features.length;
  const explainer = explain ? explainerOf(model, options) : null;
  let done = 0;
  return {
    score({ count, values }) {
      const rowOf = (row: number) => values.subarray(row * width, (row + 1) * width);
      const predictions =
        model.predictBatch?.(values, count) ??
        Array.from({ length: count }, (_, row) => model.predictValues(rowOf(row)));
      const explanations: Explanation[] = [];
      for (const [row, prediction] of predictions.entries()) {
        try {
          checkPrediction(prediction, model);
          if (explainer !== null) explanations.push(explainer.explain(rowOf(row)));
        } catch (error) {
          throw nameRow(error, done + row + 1);
        }
      }
      done += count;
      return { predictions, explanations };
    },
  };
}

function explainerOf({ pipeline }: Model, options: ExplainerOptions) {
  if (pipeline !== null) return createExplainer(pipeline, options);
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    'the model is only code: there are no trees or weights to explain',
  );
}

function nameRow(error: unknown, row: number): unknown {
  if (!SpillwayError.isInstance(error)) return error;
  return new SpillwayError(error.code, `row ${row}: ${error.message}`, { cause: error });
}
