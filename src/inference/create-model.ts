import { SpillwayError } from '../core/index.ts';
import {
  checkPrediction,
  createRowReader,
  type Pipeline,
  type PipelineModel,
} from '../model/index.ts';
import { createPredictor } from './create-predictor.ts';
import { createFastScorers } from './create-scorers.ts';

/**
 * A model that answers rows, out of a pipeline. Its `predict` also throws `INVALID_OUTPUT` when there is no usable
 * answer, as with a linear model and a missing value; `predictValues` leaves that check to who calls it.
 * @throws SpillwayError `INVALID_MODEL` when the parts of the pipeline do not fit each other.
 */
export function createModel(pipeline: Pipeline): PipelineModel {
  const { schema, task, labels } = pipeline;
  const predictor = createPredictor(pipeline, createFastScorers);
  const reader = createRowReader(schema, { allowInfinite: true });
  const model: PipelineModel = Object.freeze({
    schema,
    task,
    labels,
    pipeline,
    predictValues: (values) => predictor.predictValues(values),
    predictBatch: (values, count) => predictor.predictBatch(values, count),
    predict(row) {
      // not shared between calls: reading a row may run getters, and they may predict
      const values = new Float64Array(schema.features.length);
      if (!reader.read(row, values)) {
        const faults = reader.faults(row);
        const sentence = faults.map(
          ({ pointer, message }) => `${pointer || 'the row'}: ${message}`,
        );
        throw new SpillwayError('INVALID_ROW', sentence.join('; '), { faults });
      }
      const prediction = predictor.predictValues(values);
      checkPrediction(prediction, model);
      return prediction;
    },
  } satisfies PipelineModel);
  return model;
}
