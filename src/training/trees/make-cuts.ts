// What: the cut points of a column of numbers: about equally much weight lies between one and the next.
// Source: dmlc/xgboost 3.3 and later, `WQuantileSketch` and `QueryCutValues` of src/common/quantile.h, fed row by row.
// Complexity: n log n.
// Invariant: equal to XGBoost's cuts; they ascend strictly and the last one is above all values.
import {
  combineSummaries,
  createSummary,
  isNearer,
  pruneSummary,
  type QuantileSummary,
  summarize,
  twiceMiddle,
} from './quantile-summary.ts';

const { fround } = Math;
const smallStep = fround(1e-5);

/**
 * Cuts a column into at most `maxBin` bins: bin k holds the values with k cuts at or below them.
 * @param values One per row, in the order of the rows, on which the cuts depend; NaN is missing.
 * @param maxBin At least 2.
 * @param weights One per row; `null` counts every row once, and a weight of 0 leaves its row out.
 * @param sketch For a faster way to the same summary.
 */
export function makeCuts(
  values: Float32Array,
  maxBin: number,
  weights: Float32Array | null,
  sketch: QuantileSketch = sketchPlainly,
): Float32Array {
  let present = 0;
  let counted = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue;
    present++;
    if (weights === null || weights[row] !== 0) counted++;
  }
  const sketched = sketch(values, weights, summaryLimit(present, maxBin));
  const summary = pruneSummary(sketched, summaryLimit(counted, maxBin));
  if (summary.size === 0) return Float32Array.of(smallStep);
  const cuts = summary.size <= maxBin ? distinctValues(summary) : evenRanks(summary, maxBin);
  const greatest = summary.value[summary.size - 1]!;
  cuts.push(greatest + fround(Math.abs(greatest) + smallStep));
  return Float32Array.from(cuts);
}

/** The summary of a whole column with a limit of entries: summaries of full queues, carried up through levels as in binary addition. */
export type QuantileSketch = (
  values: Float32Array,
  weights: Float32Array | null,
  limit: number,
) => QuantileSummary;

function sketchPlainly(
  values: Float32Array,
  weights: Float32Array | null,
  limit: number,
): QuantileSummary {
  const queue = createSummary(2 * limit);
  const levels: QuantileSummary[] = [];
  for (let row = 0; row < values.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    // 0 and -0 are one value
    const value = values[row]! + 0;
    if (Number.isNaN(value) || weight === 0) continue;
    const last = queue.size - 1;
    if (last >= 0 && queue.value[last] === value) {
      queue.weight[last]! += weight;
      continue;
    }
    if (queue.size === 2 * limit) {
      carry(levels, summarize(queue.value, queue.weight, queue.size), limit);
      queue.size = 0;
    }
    queue.value[queue.size] = value;
    queue.weight[queue.size++] = weight;
  }
  carry(levels, summarize(queue.value, queue.weight, queue.size), limit);
  return levels.reduce(
    (all, level) => pruneSummary(combineSummaries(all, level), limit),
    createSummary(0),
  );
}

/** How many entries a summary of so many values keeps for ranks that are right to half a bin. */
export function summaryLimit(count: number, maxBin: number): number {
  if (count === 0) return 1;
  const rankError = 1 / Math.min(maxBin, count) / 2;
  for (let levels = 1; ; levels++) {
    const limit = Math.min(count, Math.ceil(levels / rankError) + 1);
    if (2 ** levels * limit >= count) return limit;
  }
}

function carry(levels: QuantileSummary[], summary: QuantileSummary, limit: number): void {
  let carried = summary;
  for (let level = 0; ; level++) {
    carried = combineSummaries(pruneSummary(carried, limit), levels[level] ?? createSummary(0));
    levels[level] = carried;
    if (carried.size <= limit) return;
    levels[level] = createSummary(0);
  }
}

/** A cut at each value but the smallest. */
function distinctValues(summary: QuantileSummary): number[] {
  return Array.from(summary.value.subarray(1, summary.size));
}

/** Cuts at evenly spaced ranks; one that would not be above the one before it moves to the next value. */
function evenRanks(summary: QuantileSummary, maxBin: number): number[] {
  const { size, value } = summary;
  const cuts: number[] = [];
  const total = summary.highest[size - 1]!;
  let previous = value[0]!;
  let next = 1;
  let index = 0;
  for (let cut = 1; cut < maxBin; cut++) {
    const twiceRank = 2 * ((cut * total) / maxBin);
    while (index < size - 2 && twiceRank >= twiceMiddle(summary, index + 1)) index++;
    let candidate = value[isNearer(summary, index, twiceRank) ? index : index + 1]!;
    next = firstAbove(summary, Math.max(previous, candidate), next);
    if (candidate <= previous) {
      if (next === size) break;
      candidate = value[next]!;
    }
    cuts.push(candidate);
    previous = candidate;
  }
  return cuts;
}

function firstAbove({ size, value }: QuantileSummary, bound: number, from: number): number {
  let index = from;
  while (index < size && value[index]! <= bound) index++;
  return index;
}
