import { SpillwayError } from '../core/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';

/**
 * Asks a model about `count` rows that stand one after the other, at once when it can, and checks each answer.
 * @throws SpillwayError `NOT_EXPLAINABLE` with the model's fault as its cause.
 */
export function askModel(model: Model, values: Float64Array, count: number): Prediction[] {
  const width = model.schema.features.length;
  try {
    const predictions =
      model.predictBatch?.(values, count) ??
      Array.from({ length: count }, (_, row) =>
        model.predictValues(values.subarray(row * width, (row + 1) * width)),
      );
    if (predictions.length !== count) {
      throw new SpillwayError(
        'INVALID_OUTPUT',
        `the model gave ${predictions.length} answers to ${count} rows`,
      );
    }
    for (const prediction of predictions) checkPrediction(prediction, model);
    return predictions;
  } catch (cause) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the model has no usable answer to this row or to one like it, on which its explanation rests',
      { cause },
    );
  }
}
