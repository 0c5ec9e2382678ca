import { formatAlike } from '../html/format-number.ts';
import { type Axis, createAxis } from './create-axis.ts';
import type { SampledFeature } from './sampled-feature.ts';

/** From the smallest to the largest SHAP value of some features, 0 always among them. */
export interface AttributionRange {
  /** The range as a scale, with about so many round numbers along it. */
  readonly axis: (ticks: number) => Axis;
  /** Writes the numbers of the range with the same decimals. */
  readonly format: (value: number) => string;
}

/** Looks at all rows of some features of a sample. */
export function measureRange(sampled: readonly SampledFeature[]): AttributionRange {
  let min = 0;
  let max = 0;
  for (const { attributions } of sampled) {
    for (const part of attributions) {
      min = Math.min(min, part);
      max = Math.max(max, part);
    }
  }
  return {
    axis: (ticks) => createAxis(min, max, ticks),
    format: formatAlike(Math.max(max, -min)),
  };
}
