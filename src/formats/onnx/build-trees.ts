import type { TreeInput } from '../../model/index.ts';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { type BranchRule, chooseComparison, createBranchRules } from './branch-rules.ts';
import type { ForestNodes } from './forest-nodes.ts';
import type { TreeSource } from './graph-values.ts';
import type { RowColumns } from './row-columns.ts';
import { elementTypes } from './tensor.ts';

/** The shape of one tree, children as places in it, and the leaf that stands at each place; -1 for inner nodes. */
interface Shape {
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly column: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  readonly missingLeft: ArrayLike<number>;
  readonly leaf: Int32Array;
}

/** Rebuilds trees from their roots; refuses a node that has two parents. */
export function buildTrees(forest: ForestNodes, row: RowColumns): TreeSource {
  const { input, outputs } = forest;
  const inputs = input.type === elementTypes.double ? 'float64' : 'float32';
  const comparison = chooseComparison(forest);
  const ruleOf = createBranchRules(forest, row, { comparison, inputs });
  // the input's own columns, then those that nodes made
  const columns = [...input.of];
  const placeOf = new Map<number, number>();
  const findColumn = (node: number, { of }: BranchRule): number => {
    const feature = forest.features[node]!;
    if (of === input.of[feature]) return feature;
    const place = placeOf.get(of) ?? columns.push(of) - 1;
    placeOf.set(of, place);
    return place;
  };
  const seen = new Uint8Array(forest.modes.length);
  const shapes = forest.roots.map((root) => walk(forest, root, seen, ruleOf, findColumn));
  const treeOutputs = shapes.map((shape) => singleOutput(forest, shape));
  const isSingle = outputs === 1 || treeOutputs.every((output) => output !== null);
  const leafSize = isSingle ? 1 : outputs;
  const nodes = shapes.reduce((sum, { leaf }) => sum + leaf.length, 0);
  if (nodes * leafSize > Math.min(limits.leafValues, 1_048_576 + 16 * forest.votes.weight.length)) {
    refuseUnsupported(
      `${nodes} nodes that answer few of ${outputs} outputs`,
      'give each output trees of its own',
    );
  }
  const trees = shapes.map(
    ({ left, right, column, threshold, missingLeft, leaf }, index): TreeInput => ({
      left,
      right,
      column,
      threshold,
      missingLeft,
      output: treeOutputs[index] ?? 0,
      value: answersOf(forest, leaf, leafSize),
      cover: null,
    }),
  );
  return {
    kind: 'trees',
    columns,
    outputs,
    ensemble: { leafSize, inputs, comparison, trees },
    divisor: 1,
    offset: Array.from({ length: outputs }, () => 0),
    warnings: [],
  };
}

function walk(
  { features, input, modes, no, votes, yes }: ForestNodes,
  root: number,
  seen: Uint8Array,
  ruleOf: (node: number) => BranchRule,
  findColumn: (node: number, rule: BranchRule) => number,
): Shape {
  const leaves = votes.start.length - 1;
  // a file may hold millions of trees of one leaf
  if (root < 0 && ~root < leaves) return { ...onlyLeaf, leaf: Int32Array.of(~root) };
  const left: number[] = [];
  const right: number[] = [];
  const column: number[] = [];
  const threshold: number[] = [];
  const missingLeft: number[] = [];
  const leaf: number[] = [];
  // a node, and where its place must be written: that of its parent for a right child, -1 for others
  const stack: [node: number, parent: number][] = [[root, -1]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [node, parent] = next;
    const place = leaf.length;
    if (parent !== -1) right[parent] = place;
    if (node < 0) {
      if (~node >= leaves) refuseBroken(`a tree has leaf ${~node} of ${leaves}`);
      left.push(-1);
      right.push(-1);
      column.push(0);
      threshold.push(0);
      missingLeft.push(0);
      leaf.push(~node);
      continue;
    }
    if (!(node < modes.length)) refuseBroken(`a tree has node ${node} of ${modes.length}`);
    if (seen[node] === 1) refuseBroken(`node ${node} has two parents or is its own ancestor`);
    seen[node] = 1;
    const feature = features[node]!;
    if (!(Number.isInteger(feature) && feature >= 0 && feature < input.of.length)) {
      refuseBroken(`node ${node} looks at column ${feature} of ${input.of.length}`);
    }
    const rule = ruleOf(node);
    left.push(place + 1);
    right.push(-1);
    column.push(findColumn(node, rule));
    threshold.push(rule.threshold);
    missingLeft.push(rule.missingLeft ? 1 : 0);
    leaf.push(-1);
    const [first, second] = rule.yesLeft ? [yes[node]!, no[node]!] : [no[node]!, yes[node]!];
    stack.push([second, place], [first, -1]);
  }
  return {
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    column: Int32Array.from(column),
    threshold: Float64Array.from(threshold),
    missingLeft: Uint8Array.from(missingLeft),
    leaf: Int32Array.from(leaf),
  };
}

const onlyLeaf = {
  left: [-1],
  right: [-1],
  column: [0],
  threshold: [0],
  missingLeft: [0],
} as const;

/** The one output that a tree adds to, `null` when there are several. */
function singleOutput({ votes }: ForestNodes, { leaf }: Shape): number | null {
  let only: number | null = null;
  for (const at of leaf) {
    if (at === -1) continue;
    for (let vote = votes.start[at]!; vote < votes.start[at + 1]!; vote++) {
      if (only !== null && votes.output[vote] !== only) return null;
      only = votes.output[vote]!;
    }
  }
  return only ?? 0;
}

/** What each node answers, of `leafSize` numbers; outputs that a leaf has no vote for get -0, which changes no sum. */
function answersOf({ votes }: ForestNodes, leaf: Int32Array, leafSize: number): Float64Array {
  const value = new Float64Array(leaf.length * leafSize).fill(-0);
  for (const [place, at] of leaf.entries()) {
    if (at === -1) continue;
    const voted = new Set<number>();
    for (let vote = votes.start[at]!; vote < votes.start[at + 1]!; vote++) {
      const output = votes.output[vote]!;
      if (voted.has(output)) refuseBroken(`leaf ${at} votes twice for output ${output}`);
      voted.add(output);
      value[place * leafSize + (leafSize === 1 ? 0 : output)] = votes.weight[vote]!;
    }
  }
  return value;
}
