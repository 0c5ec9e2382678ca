import type { FeatureSteps } from '../../model/index.ts';

/** The steps of a weighted sum in which a missing value adds nothing, as 0 does. */
export function fillWithZero(columns: number): FeatureSteps {
  return {
    features: columns,
    steps: Array.from({ length: columns }, (_, of) => ({ kind: 'fill', of, value: 0 })),
    columns: Array.from({ length: columns }, (_, index) => columns + index),
  };
}
