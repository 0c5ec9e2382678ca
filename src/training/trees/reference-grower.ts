// What: grows the trees of a booster on bins, slowly and plainly: this is what a tree is, the fast grower only computes it.
// Source: dmlc/xgboost 3.4, tree method `hist`: src/tree/updater_quantile_hist.cc and src/tree/driver.h.
// Complexity: rows * columns for each level of a tree.
// Invariant: the trees of XGBoost 3.4.1, node by node, over the settings of test/fixtures/training/xgboost. Gradients are
// rounded to a grid on which sums are exact, so the order in which rows are added, or taken away again, makes no difference;
// where there is no such grid the order is that of XGBoost on one thread.
import type { BoosterTree } from '../../formats/index.ts';
import type { BinnedColumn, BinnedTable } from './binned-table.ts';
import { createSplitSearch, type GradientSums, type OpenNode, type Split } from './find-split.ts';
import { roundAllToGrids } from './gradient-grid.ts';
import { createSplitScores, noBounds } from './split-scores.ts';
import { createTreeBuilder } from './tree-builder.ts';
import type { GrowingRound, TreeGrower, TreeParameters } from './tree-grower.ts';

const { fround } = Math;

/** What a split must gain at least. */
const leastGain = fround(1e-6);

/** How many nodes of a level XGBoost splits before it looks for more. */
export const nodesAtOnce = 256;

/** A node whose place in the tree is known, with the best split that it could have. */
interface GrowingNode extends OpenNode {
  readonly id: number;
  readonly depth: number;
  /** Ascending, those that are not sampled too. */
  readonly rows: Uint32Array;
  /** Of each column the sums of its bins; empty where no split is looked for. */
  readonly histograms: readonly Float64Array[];
  /** What it answers if it stays a leaf, before the step size. */
  readonly weight: number;
  readonly split: Split | null;
  /** Whether there is a split that only `gamma` forbids. */
  readonly isPruned: boolean;
}

/** Makes the grower that defines the result. It has no threads, and `close` does nothing. */
export function createReferenceGrower(table: BinnedTable, parameters: TreeParameters): TreeGrower {
  return {
    grow: (round) =>
      growTree(table, parameters, {
        ...round,
        ...roundAllToGrids(round.gradients, round.hessians),
      }),
    close() {},
  };
}

function growTree(
  table: BinnedTable,
  parameters: TreeParameters,
  round: GrowingRound,
): BoosterTree {
  const scores = createSplitScores(parameters);
  const counts = countSampled(table.rows, round.rows);
  const eta = fround(parameters.eta);

  function isTooDeep(depth: number): boolean {
    return parameters.max_depth > 0 && depth >= parameters.max_depth;
  }

  function open(node: Omit<GrowingNode, 'split' | 'isPruned'>): GrowingNode {
    if (isTooDeep(node.depth)) return { ...node, split: null, isPruned: false };
    const search = createSplitSearch(node, scores, parameters);
    for (const index of round.columnsOf(node.depth)) {
      search.offerColumn(index, table.columns[index]!, node.histograms[index]!);
    }
    const split = search.best;
    if (split === null || split.gain <= leastGain) return { ...node, split: null, isPruned: false };
    const isPruned = split.gain < fround(parameters.gamma);
    return { ...node, split: isPruned ? null : split, isPruned };
  }

  function sumColumns(of: Uint32Array): readonly Float64Array[] {
    return table.columns.map((column) => sumBins(column, of, counts, round));
  }

  /** The child with less hessian is summed, the other is what that leaves of its parent. */
  function sumChildren(
    parent: GrowingNode,
    parts: readonly [Uint32Array, Uint32Array],
    { left, right }: Split,
  ): readonly (readonly Float64Array[])[] {
    if (isTooDeep(parent.depth + 1)) return [[], []];
    const isRight = right.hessian < left.hessian;
    const summed = sumColumns(parts[isRight ? 1 : 0]);
    const other = parent.histograms.map((whole, column) =>
      whole.map((sum, place) => sum - summed[column]![place]!),
    );
    return isRight ? [other, summed] : [summed, other];
  }

  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const histograms = sumColumns(rows);
  const sums = sumRoot(table, rows, counts, round);
  const weight = scores.weighWithin(sums.gradient, sums.hessian, noBounds);
  const gain = scores.gainOf(sums.gradient, sums.hessian, weight);
  const tree = createTreeBuilder(sums.hessian);
  const waiting = [
    open({ id: 0, depth: 0, rows, histograms, sums, weight, gain, bounds: noBounds }),
  ];
  const leaves: GrowingNode[] = [];

  let level = -1;
  let deepest = Number.POSITIVE_INFINITY;
  while (waiting.length > 0) {
    if (parameters.grow_policy === 'depthwise' && waiting[0]!.depth > level) {
      level = waiting[0]!.depth;
      if (isLastLevel(waiting)) deepest = level;
    }
    const node = waiting.splice(chooseNext(waiting, parameters.grow_policy), 1)[0]!;
    const { bounds, split } = node;
    const isFull =
      parameters.max_leaves > 0 && leaves.length + waiting.length + 1 >= parameters.max_leaves;
    if (split === null || isFull || node.depth > deepest) {
      leaves.push(node);
      continue;
    }
    const total = {
      gradient: split.left.gradient + split.right.gradient,
      hessian: split.left.hessian + split.right.hessian,
    };
    const ids = tree.split(
      node.id,
      split,
      scores.weighWithin(total.gradient, total.hessian, bounds),
    );
    const sides = [split.left, split.right] as const;
    // the weights of the children, and their own gains, are still within the bounds of their parent
    const weights = sides.map((side) => scores.weighWithin(side.gradient, side.hessian, bounds));
    const childBounds = scores.boundChildren(split.column, bounds, weights[0]!, weights[1]!);
    const parts = partition(node.rows, table.columns[split.column]!, split);
    const childHistograms = sumChildren(node, parts, split);
    for (const [place, childSums] of sides.entries()) {
      const childWeight = weights[place]!;
      waiting.push(
        open({
          id: ids[place]!,
          depth: node.depth + 1,
          rows: parts[place]!,
          histograms: childHistograms[place]!,
          sums: childSums,
          weight: childWeight,
          gain: scores.gainOf(childSums.gradient, childSums.hessian, childWeight),
          bounds: childBounds[place]!,
        }),
      );
    }
  }

  for (const leaf of leaves) {
    const value = fround(leaf.weight * eta);
    // XGBoost's file has the weight of a leaf with the step size, but for a root that is alone
    tree.answer(leaf.id, value, leaf.id === 0 ? leaf.weight : value);
    for (const row of leaf.rows) round.margins[row]! += value;
  }
  return tree.finish();
}

