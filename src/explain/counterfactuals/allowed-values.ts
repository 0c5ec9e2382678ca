import type { Feature } from '../../model/index.ts';

/** The values of a number feature that may be proposed, on one side of the present value or on both. */
export interface AllowedValues {
  /** Bounds with the direction taken into account, inclusive. Nothing is allowed when they cross. */
  readonly min: number;
  readonly max: number;
  /** Between the bounds of the card, whatever the direction: the scale of a change. */
  readonly width: number;
  /** The multiple of the unit with that whole number, as the decimal that people write. */
  multiple(index: number): number;
  /** Of the multiples from `low` up to but without `end`: the numbers of the first and the last, null when there is none. */
  indices(low: number, end: number): readonly [first: number, last: number] | null;
  /** The smallest value (or the largest) from `low` up to but without `end`, finer than the unit where it must be; NaN when there is none. */
  within(low: number, end: number, side: 'smallest' | 'largest'): number;
}

/** The bounds that the feature and its card set; infinite where none is set. */
export function boundsOf({ changeable, max, min }: Feature): readonly [min: number, max: number] {
  const infinity = Number.POSITIVE_INFINITY;
  return [
    Math.max(min ?? -infinity, changeable?.min ?? -infinity),
    Math.min(max ?? infinity, changeable?.max ?? infinity),
  ];
}

/**
 * Values are multiples of the card's step, of 1 for integers; else of the largest power of ten that is at most a
 * thousandth of the range, and finer ones where cuts are closer together than that.
 */
export function createAllowedValues(feature: Feature, present: number): AllowedValues {
  const { changeable, type } = feature;
  const [lowest, highest] = boundsOf(feature);
  const width = highest - lowest;
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  const step = changeable?.step ?? (type === 'integer' ? 1 : null);
  const unit =
    step === null ? powerOfTen(Math.max(width / 1000, size * 1e-13)) : wholeStep(step, type);
  const min = changeable?.direction === 'increase' ? largest(lowest, present) : lowest;
  const max = changeable?.direction === 'decrease' ? smallest(highest, present) : highest;

  const range = (low: number, end: number, scale: number): readonly [number, number] | null => {
    const from = Math.max(low, min);
    let first = Math.ceil(from / scale);
    let last = Math.floor(Math.min(end, max) / scale);
    // a division may miss by one
    if (decimal(first - 1, scale) >= from) first--;
    if (decimal(first, scale) < from) first++;
    if (decimal(last + 1, scale) < end && decimal(last + 1, scale) <= max) last++;
    if (decimal(last, scale) >= end || decimal(last, scale) > max) last--;
    return first <= last ? [first, last] : null;
  };

  return {
    min,
    max,
    width,
    multiple: (index) => decimal(index, unit),
    indices: (low, end) => range(low, end, unit),
    within(low, end, side) {
      const isFree = step === null;
      const edge = side === 'largest' ? max : min;
      const isInside = (x: number): boolean => x >= low && x < end && x >= min && x <= max;
      // the bounds themselves are as good as any multiple
      if (isFree && isInside(edge)) return edge;
      for (let scale = unit; scale > size * 1e-15; scale /= 10) {
        const found = range(low, end, scale);
        if (found !== null) {
          const value = decimal(found[side === 'smallest' ? 0 : 1], scale);
          return isInside(value) ? value : Number.NaN;
        }
        if (!isFree) return Number.NaN;
      }
      return isInside(low) ? low : Number.NaN;
    },
  };
}

/** Without the digits that binary multiplication adds: three steps of 0.1 are 0.3. */
function decimal(index: number, unit: number): number {
  return Number((index * unit).toPrecision(15));
}

function powerOfTen(most: number): number {
  return Number(`1e${Math.floor(Math.log10(most || 1))}`);
}

/** The smallest multiple of a step that an integer feature can take. */
function wholeStep(step: number, type: Feature['type']): number {
  if (type !== 'integer') return step;
  let times = 1;
  while (!Number.isInteger(decimal(times, step)) && times < 1_000_000) times++;
  return decimal(times, step);
}

// of a value that is not known neither side is ruled out
const largest = (bound: number, present: number): number =>
  Number.isNaN(present) ? bound : Math.max(bound, present);
const smallest = (bound: number, present: number): number =>
  Number.isNaN(present) ? bound : Math.min(bound, present);
