// What: for each inner node with a threshold its rank among the thresholds of its column, and the searches that turn
// the values of a row into codes to be compared with ranks.
// Source: Ye et al., "RapidScorer" (KDD 2018) for ranks in place of numbers.
// Complexity: nodes * log2(thresholds of a column).
// Invariant: code = how many thresholds are at or below the value, so a node sends right exactly where code > rank; a
// column is searched by parts of at most `chunk` thresholds, and in the parts below its own a value has the highest code.
import type { TreeEnsemble } from '../../model/index.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { createThresholdKey32, createThresholdKey64, greatestKey32 } from './threshold-keys.ts';

/** Ranks of all nodes, and the searches for their columns of codes. */
export interface ThresholdCodes {
  /** Of each node: its column of codes; nodes without a threshold have 0. */
  readonly column: Int32Array;
  /** Of each node. */
  readonly rank: Int32Array;
  readonly columnCount: number;
  readonly searches: readonly ThresholdSearch[];
}

/** A part of the thresholds of one column of the row. */
export interface ThresholdSearch {
  readonly column: number;
  /** Ascending; for float32 numbers keys, for float64 numbers the thresholds themselves. */
  readonly thresholds: Float64Array;
  /** The column of codes where a missing value is below all thresholds, -1 for none. */
  readonly leftCodes: number;
  /** The column of codes where a missing value is above all thresholds, -1 for none. */
  readonly rightCodes: number;
}

/** Gives every node with a threshold its column of codes and its rank. */
export function codeThresholds(ensemble: TreeEnsemble, chunk: number): ThresholdCodes {
  const { columns, comparison, inputs, left, missingLeft, threshold } = ensemble;
  const size = left.length;
  const column = new Int32Array(size);
  const rank = new Int32Array(size);
  const thresholdKey32 = createThresholdKey32(comparison);
  const valueOf = (node: number) =>
    inputs === 'float32' ? thresholdKey32(threshold[node]!) : threshold[node]! + 0;
  const isNumeric = (node: number) =>
    left[node] !== -1 && (ensemble.categorical?.count[node] ?? -1) === -1;

  const counts = new Int32Array(columns.length);
  for (let node = 0; node < size; node++) if (isNumeric(node)) counts[ensemble.column[node]!]!++;
  const lists = Array.from(counts, (count) => (count === 0 ? null : new Float64Array(count)));
  const sides = new Uint8Array(columns.length);
  for (let node = 0; node < size; node++) {
    if (!isNumeric(node)) continue;
    const at = ensemble.column[node]!;
    lists[at]![--counts[at]!] = valueOf(node);
    sides[at]! |= missingLeft[node] === 1 ? 1 : 2;
  }

  const searches: ThresholdSearch[] = [];
  let columnCount = 0;
  const first = { left: new Int32Array(columns.length), right: new Int32Array(columns.length) };
  for (const [at, list] of lists.entries()) {
    if (list === null) continue;
    const distinct = list.toSorted().filter((value, index, all) => value !== all[index - 1]);
    lists[at] = distinct;
    const parts = Math.ceil(distinct.length / chunk);
    const [toLeft, toRight] = [(sides[at]! & 1) !== 0, (sides[at]! & 2) !== 0];
    first.left[at] = columnCount;
    if (toLeft) columnCount += parts;
    first.right[at] = columnCount;
    if (toRight) columnCount += parts;
    for (let part = 0; part < parts; part++) {
      searches.push({
        column: at,
        thresholds: distinct.subarray(part * chunk, (part + 1) * chunk),
        leftCodes: toLeft ? first.left[at] + part : -1,
        rightCodes: toRight ? first.right[at] + part : -1,
      });
    }
  }

  for (let node = 0; node < size; node++) {
    if (!isNumeric(node)) continue;
    const at = ensemble.column[node]!;
    const found = indexOf(lists[at]!, valueOf(node));
    const firstOf = missingLeft[node] === 1 ? first.left : first.right;
    column[node] = firstOf[at]! + Math.floor(found / chunk);
    rank[node] = found % chunk;
  }
  return { column, rank, columnCount, searches };
}

function indexOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Places the searches as assembly/tree-kernels.ts reads them; a column of codes takes `columnBytes`. */
export function placeSearches(
  memory: KernelMemory,
  { searches }: ThresholdCodes,
  { comparison, inputs }: TreeEnsemble,
  columnBytes: number,
): { readonly start: number; readonly end: number } {
  const keyBytes = inputs === 'float32' ? 4 : 8;
  const words = keyBytes / 4;
  const writeKey64 = createThresholdKey64(comparison);
  const records = new Uint32Array(searches.length * 6);
  for (const [index, { column, thresholds, leftCodes, rightCodes }] of searches.entries()) {
    const less = leftCodes === -1 ? 1 : 0;
    const padded = 2 ** Math.ceil(Math.log2(thresholds.length + 1)) - 1;
    const keys = new Int32Array(padded * words).fill(greatestKey32);
    for (let at = 0; at < padded; at++) {
      if (at >= thresholds.length) {
        if (words === 2) keys[2 * at] = -1;
      } else if (words === 1) keys[at] = thresholds[at]! - less;
      else writeKey64(thresholds[at]!, -less, keys, 2 * at);
    }
    const firstStep = ((padded + 1) / 2) * keyBytes;
    const [codes, otherCodes] =
      leftCodes === -1
        ? [rightCodes * columnBytes, 0]
        : [leftCodes * columnBytes, rightCodes === -1 ? 0 : rightCodes * columnBytes + 1];
    records.set(
      [column * keyBytes, memory.place(keys), firstStep, codes, less, otherCodes],
      index * 6,
    );
  }
  const start = memory.place(records);
  return { start, end: start + records.byteLength };
}
