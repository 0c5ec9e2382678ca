// What: one tree of a random forest, the plain way; it says what a forest is, and stands in where WebAssembly is not to be had.
// Source: Breiman, Random Forests (2001); stopping rules and names of scikit-learn 1.9's _tree.pyx.
// Complexity: per node and tried column O(rows of the node + bins).
// Invariant: the tree that assembly/train-forest.ts grows from the same plan and sample, number for number.
import type { ForestTree } from './forest-tree.ts';
import type { GrowingPlan, TreeSample } from './growing-plan.ts';
import { chooseScore } from './impurity.ts';
import { drawBelow } from './random-draws.ts';
import { createSplitSearch, type Split } from './search-split.ts';

interface GrowingNode {
  /** Places in the sample of the rows that reached the node, ascending. */
  readonly places: Uint32Array;
  readonly sums: Float64Array;
  readonly weight: number;
  readonly depth: number;
  split: Split | null;
  decrease: number;
  /** -1 until the node is split. */
  left: number;
}

/** Decreases of impurity below this are rounding, as in scikit-learn. */
const epsilon = Number.EPSILON;

/** Grows a tree from its sample. */
export function growTree(plan: GrowingPlan, sample: TreeSample): ForestTree {
  const { table, classes } = plan;
  const score = chooseScore(plan.criterion);
  const searchColumn = createSplitSearch(plan, sample, score);
  const draws = sample.draws.slice();
  const order = Uint32Array.from(table.columns, (_, column) => column);
  const nodes: GrowingNode[] = [];
  /** Nodes with a split that was not made yet. */
  const frontier: number[] = [];
  const root = describe(
    Uint32Array.from(sample.rows, (_, place) => place),
    0,
  );
  const minWeight = plan.minWeightInLeaf * root.weight;

  nodes.push(root);
  consider(0);
  for (let leaves = 1; frontier.length > 0 && leaves < (plan.maxLeaves ?? Infinity); leaves++) {
    splitNode(nodes[takeNext()]!);
  }
  return freeze(nodes);

  function describe(places: Uint32Array, depth: number): GrowingNode {
    const sums = new Float64Array(classes === 0 ? 1 : classes);
    let weight = 0;
    for (const place of places) {
      weight += sample.weights[place]!;
      if (classes === 0) sums[0]! += sample.targets[place]!;
      else sums[sample.targets[place]!]! += sample.weights[place]!;
    }
    return { places, sums, weight, depth, split: null, decrease: 0, left: -1 };
  }

  function consider(index: number): void {
    const node = nodes[index]!;
    const split = mayBeSplit(node) ? findSplit(node) : null;
    if (split === null) return;
    const decrease = (split.score - score(node.sums, node.weight)) / root.weight;
    if (decrease + epsilon < plan.minDecrease) return;
    node.split = split;
    node.decrease = decrease;
    frontier.push(index);
  }

  function mayBeSplit({ places, sums, weight, depth }: GrowingNode): boolean {
    if (depth >= plan.maxDepth) return false;
    if (places.length < Math.max(plan.minRowsToSplit, 2 * plan.minRowsInLeaf)) return false;
    if (weight < 2 * minWeight) return false;
    if (classes > 0) return !sums.includes(weight);
    const first = plan.values[sample.rows[places[0]!]!];
    return places.some((place) => plan.values[sample.rows[place]!] !== first);
  }

  /** The best split of the columns that are drawn, without replacement: as many as planned, and on until one varies here. */
  function findSplit(node: GrowingNode): Split | null {
    let best: Split | null = null;
    let left = plan.columnsPerSplit;
    let varied = false;
    for (let remaining = order.length; remaining > 0 && (left > 0 || !varied); left--) {
      const drawn = drawBelow(draws, remaining);
      const column = order[drawn]!;
      order[drawn] = order[--remaining]!;
      order[remaining] = column;
      const found = searchColumn(column, { ...node, minWeight }, best?.score ?? -Infinity);
      if (found.varies) varied = true;
      best = found.split ?? best;
    }
    return best;
  }

  /** Depth first: the node that was found last. Best first: that with the largest decrease, of equal ones the first. */
  function takeNext(): number {
    if (plan.maxLeaves === null) return frontier.pop()!;
    const next = frontier.reduce((best, node) => {
      const difference = nodes[node]!.decrease - nodes[best]!.decrease;
      return difference > 0 || (difference === 0 && node < best) ? node : best;
    });
    frontier.splice(frontier.indexOf(next), 1);
    return next;
  }

  function splitNode(node: GrowingNode): void {
    const { column, goesLeft } = node.split!;
    const { codes } = table.columns[column]!;
    const isLeft = (place: number): boolean => goesLeft(codes[sample.rows[place]!]!);
    node.left = nodes.length;
    const left = node.places.filter(isLeft);
    const right = node.places.filter((place) => !isLeft(place));
    nodes.push(describe(left, node.depth + 1), describe(right, node.depth + 1));
    // the left one last: depth first, it is split next
    consider(node.left + 1);
    consider(node.left);
  }
}

function freeze(nodes: readonly GrowingNode[]): ForestTree {
  const ofSplits = <Item>(pick: (split: Split) => Item, leaf: Item): Item[] =>
    nodes.map(({ split, left }) => (left === -1 ? leaf : pick(split!)));
  const width = nodes[0]!.sums.length;
  const sums = new Float64Array(nodes.length * width);
  for (const [at, node] of nodes.entries()) sums.set(node.sums, at * width);
  return {
    left: Int32Array.from(nodes, ({ left }) => left),
    column: Int32Array.from(ofSplits((split) => split.column, -1)),
    lastLeft: Int32Array.from(ofSplits((split) => split.lastLeft, 0)),
    missingLeft: Uint8Array.from(ofSplits((split) => Number(split.missingLeft), 0)),
    categories: ofSplits<Int32Array | null>((split) => split.categories, null),
    decrease: Float64Array.from(nodes, ({ left, decrease }) => (left === -1 ? 0 : decrease)),
    weight: Float64Array.from(nodes, ({ weight }) => weight),
    rows: Uint32Array.from(nodes, ({ places }) => places.length),
    sums,
  };
}
