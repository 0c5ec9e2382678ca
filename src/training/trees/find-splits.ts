import { dealEvenly } from './deal-work.ts';
import { createSplitSearch, type GradientSums, type Split } from './find-split.ts';
import { type GrowerLayout, recordBytes } from './grower-layout.ts';
import type { FastNode, GrowerParts } from './grower-parts.ts';
import type { LoadedRound } from './load-round.ts';
import { commands } from './run-share.ts';
import type { SplitScores } from './split-scores.ts';
import type { GrowingRound } from './tree-grower.ts';

const { fround } = Math;

/** What a split must gain at least. */
const leastGain = fround(1e-6);

/**
 * Sums the bins of nodes and finds their best splits. Nodes come in families: the two children of a node in `parents` at the
 * same place, of which one is summed and the other is what it leaves of the parent, or a root.
 */
export function findSplits(
  parts: GrowerParts,
  scores: SplitScores,
  round: LoadedRound,
  families: readonly (readonly FastNode[])[],
  parents: readonly FastNode[] = [],
): void {
  const { crew, layout, parameters, slots, views } = parts;
  const depth = families[0]?.[0]?.depth ?? 0;
  if (parameters.max_depth > 0 && depth >= parameters.max_depth) {
    for (const parent of parents) slots.free(parent);
    return;
  }
  const isKept = (place: number): boolean => (parents[place]?.slot ?? -1) !== -1;
  const sizes = families.map((family, place) => {
    const counts = family.map(({ count }) => count);
    const rows = isKept(place) ? Math.min(...counts) : counts.reduce((sum, count) => sum + count);
    return rows + family.length * rowsOfSearch(layout);
  });
  const owners = dealEvenly(sizes, layout.shares.length, crew.countThreads());
  let jobs = 0;
  const sum = (node: FastNode, whole: number, owner: number): void => {
    slots.take(node);
    const at = (layout.jobs + jobs++ * recordBytes.job) >>> 2;
    views.words.set([node.first, node.count, node.slot, whole, owner], at);
  };
  for (const [place, family] of families.entries()) {
    const parent = parents[place];
    const owner = owners[place]!;
    if (parent === undefined || !isKept(place)) for (const node of family) sum(node, -1, owner);
    else {
      const [summed, other] = chooseSummed(family, round.isExact);
      sum(summed, parent.slot, owner);
      other.slot = parent.slot;
      parent.slot = -1;
    }
  }
  const nodes = families.flat();
  const ownersOfNodes = families.flatMap((family, place) => family.map(() => owners[place]!));
  const lists = writeSearches(parts, round, nodes, ownersOfNodes);
  crew.run(commands.sum, jobs, nodes.length);
  for (const [search, node] of nodes.entries()) {
    const split = readSplit(parts, scores, node, search, lists[search]!);
    const isSplit = split !== null && split.gain > leastGain;
    node.isPruned = isSplit && split.gain < fround(parameters.gamma);
    if (isSplit && !node.isPruned) {
      node.split = split;
      slots.keep(node);
    } else slots.free(node);
  }
}

/** To search a node takes about as long as to sum so many rows. */
function rowsOfSearch({ slotBytes }: GrowerLayout): number {
  return slotBytes / 64;
}

/** The one with fewer rows first; where the order of additions shows, the one with less hessian, as in XGBoost. */
function chooseSummed(
  [left, right]: readonly FastNode[],
  isExact: boolean,
): readonly [summed: FastNode, other: FastNode] {
  const isRight = isExact ? right!.count < left!.count : right!.sums.hessian < left!.sums.hessian;
  return isRight ? [right!, left!] : [left!, right!];
}

/** Writes what is to be searched; the columns of each node are drawn here, in the order of the nodes. */
function writeSearches(
  { layout, views }: GrowerParts,
  round: GrowingRound,
  nodes: readonly FastNode[],
  owners: readonly number[],
): Uint32Array[] {
  const lists: Uint32Array[] = [];
  let listStart = 0;
  let listEnd = 0;
  for (const [search, { bounds, depth, gain, slot, sums }] of nodes.entries()) {
    const list = round.columnsOf(depth);
    if (list !== lists.at(-1)) {
      listStart = listEnd;
      listEnd += list.length;
      views.words.set(list, (layout.lists >>> 2) + listStart);
    }
    lists.push(list);
    const at = (layout.searches + search * recordBytes.search) >>> 2;
    views.words.set([slot, listStart, list.length, owners[search]!], at);
    const node = layout.searchNodes + search * recordBytes.node;
    views.doubles.set([sums.gradient, sums.hessian], node >>> 3);
    views.singles.set([gain, bounds.lower, bounds.upper], (node >>> 2) + 4);
  }
  return lists;
}

/** The best of what threads found by numbers and of what categories give; the lower column of equals. */
function readSplit(
  parts: GrowerParts,
  scores: SplitScores,
  node: FastNode,
  search: number,
  list: Uint32Array,
): Split | null {
  const { layout, parameters, table, views } = parts;
  const threads = layout.shares.length;
  let best = -1;
  for (let thread = 0; thread < threads; thread++) {
    const at = (layout.bests + (search * threads + thread) * recordBytes.best) >>> 2;
    const gain = views.singles[at]!;
    if (gain === 0) continue;
    const bestGain = best === -1 ? 0 : views.singles[best]!;
    const isLower = best !== -1 && views.words[at + 1]! < views.words[best + 1]!;
    if (gain > bestGain || (gain === bestGain && isLower)) best = at;
  }
  let split: Split | null = null;
  if (best !== -1) {
    const column = views.words[best + 1]!;
    const lastLeft = views.words[best + 2]!;
    const missingLeft = views.words[best + 3] === 1;
    const left = {
      gradient: views.doubles[(best >>> 1) + 2]!,
      hessian: views.doubles[(best >>> 1) + 3]!,
    };
    const right = {
      gradient: node.sums.gradient - left.gradient,
      hessian: node.sums.hessian - left.hessian,
    };
    split = {
      column,
      gain: views.singles[best]!,
      missingLeft,
      condition:
        lastLeft === -1 ? Number.NEGATIVE_INFINITY : table.columns[column]!.cuts[lastLeft]!,
      categories: null,
      left,
      right: missingLeft ? sumAbove(binsOf(parts, node, column), lastLeft) : right,
    };
  }
  if (!table.columns.some(({ isCategory }) => isCategory)) return split;
  const categories = createSplitSearch(node, scores, parameters);
  for (const index of list) {
    const column = table.columns[index]!;
    if (!column.isCategory) continue;
    categories.offerColumn(index, column, binsOf(parts, node, index));
  }
  const other = categories.best;
  if (split === null || other === null) return split ?? other;
  if (other.gain === split.gain) return other.column < split.column ? other : split;
  return other.gain > split.gain ? other : split;
}

/** The histogram of a column at a node. */
function binsOf(
  { layout, table, views }: GrowerParts,
  node: FastNode,
  column: number,
): Float64Array {
  const start =
    (layout.histograms + node.slot * layout.slotBytes + layout.columns[column]!.bins) >>> 3;
  return views.doubles.subarray(start, start + 2 * table.columns[column]!.bins);
}

/** The sums of the bins above one, added from the last one down, as they were when they were looked at. */
function sumAbove(bins: Float64Array, bin: number): GradientSums {
  let [gradient, hessian] = [0, 0];
  for (let place = bins.length - 2; place > 2 * bin; place -= 2) {
    gradient += bins[place]!;
    hessian += bins[place + 1]!;
  }
  return { gradient, hessian };
}
