import type { Random } from '../../src/core/index.ts';
import type { Booster, BoosterColumn, BoosterTree } from '../../src/formats/index.ts';

/** What a random booster is like, beside the defaults below. */
export interface BoosterShape extends Partial<Booster> {
  readonly outputs?: number;
  /** Trees of each output and round, times rounds. */
  readonly rounds?: number;
  /** Per column how many categories it has, 0 for a number. */
  readonly categories?: readonly number[];
  /** Whether some thresholds are infinite. */
  readonly isInfinite?: boolean;
  /** Leaves are probabilities divided by the number of trees. */
  readonly isForest?: boolean;
}

const plainColumns = [0, 0, 0, 0, 0];

/** A booster of random trees, in the arrays and the node order of a trainer. */
export function createRandomBooster(random: Random, shape: BoosterShape = {}): Booster {
  const { categories = plainColumns, outputs = 1, parallelTrees = 1, rounds = 6 } = shape;
  const perOutput = Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: parallelTrees }, () => output),
  ).flat();
  const treeOutput = Int32Array.from(Array.from({ length: rounds }, () => perOutput).flat());
  return {
    objective: 'reg:squarederror',
    objectiveParameters: {},
    baseScores: Array.from({ length: outputs }, () => 0.25),
    classes: 0,
    parallelTrees,
    columns: categories.map(
      (count, index): BoosterColumn => ({
        name: `column ${index}`,
        type: count > 0 ? 'c' : 'float',
      }),
    ),
    trees: Array.from(treeOutput, () => createRandomTree(random, shape)),
    treeOutput,
    attributes: {},
    ...shape,
  };
}

/** Rows with missing values, in which numbers lie where the trees cut. */
export function createRandomRows(
  random: Random,
  booster: Booster,
  categories: readonly number[] = plainColumns,
): Float32Array[] {
  const rows = Array.from({ length: 120 }, () =>
    Float32Array.from(categories, (count) => {
      if (random() < 0.15) return Number.NaN;
      return count > 0 ? Math.floor(random() * (count + 1)) : 2 * random() - 1;
    }),
  );
  for (const tree of booster.trees) {
    for (const [node, child] of tree.left.entries()) {
      const column = tree.column[node]!;
      const threshold = tree.condition[node]!;
      if (child === -1 || categories[column]! > 0 || !Number.isFinite(threshold)) continue;
      if (rows.length < 400) rows.push(rows[0]!.with(column, threshold));
    }
  }
  return rows;
}

function createRandomTree(random: Random, shape: BoosterShape): BoosterTree {
  const {
    categories = plainColumns,
    isForest = false,
    isInfinite = false,
    parallelTrees = 1,
  } = shape;
  const nodes: {
    left: number;
    parent: number;
    column: number;
    condition: number;
    list: Int32Array | null;
    depth: number;
  }[] = [{ left: -1, parent: -1, column: 0, condition: 0, list: null, depth: 0 }];
  for (const [index, node] of nodes.entries()) {
    if (node.depth === 5 || (node.depth > 0 && random() < 0.2)) {
      node.condition = isForest ? random() / parallelTrees : 0.6 * random() - 0.3;
      continue;
    }
    node.left = nodes.length;
    node.column = Math.floor(random() * categories.length);
    const count = categories[node.column]!;
    if (count > 0) {
      const list = Int32Array.from({ length: count }, (_, code) => code).filter(
        () => random() < 0.4,
      );
      node.list = list.length === 0 ? Int32Array.of(0) : list;
    } else {
      node.condition = chooseThreshold(random, isInfinite);
    }
    for (let child = 0; child < 2; child++) {
      nodes.push({
        left: -1,
        parent: index,
        column: 0,
        condition: 0,
        list: null,
        depth: node.depth + 1,
      });
    }
  }
  const isInner = nodes.map(({ left }) => left !== -1);
  return {
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ left }) => (left === -1 ? -1 : left + 1)),
    parent: Int32Array.from(nodes, ({ parent }) => parent),
    column: Int32Array.from(nodes, ({ column }) => column),
    condition: Float32Array.from(nodes, ({ condition }) => condition),
    missingLeft: Uint8Array.from(isInner, (inner) => (inner && random() < 0.5 ? 1 : 0)),
    gain: Float32Array.from(isInner, (inner) => (inner ? 1 + random() : 0)),
    cover: Float32Array.from(nodes, ({ depth }) => 2 ** (10 - depth)),
    weight: Float32Array.from(nodes, ({ condition }) => condition),
    categories: nodes.map(({ list }) => list),
  };
}

function chooseThreshold(random: Random, isInfinite: boolean): number {
  if (!isInfinite || random() < 0.5) return 2 * random() - 1;
  return random() < 0.5 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
