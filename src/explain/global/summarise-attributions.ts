// Mean |SHAP|, mean, smallest and largest attribution of each feature and output, over rows that come in blocks.
// Source: global importance as the mean of |SHAP|, Lundberg et al., Nature Machine Intelligence 2 (2020), section 2.7.
// Complexity: O(features * outputs) time per row and memory in all, whatever the number of rows.
// Invariant: rows are added one after the other, so that the numbers do not depend on how they were cut into blocks.

import type { FeatureSchema } from '../../model/index.ts';

/** What one feature did to one output, over all rows. */
export interface FeatureSummary {
  /** The place of the feature in the schema. */
  readonly index: number;
  readonly feature: string;
  readonly meanAbsolute: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** The part of the output's whole mean |SHAP|, 0..1; 0 when nothing moves the output. */
  readonly share: number;
  /** Rows in which the feature had no value. */
  readonly missing: number;
}

/** Takes in rows and their attributions. */
export interface AttributionSummariser {
  /** One row: a number per feature; and `[feature][output]`, one after the other. */
  add(values: Float64Array, attributions: Float64Array): void;
  /** Of each output its features, the one that moves it most first, equal ones in the order of the schema. */
  finish(): FeatureSummary[][];
}

/** Prepares the summary of attributions to the features of a schema. */
export function createAttributionSummariser(
  { features }: FeatureSchema,
  outputs: number,
): AttributionSummariser {
  const size = features.length * outputs;
  const sums = new Float64Array(size);
  const absolutes = new Float64Array(size);
  const least = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  const missing = new Float64Array(features.length);
  let rows = 0;

  const summariseOutput = (output: number): FeatureSummary[] => {
    let whole = 0;
    for (let at = output; at < size; at += outputs) whole += absolutes[at]!;
    return features
      .map(({ name }, index) => {
        const at = index * outputs + output;
        return {
          index,
          feature: name,
          meanAbsolute: absolutes[at]! / rows,
          mean: sums[at]! / rows,
          min: least[at]!,
          max: most[at]!,
          share: whole === 0 ? 0 : absolutes[at]! / whole,
          missing: missing[index]!,
        };
      })
      .toSorted((a, b) => b.meanAbsolute - a.meanAbsolute);
  };

  return {
    add(values, attributions) {
      rows++;
      for (let at = 0; at < size; at++) {
        const part = attributions[at]!;
        sums[at]! += part;
        absolutes[at]! += Math.abs(part);
        if (part < least[at]!) least[at] = part;
        if (part > most[at]!) most[at] = part;
      }
      for (let index = 0; index < missing.length; index++)
        if (Number.isNaN(values[index]!)) missing[index]!++;
    },
    finish: () => Array.from({ length: outputs }, (_, output) => summariseOutput(output)),
  };
}
