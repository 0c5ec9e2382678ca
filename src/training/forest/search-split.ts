// What: the best split of one node by one column.
// Source: Breiman et al., Classification and Regression Trees (1984), 4.2 for categories; missing values on either side and
//   their default as in scikit-learn 1.9's _partitioner.pyx.
// Complexity: O(rows of the node + bins), with categories also O(bins log bins) for each class.
// Invariant: candidates in a fixed order, of which the first with the best score wins: missing values right before left, bins
//   ascending.
import type { GrowingPlan, TreeSample } from './growing-plan.ts';
import type { ScoreNode } from './impurity.ts';

/** A way to divide the rows of a node. */
export interface Split {
  readonly column: number;
  /** The scores of both sides together. */
  readonly score: number;
  /** The last bin that goes left; 0 where categories decide. */
  readonly lastLeft: number;
  readonly missingLeft: boolean;
  /** The categories that go left, ascending; `null` where bins are compared. */
  readonly categories: Int32Array | null;
  /** Whether a row with that bin goes left. */
  readonly goesLeft: (code: number) => boolean;
}

/** What is known of the node that is to be split. */
export interface NodeToSplit {
  readonly places: Uint32Array;
  readonly sums: Float64Array;
  readonly weight: number;
  /** What each side must weigh. */
  readonly minWeight: number;
}

/** The best split by a column, `null` when none scores above `toBeat`; and whether the column varies in the node at all. */
export type SearchColumn = (
  column: number,
  node: NodeToSplit,
  toBeat: number,
) => { readonly varies: boolean; readonly split: Split | null };

/** The rows with one bin: how many, their weight, and their sums (of classes, or of targets). */
interface Group {
  rows: number;
  weight: number;
  readonly sums: Float64Array;
}

interface Candidate {
  readonly score: number;
  /** How many of the ordered bins go left. */
  readonly count: number;
  readonly missingLeft: boolean;
  readonly rowsLeft: number;
}

/** Prepares the search in the sample of one tree. */
export function createSplitSearch(
  plan: GrowingPlan,
  sample: TreeSample,
  score: ScoreNode,
): SearchColumn {
  const { classes, minRowsInLeaf } = plan;
  const width = classes === 0 ? 1 : classes;

  return (column, node, toBeat) => {
    const { isCategory, bins } = plan.table.columns[column]!;
    const groups = groupRows(column, node.places);
    const missing = groups.get(bins) ?? null;
    const codes = [...groups.keys()].filter((code) => code !== bins).toSorted((a, b) => a - b);
    if (groups.size < 2) return { varies: false, split: null };

    let split: Split | null = null;
    for (const order of isCategory ? orderCategories(codes, groups) : [codes]) {
      const found = searchOrder(order, groups, missing, node, split?.score ?? toBeat);
      if (found === null) continue;
      split = isCategory
        ? splitByCategories(column, bins, order, found, node, missing)
        : splitByBins(column, bins, order, found, node, missing);
    }
    return { varies: true, split };
  };

  function groupRows(column: number, places: Uint32Array): Map<number, Group> {
    const { codes } = plan.table.columns[column]!;
    const groups = new Map<number, Group>();
    for (const place of places) {
      const code = codes[sample.rows[place]!]!;
      let group = groups.get(code);
      if (group === undefined) groups.set(code, (group = createGroup()));
      const weight = sample.weights[place]!;
      const target = sample.targets[place]!;
      group.rows++;
      group.weight += weight;
      if (classes === 0) group.sums[0]! += target;
      else group.sums[target]! += weight;
    }
    return groups;
  }

  function createGroup(): Group {
    return { rows: 0, weight: 0, sums: new Float64Array(width) };
  }

  /** By mean target; of two classes by the share of the second; of more by the share of each class in turn. */
  function orderCategories(codes: readonly number[], groups: Map<number, Group>): number[][] {
    const measured = classes === 0 ? [0] : classes === 2 ? [1] : [...Array(classes).keys()];
    return measured.map((of) => {
      const share = (code: number): number => {
        const { sums, weight } = groups.get(code)!;
        return sums[of]! / weight;
      };
      // stable: equal shares stay in the order of their codes
      return codes.toSorted((a, b) => share(a) - share(b));
    });
  }

  /** Tries every division of the ordered bins, with the missing values on the right, then on the left. */
  function searchOrder(
    order: readonly number[],
    groups: Map<number, Group>,
    missing: Group | null,
    node: NodeToSplit,
    toBeat: number,
  ): Candidate | null {
    let best: Candidate | null = null;
    for (const missingLeft of missing === null ? [false] : [false, true]) {
      const left = createGroup();
      if (missingLeft) addGroup(left, missing!);
      // all that is present may stand against what is missing
      const most = missing !== null && !missingLeft ? order.length : order.length - 1;
      for (let count = 1; count <= most; count++) {
        addGroup(left, groups.get(order[count - 1]!)!);
        const total = scoreSides(left, node);
        if (total !== null && total > (best?.score ?? toBeat)) {
          best = { score: total, count, missingLeft, rowsLeft: left.rows };
        }
      }
    }
    return best;
  }

  function scoreSides(left: Group, node: NodeToSplit): number | null {
    const rowsRight = node.places.length - left.rows;
    const weightRight = node.weight - left.weight;
    if (left.rows < minRowsInLeaf || rowsRight < minRowsInLeaf) return null;
    if (left.weight < node.minWeight || weightRight < node.minWeight) return null;
    const right = node.sums.map((sum, at) => sum - left.sums[at]!);
    return score(left.sums, left.weight) + score(right, weightRight);
  }
}

function addGroup(to: Group, group: Group): void {
  to.rows += group.rows;
  to.weight += group.weight;
  for (const [at, sum] of group.sums.entries()) to.sums[at]! += sum;
}

/** The border lies in the middle of the bins that are empty here, as scikit-learn's lies midway between two values. */
function splitByBins(
  column: number,
  bins: number,
  order: readonly number[],
  { score, count, missingLeft, rowsLeft }: Candidate,
  node: NodeToSplit,
  missing: Group | null,
): Split {
  const lastLeft = count === order.length ? bins - 1 : (order[count - 1]! + order[count]! - 1) >> 1;
  const unseenLeft = missing === null ? isLarger(rowsLeft, node) : missingLeft;
  const goesLeft = (code: number): boolean => (code === bins ? unseenLeft : code <= lastLeft);
  return { column, score, lastLeft, missingLeft: unseenLeft, categories: null, goesLeft };
}

/** Categories that no row of the node has go with the larger part of its rows. */
function splitByCategories(
  column: number,
  bins: number,
  order: readonly number[],
  { score, count, missingLeft, rowsLeft }: Candidate,
  node: NodeToSplit,
  missing: Group | null,
): Split {
  const unseenLeft = isLarger(rowsLeft, node);
  const chosen = new Set(order.slice(0, count));
  const present = new Set(order);
  const codes = Array.from({ length: bins }, (_, code) => code);
  const categories = Int32Array.from(
    codes.filter((code) => chosen.has(code) || (unseenLeft && !present.has(code))),
  );
  const left = new Set(categories);
  const missingSide = missing === null ? unseenLeft : missingLeft;
  const goesLeft = (code: number): boolean => (code === bins ? missingSide : left.has(code));
  return { column, score, lastLeft: 0, missingLeft: missingSide, categories, goesLeft };
}

function isLarger(rowsLeft: number, node: NodeToSplit): boolean {
  return 2 * rowsLeft > node.places.length;
}
