// What: random rows around a row, and in which features each of them is like it.
// Source: lime 0.2.0.1, lime_tabular.py, `__data_inverse` with discretize_continuous: each feature on its own, a bin by
//   its frequency in the background, then a value of the bin; alike means in the same bin.
// Complexity: O(features) per neighbour.
// Invariant: neighbours fit the schema when the background and the row do.

import { type Random, SpillwayError } from '../core/index.ts';
import type { Background, Feature, FeatureSchema } from '../model/index.ts';
import { createFeatureBins } from './feature-bins.ts';

/** Rows drawn around one row. */
export interface Neighbours {
  /** The features, by index, in which some neighbours are like the row and others are not. */
  readonly varying: readonly number[];
  /** Overwrites `neighbour`, and `alike` with the places in `varying` of the features in which it is like the row; says how many these are. */
  readonly draw: (neighbour: Float64Array, alike: Int32Array) => number;
}

/**
 * No row of the background shares such a value with the row, so lime would never draw it and would judge it by the row
 * alone. It is drawn as if the row were one row of the background, and no less often than this.
 */
const leastShareOfOwnValue = 1 / 20;

/**
 * Prepares draws around any row, from the background's values of each feature.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the background has no rows, or a value that the schema does not allow.
 */
export function createNeighbourhood(
  { features }: FeatureSchema,
  { count, values }: Background,
): (row: Float64Array, random: Random) => Neighbours {
  const width = features.length;
  if (count === 0 || values.length !== count * width) {
    refuse(
      `rows around a row are drawn from the background: expected at least one row of ${width} numbers, got ${values.length} numbers for ${count} rows`,
    );
  }
  const bins = features.map((feature, index) => {
    const column = Float64Array.from({ length: count }, (_, row) => values[row * width + index]!);
    const wrong = column.findIndex((value) => !fits(feature, value));
    if (wrong !== -1) {
      refuse(`row ${wrong + 1} of the background has for ${feature.name} what its schema forbids`);
    }
    return createFeatureBins(feature, column);
  });
  const shareOfOwnValue = Math.max(leastShareOfOwnValue, 1 / (count + 1));

  return (row, random) => {
    const own = bins.map(({ binOf }, index) => binOf(row[index]!));
    const varying: number[] = [];
    const isOnlyHere = own.map((bin, index) => {
      const alike = bins[index]!.ofRows.reduce((sum, other) => (other === bin ? sum + 1 : sum), 0);
      if (alike < count) varying.push(index);
      return alike === 0;
    });
    const placeOf = own.map((_, index) => varying.indexOf(index));
    return {
      varying,
      draw(neighbour, alike) {
        let likenesses = 0;
        for (let index = 0; index < width; index++) {
          if (isOnlyHere[index] && random() < shareOfOwnValue) {
            neighbour[index] = row[index]!;
            alike[likenesses++] = placeOf[index]!;
            continue;
          }
          const { draw, ofRows } = bins[index]!;
          const bin = ofRows[Math.floor(random() * count)]!;
          neighbour[index] = draw(bin, random);
          if (bin === own[index] && placeOf[index] !== -1) alike[likenesses++] = placeOf[index]!;
        }
        return likenesses;
      },
    };
  };
}

function fits(
  { categories, max, min, nullable, otherCategories, type }: Feature,
  value: number,
): boolean {
  if (Number.isNaN(value)) return nullable ?? true;
  if (type === 'category') {
    const codes = (categories?.length ?? 0) + (otherCategories === true ? 1 : 0);
    return Number.isInteger(value) && value >= 0 && value < codes;
  }
  if (value < (min ?? -Number.MAX_VALUE) || value > (max ?? Number.MAX_VALUE)) return false;
  return type === 'number' || Number.isInteger(value);
}

function refuse(message: string): never {
  throw new SpillwayError('NOT_EXPLAINABLE', message);
}