/** Depthwise: the lowest number. Lossguide: the greatest gain, of equal ones the lowest number. */
function chooseNext(
  waiting: readonly GrowingNode[],
  policy: TreeParameters['grow_policy'],
): number {
  let chosen = 0;
  if (policy === 'depthwise') return chosen;
  for (const [index, { id, split }] of waiting.entries()) {
    const best = waiting[chosen]!;
    const difference = (split?.gain ?? 0) - (best.split?.gain ?? 0);
    if (difference > 0 || (difference === 0 && id < best.id)) chosen = index;
  }
  return chosen;
}

/**
 * XGBoost splits 256 nodes of a level at a time; where `gamma` forbids all that is left of the level then, it ends the tree
 * without looking at the next one.
 */
function isLastLevel(nodes: readonly GrowingNode[]): boolean {
  const splits = nodes.filter(({ split }) => split !== null);
  if (splits.length === 0 || splits.length % nodesAtOnce !== 0) return false;
  return nodes.slice(nodes.indexOf(splits.at(-1)!)).some(({ isPruned }) => isPruned);
}

/** Of each row whether it counts; `null` when all do. */
function countSampled(rows: number, sampled: Uint32Array | null): Uint8Array | null {
  if (sampled === null) return null;
  const counts = new Uint8Array(rows);
  for (const row of sampled) counts[row] = 1;
  return counts;
}

/** Sums the gradients and hessians of a column bin by bin, those of missing values left out. */
function sumBins(
  { bins, codes }: BinnedColumn,
  rows: Uint32Array,
  counts: Uint8Array | null,
  { gradients, hessians }: GrowingRound,
): Float64Array {
  // the last pair takes the missing ones
  const sums = new Float64Array(2 * (bins + 1));
  for (const row of rows) {
    if (counts !== null && counts[row] === 0) continue;
    const place = 2 * codes[row]!;
    sums[place]! += gradients[row]!;
    sums[place + 1]! += hessians[row]!;
  }
  return sums.subarray(0, 2 * bins);
}

/** The sums of all rows: over the bins of the first column when no value is missing anywhere, else row by row. */
function sumRoot(
  table: BinnedTable,
  rows: Uint32Array,
  counts: Uint8Array | null,
  round: GrowingRound,
): GradientSums {
  let [gradient, hessian] = [0, 0];
  if (table.columns.every(({ hasMissing }) => !hasMissing)) {
    const sums = sumBins(table.columns[0]!, rows, counts, round);
    for (let place = 0; place < sums.length; place += 2) {
      gradient += sums[place]!;
      hessian += sums[place + 1]!;
    }
    return { gradient, hessian };
  }
  for (const row of rows) {
    if (counts !== null && counts[row] === 0) continue;
    gradient += round.gradients[row]!;
    hessian += round.hessians[row]!;
  }
  return { gradient, hessian };
}

/** The rows that go left and those that go right, both ascending. */
function partition(
  rows: Uint32Array,
  { bins, codes, cuts }: BinnedColumn,
  { categories, condition, missingLeft }: Split,
): readonly [left: Uint32Array, right: Uint32Array] {
  const goesLeft = Uint8Array.from({ length: bins + 1 }, (_, code) => {
    if (code === bins) return missingLeft ? 1 : 0;
    return (categories === null ? cuts[code]! <= condition : !categories.includes(code)) ? 1 : 0;
  });
  return [
    rows.filter((row) => goesLeft[codes[row]!] === 1),
    rows.filter((row) => goesLeft[codes[row]!] === 0),
  ];
}
