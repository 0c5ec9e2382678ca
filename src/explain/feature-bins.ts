// What: the bins of one feature in which LIME takes values for equal, and values drawn from a bin.
// Source: lime 0.2.0.1, discretize.py (QuartileDiscretizer): M. T. Ribeiro, S. Singh, C. Guestrin, "Why should I trust
//   you?", KDD 2016. A number's bins are cut at the background's quartiles, upper edge inclusive; within a bin it is drawn
//   from the normal distribution of the bin's mean and deviation, cut off at the bin's edges.
// Complexity: O(rows log rows) once, then constant per draw.
// Invariant: binOf(draw(bin)) is bin, and what is drawn fits the schema when the background does.

import type { Random } from '../core/index.ts';
import type { Feature } from '../model/index.ts';
import { drawTruncatedNormal } from './truncated-normal.ts';

/** The bin of missing values; categories are each a bin by their code, bins of numbers count from 0 upwards. */
const missingBin = -1;

/** One feature's values, sorted into bins by the background. */
export interface FeatureBins {
  /** The bin of each row of the background. */
  readonly ofRows: Int32Array;
  readonly binOf: (value: number) => number;
  /** Draws a value of a bin in which a row of the background is. */
  readonly draw: (bin: number, random: Random) => number;
}

/** Sorts a feature's values in the background into bins: `column` has one per row, categories by code, NaN = missing. */
export function createFeatureBins(feature: Feature, column: Float64Array): FeatureBins {
  const { binOf, drawPresent } =
    feature.type === 'category' ? categoryBins : numberBins(column, feature.type === 'integer');
  const binOrMissing = (value: number): number => (Number.isNaN(value) ? missingBin : binOf(value));
  return {
    ofRows: Int32Array.from(column, binOrMissing),
    binOf: binOrMissing,
    draw: (bin, random) => (bin === missingBin ? Number.NaN : drawPresent(bin, random)),
  };
}

/** Bins of values that are not missing. */
interface PresentBins {
  readonly binOf: (value: number) => number;
  readonly drawPresent: (bin: number, random: Random) => number;
}

const categoryBins: PresentBins = { binOf: (code) => code, drawPresent: (bin) => bin };

function numberBins(column: Float64Array, isInteger: boolean): PresentBins {
  const sorted = column.filter((value) => !Number.isNaN(value)).toSorted();
  const edges = [...new Set([0.25, 0.5, 0.75].map((share) => quantile(sorted, share)))];
  const binOf = (value: number): number => {
    const bin = edges.findIndex((edge) => value <= edge);
    return bin === -1 ? edges.length : bin;
  };
  const bins: ((random: Random) => number)[] = [];
  for (let from = 0; from < sorted.length; ) {
    const bin = binOf(sorted[from]!);
    let to = from + 1;
    while (to < sorted.length && binOf(sorted[to]!) === bin) to++;
    // the first bin begins at the smallest value, which is in it; the others after the edge
    const edge = bin === 0 ? null : edges[bin - 1]!;
    const high = edges[bin] ?? sorted.at(-1)!;
    bins[bin] = createDraw(sorted.subarray(from, to), edge, high, isInteger);
    from = to;
  }
  return { binOf, drawPresent: (bin, random) => bins[bin]!(random) };
}

/** By linear interpolation, as numpy does; NaN when there are no values. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const lower = sorted[Math.floor(place)] ?? Number.NaN;
  const upper = sorted[Math.ceil(place)] ?? Number.NaN;
  const part = place - Math.floor(place);
  // between equal values there is nothing to interpolate, and rounding may not lead out of them
  return Math.min(upper, Math.max(lower, lower * (1 - part) + upper * part));
}

/** Prepares draws from one bin, which has these values and reaches from the edge, exclusive, to `high`, inclusive. */
function createDraw(
  values: Float64Array,
  edge: number | null,
  high: number,
  isInteger: boolean,
): (random: Random) => number {
  const first = values[0]!;
  if (first === values.at(-1)) return () => first;
  const low = edge ?? first;
  // squares of huge values overflow unless they are measured by the largest
  const scale = Math.max(Math.abs(low), Math.abs(high));
  const mean = values.reduce((sum, value) => sum + value / scale, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value / scale - mean) ** 2, 0);
  const deviation = Math.sqrt(variance / values.length);
  if (deviation === 0) return () => first;
  // the mean lies within the bin, but for rounding
  const lowest = Math.min(0, (low / scale - mean) / deviation);
  const highest = Math.max(0, (high / scale - mean) / deviation);
  const smallest = edge === null ? first : isInteger ? Math.floor(edge) + 1 : edge;
  const largest = isInteger ? Math.floor(high) : high;
  return (random) => {
    const drawn = scale * (mean + deviation * drawTruncatedNormal(lowest, highest, random));
    const value = Math.min(largest, Math.max(smallest, isInteger ? Math.round(drawn) : drawn));
    // the edge itself is in the bin below
    return value === edge ? high : value;
  };
}
