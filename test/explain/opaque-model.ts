import type { FeatureSchema, Label, Model, Prediction } from '../../src/model/index.ts';

/** A classifier of the labels `no` and `yes` that is only code. */
export function opaqueClassifier(
  schema: FeatureSchema,
  probabilityOf: (row: Float64Array) => number,
): Model {
  return opaque(schema, 'binary', ['no', 'yes'], (row) => {
    const probability = probabilityOf(row);
    return { margin: null, probability, prediction: probability >= 0.5 ? 'yes' : 'no' };
  });
}

/** A regression that is only code. */
export function opaqueRegression(
  schema: FeatureSchema,
  valueOf: (row: Float64Array) => number | number[],
): Model {
  return opaque(schema, 'regression', [], (row) => {
    const value = valueOf(row);
    return { margin: null, value, prediction: value };
  });
}

/** Any model that is only code. */
export function opaque(
  schema: FeatureSchema,
  task: Model['task'],
  labels: readonly Label[],
  answer: (row: Float64Array) => Prediction,
): Model {
  return {
    schema,
    task,
    labels,
    pipeline: null,
    predictValues: answer,
    predict() {
      throw new Error('rows are asked about by their values');
    },
  };
}
