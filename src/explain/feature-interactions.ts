import { SpillwayError } from '../core/index.ts';
import { createRowEncoder } from '../inference/index.ts';
import type { Pipeline } from '../model/index.ts';
import { createInteractions } from './create-interactions.ts';
import { createSupplierOf } from './supplier-of.ts';

/** Of one row, 128 MB. */
const mostInteractions = 2 ** 24;

/** Splits a row's attributions over pairs of features. */
export interface FeatureInteractions {
  /**
   * Of a row already read, one number per feature of the schema: for the features i and j and output k, at
   * `(i * features + j) * outputs + k`, half of what both do together; for i and i what is left of its attribution.
   */
  interact(values: Float64Array): Float64Array;
}

/**
 * Prepares the SHAP interaction values of a tree ensemble, those of columns added up to the features that supplied them.
 * @throws SpillwayError `NOT_EXPLAINABLE` for other models, and as `createTreeShap` does.
 */
export function createFeatureInteractions({ model, schema, steps }: Pipeline): FeatureInteractions {
  if (model.kind !== 'tree-ensemble') {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'interactions are those of trees: in a linear model each feature acts alone, on its score',
    );
  }
  const { outputs } = model;
  if (Math.max(model.columns.length, schema.features.length) ** 2 * outputs > mostInteractions) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `${model.columns.length} columns have more pairs, for ${outputs} output(s), than can be told (${mostInteractions})`,
    );
  }
  const columns = steps.columns.length;
  const features = schema.features.length;
  const interactions = createInteractions(model);
  const supplierOf = createSupplierOf(steps);
  const made = new Float64Array(steps.features + steps.steps.length);
  const encode = createRowEncoder({ ...steps, columns: [...made.keys()] });
  const row = new Float64Array(columns);
  const ofColumns = new Float64Array(columns * columns * outputs);
  return {
    interact(values) {
      encode(values, made);
      for (let c = 0; c < columns; c++) row[c] = made[steps.columns[c]!]!;
      interactions.interactRows(row, 1, ofColumns);
      const ofFeatures = new Float64Array(features * features * outputs);
      for (let one = 0; one < columns; one++) {
        const i = supplierOf(one, made);
        for (let other = 0; other < columns; other++) {
          const to = (i * features + supplierOf(other, made)) * outputs;
          const from = (one * columns + other) * outputs;
          for (let k = 0; k < outputs; k++) ofFeatures[to + k]! += ofColumns[from + k]!;
        }
      }
      // sums in another order end in other bits
      for (let i = 0; i < features; i++)
        for (let j = 0; j < i; j++)
          for (let k = 0; k < outputs; k++)
            ofFeatures[(i * features + j) * outputs + k] =
              ofFeatures[(j * features + i) * outputs + k]!;
      return ofFeatures;
    },
  };
}
