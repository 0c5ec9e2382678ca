import { SpillwayError } from '../../core/index.ts';
import { type FeatureSteps, sourcesOf } from '../../model/index.ts';

/**
 * The one value of a row that each column is made from: a mixture of two rows then has, in each column, what one of them has.
 * @throws SpillwayError `NOT_EXPLAINABLE` when a column is made from several.
 */
export function soleSources({ columns, features, steps }: FeatureSteps): Int32Array {
  const sources: number[] = Array.from({ length: features }, (_, feature) => feature);
  for (const step of steps) {
    const [source = -1, ...others] = new Set(sourcesOf(step).map((of) => sources[of]!));
    sources.push(others.length === 0 ? source : -1);
  }
  return Int32Array.from(columns, (of) => {
    if (sources[of] === -1) {
      throw new SpillwayError(
        'NOT_EXPLAINABLE',
        'a calibrated classifier makes a column from several others at once, so a mixture of two rows is not one of theirs',
      );
    }
    return sources[of]!;
  });
}
