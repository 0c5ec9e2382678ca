import type { Feature } from '../../model/index.ts';
import type { SampledRows } from './global-view.ts';
import { groupByValue, type ValueGroup } from './group-by-value.ts';

/** What one feature did to one output in the rows of a sample. */
export interface SampledFeature {
  readonly feature: Feature;
  /** The name for people. */
  readonly label: string;
  /** One number per row, NaN = missing. */
  readonly values: Float64Array;
  /** One number per row. */
  readonly attributions: Float64Array;
  readonly groups: readonly ValueGroup[];
}

/** Takes one feature and one output out of a sample. */
export function takeFeature(
  { attributions: all, count, values: rows }: SampledRows,
  features: readonly Feature[],
  index: number,
  output: number,
): SampledFeature {
  const feature = features[index]!;
  const outputs = count === 0 ? 1 : all.length / rows.length;
  const values = new Float64Array(count);
  const attributions = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const at = row * features.length + index;
    values[row] = rows[at]!;
    attributions[row] = all[at * outputs + output]!;
  }
  return {
    feature,
    label: feature.label ?? feature.name,
    values,
    attributions,
    groups: groupByValue(feature, values, attributions),
  };
}
