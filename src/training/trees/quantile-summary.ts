// What: a short list of values of a column that says of each which ranks it may have in the whole column.
// Source: Greenwald and Khanna, "Space-efficient Online Computation of Quantile Summaries" (SIGMOD 2001), with weights as
// in dmlc/xgboost 3.3 and later, `WQSummary` of src/common/quantile.h.
// Complexity: linear in the entries.
// Invariant: all ranks and weights are float32 after each step, as there; values ascend strictly.
import { orderValues } from './order-values.ts';

const { fround } = Math;

/** Entries by ascending value; the first `size` places of each array count. */
export interface QuantileSummary {
  size: number;
  /** The weight that is certainly below the value. */
  readonly lowest: Float32Array;
  /** The weight that is at most at or below the value. */
  readonly highest: Float32Array;
  /** The weight that is certainly at the value. */
  readonly weight: Float32Array;
  readonly value: Float32Array;
}

/** A summary without entries and with room for some. */
export function createSummary(room: number): QuantileSummary {
  return {
    size: 0,
    lowest: new Float32Array(room),
    highest: new Float32Array(room),
    weight: new Float32Array(room),
    value: new Float32Array(room),
  };
}

/** The exact summary of the first `count` weighted values, in any order. */
export function summarize(
  values: Float32Array,
  weights: Float32Array,
  count: number,
): QuantileSummary {
  const order = orderValues(values, count);
  const summary = createSummary(count);
  let below = 0;
  for (let start = 0; start < count; ) {
    const value = values[order[start]!]!;
    let weight = 0;
    let end = start;
    for (; end < count && values[order[end]!] === value; end++) {
      weight = fround(weight + weights[order[end]!]!);
    }
    const upTo = fround(below + weight);
    add(summary, below, upTo, weight, value);
    below = upTo;
    start = end;
  }
  return summary;
}

/** The rank below which the next greater value cannot be. */
function lowestOfNext(summary: QuantileSummary, index: number): number {
  return fround(summary.lowest[index]! + summary.weight[index]!);
}

/** The rank above which the next smaller value cannot be. */
function highestOfPrevious(summary: QuantileSummary, index: number): number {
  return fround(summary.highest[index]! - summary.weight[index]!);
}

/** At most about `limit` entries whose ranks are spread evenly, the first and the last among them. */
export function pruneSummary(summary: QuantileSummary, limit: number): QuantileSummary {
  if (summary.size <= limit) return summary;
  const pruned = createSummary(limit + 1);
  copyEntry(pruned, summary, 0);
  if (limit === 1) return pruned;
  const last = summary.size - 1;
  const begin = summary.highest[0]!;
  const range = fround(summary.lowest[last]! - begin);
  const steps = limit - 1;
  let index = 1;
  let taken = 0;
  for (let step = 1; step < steps; step++) {
    const twiceRank = fround(2 * fround(fround(fround(step * range) / steps) + begin));
    while (index < last && twiceRank >= twiceMiddle(summary, index + 1)) index++;
    if (index === last) break;
    const nearest = isNearer(summary, index, twiceRank) ? index : index + 1;
    if (nearest !== taken) copyEntry(pruned, summary, nearest);
    taken = nearest;
  }
  if (taken !== last) copyEntry(pruned, summary, last);
  return pruned;
}

/** Twice the middle of the ranks that an entry may have. */
export function twiceMiddle(summary: QuantileSummary, index: number): number {
  return fround(summary.highest[index]! + summary.lowest[index]!);
}

/** Whether a rank, given twice, is nearer to an entry than to the one after it. */
export function isNearer(summary: QuantileSummary, index: number, twiceRank: number): boolean {
  return twiceRank < fround(lowestOfNext(summary, index) + highestOfPrevious(summary, index + 1));
}

/** The summary of the values of both. */
export function combineSummaries(a: QuantileSummary, b: QuantileSummary): QuantileSummary {
  if (b.size === 0) return a;
  if (a.size === 0) return b;
  const both = createSummary(a.size + b.size);
  let [ofA, ofB] = [0, 0];
  // what is certainly below, of the values of the other summary that were passed
  let [belowA, belowB] = [0, 0];
  while (ofA < a.size || ofB < b.size) {
    const valueA = ofA < a.size ? a.value[ofA]! : Number.POSITIVE_INFINITY;
    const valueB = ofB < b.size ? b.value[ofB]! : Number.POSITIVE_INFINITY;
    if (valueA === valueB) {
      add(
        both,
        a.lowest[ofA]! + b.lowest[ofB]!,
        a.highest[ofA]! + b.highest[ofB]!,
        a.weight[ofA]! + b.weight[ofB]!,
        valueA,
      );
      belowA = lowestOfNext(a, ofA++);
      belowB = lowestOfNext(b, ofB++);
    } else if (valueA < valueB) {
      addShifted(both, a, ofA, belowB, upToIn(b, ofB));
      belowA = lowestOfNext(a, ofA++);
    } else {
      addShifted(both, b, ofB, belowA, upToIn(a, ofA));
      belowB = lowestOfNext(b, ofB++);
    }
  }
  makeConsistent(both);
  return both;
}

/** The weight of a summary that may be at or below a value that comes before its entry of that index. */
function upToIn(summary: QuantileSummary, index: number): number {
  return index < summary.size
    ? highestOfPrevious(summary, index)
    : summary.highest[summary.size - 1]!;
}

/** Undoes what rounding did to the order of the ranks. */
function makeConsistent(summary: QuantileSummary): void {
  const { lowest, highest } = summary;
  for (let index = 0; index < summary.size; index++) {
    const before = index === 0 ? 0 : lowest[index - 1]!;
    if (lowest[index]! < before) lowest[index] = before;
    const upToBefore = index === 0 ? 0 : highest[index - 1]!;
    if (highest[index]! < upToBefore) highest[index] = upToBefore;
    const least = lowestOfNext(summary, index);
    if (highest[index]! < least) highest[index] = least;
  }
}

function addShifted(
  to: QuantileSummary,
  from: QuantileSummary,
  index: number,
  below: number,
  upTo: number,
): void {
  add(
    to,
    from.lowest[index]! + below,
    from.highest[index]! + upTo,
    from.weight[index]!,
    from.value[index]!,
  );
}

function copyEntry(to: QuantileSummary, from: QuantileSummary, index: number): void {
  addShifted(to, from, index, 0, 0);
}

function add(
  summary: QuantileSummary,
  lowest: number,
  highest: number,
  weight: number,
  value: number,
): void {
  const index = summary.size++;
  summary.lowest[index] = lowest;
  summary.highest[index] = highest;
  summary.weight[index] = weight;
  summary.value[index] = value;
}
