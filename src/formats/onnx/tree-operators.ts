import type { Label } from '../../model/index.ts';
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';
import { buildTrees } from './build-trees.ts';
import { branchModes, type ForestNodes, groupVotes } from './forest-nodes.ts';
import type { GraphNode } from './graph-node.ts';
import { type Columns, type Scores, type TreeSource, viewAll } from './graph-values.ts';
import { linkOfTargets } from './links-of-transforms.ts';
import {
  columnsOf,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';
import { planClasses } from './plan-classes.ts';
import { elementTypes } from './tensor.ts';

const modeNumbers: ReadonlyMap<string, number> = new Map([
  ['BRANCH_LEQ', 0],
  ['BRANCH_LT', 1],
  ['BRANCH_GTE', 2],
  ['BRANCH_GT', 3],
  ['BRANCH_EQ', 4],
  ['BRANCH_NEQ', 5],
]);

/** `TreeEnsembleClassifier`, versions 1 to 4 of the operators: a label and scores. */
export const classifyByTrees: Operator = (context) => {
  const { node } = context;
  const words = node.texts('classlabels_strings');
  const classes: readonly Label[] = words.length > 0 ? words : node.integers('classlabels_int64s');
  const forest = readForest(context, 'class', classes.length);
  const plan = planClasses(node, classes, forest, readNumbers(node, 'base_values', forest.input));
  const { above, link, offset, view, warnings } = plan;
  const source = { ...buildTrees(plan.forest, context.row), offset, warnings };
  const scores: Scores = { kind: 'scores', source, link, view };
  return [{ kind: 'label', scores, classes, above }, scores];
};

/** `TreeEnsembleRegressor`, versions 1 to 4 of the operators. */
export const regressByTrees: Operator = (context) => {
  const { node } = context;
  const outputs = node.integer('n_targets') ?? node.refuse('no n_targets');
  const forest = readForest(context, 'target', outputs);
  const base = readNumbers(node, 'base_values', forest.input);
  if (base.length !== 0 && base.length !== outputs) {
    node.refuse(`${base.length} base values for ${outputs} outputs`);
  }
  const built = buildTrees(forest, context.row);
  const source = aggregate(context, built, node.text('aggregate_function') ?? 'SUM', base);
  const { link, warnings } = linkOfTargets(node, node.text('post_transform') ?? 'NONE', outputs);
  return [{ kind: 'scores', source: { ...source, warnings }, link, view: viewAll(outputs) }];
};

/** Sums or means over trees; the base values are added last, as onnxruntime does. */
export function aggregate(
  context: OperatorContext,
  source: TreeSource,
  how: string,
  base: readonly number[],
): TreeSource {
  if (how !== 'SUM' && how !== 'AVERAGE')
    refuseOperator(context, `with aggregate_function ${how.slice(0, 16)}`);
  return {
    ...source,
    divisor: how === 'AVERAGE' ? source.ensemble.trees.length : 1,
    offset: base.length === 0 ? source.offset : base,
  };
}

/** The input that trees look at. */
export function treeInputOf(context: OperatorContext): Columns {
  const columns = columnsOf(context);
  if (columns.type === elementTypes.string || columns.dims.length !== 1) {
    refuseOperator(context, 'on what are no columns of numbers');
  }
  return columns;
}

/** Refuses numbers of outputs that no file of ours has. */
export function checkOutputs(node: GraphNode, outputs: number): void {
  if (!(Number.isInteger(outputs) && outputs >= 1)) node.refuse(`${outputs} outputs`);
  if (outputs > limits.outputs) {
    refuseUnsupported(`${outputs} outputs`, `at most ${limits.outputs} can be read`);
  }
}

function readForest(
  context: OperatorContext,
  votes: 'class' | 'target',
  outputs: number,
): ForestNodes {
  const { node } = context;
  const input = treeInputOf(context);
  checkOutputs(node, outputs);
  const trees = node.integers('nodes_treeids');
  const count = trees.length;
  const integers = (name: string): readonly number[] => {
    const list = node.integers(name);
    return list.length === count ? list : node.refuse(`${list.length} ${name} for ${count} nodes`);
  };
  const ids = integers('nodes_nodeids');
  const names = node.texts('nodes_modes');
  const splits = readNumbers(node, 'nodes_values', input);
  const tracks = node.integers('nodes_missing_value_tracks_true');
  if (
    names.length !== count ||
    splits.length !== count ||
    (tracks.length !== 0 && tracks.length !== count)
  ) {
    node.refuse(`arrays of other lengths for ${count} nodes`);
  }
  const places = placeNodes(node, trees, ids, names);
  const children = (list: readonly number[]): Int32Array =>
    Int32Array.from(list, (id, at) => {
      if (names[at] === 'LEAF') return 0;
      const child =
        places.find(trees[at]!, id) ?? node.refuse(`node ${id} of tree ${trees[at]} is not there`);
      return names[child] === 'LEAF' ? ~child : child;
    });
  const yes = children(integers('nodes_truenodeids'));
  const no = children(integers('nodes_falsenodeids'));
  return {
    roots: places.roots,
    modes: Uint8Array.from(names, (name) => modeNumbers.get(name) ?? branchModes.leaf),
    features: integers('nodes_featureids'),
    splits,
    yes,
    no,
    missingYes: Uint8Array.from({ length: count }, (_, at) => (tracks[at] === 1 ? 1 : 0)),
    members: new Map(),
    votes: readVotes(
      context,
      votes,
      outputs,
      input,
      (tree, id) => {
        const leaf =
          places.find(tree, id) ?? node.refuse(`node ${id} of tree ${tree} is not there`);
        return names[leaf] === 'LEAF' ? leaf : -1;
      },
      count,
    ),
    outputs,
    input,
  };
}

function readVotes(
  { node }: OperatorContext,
  prefix: 'class' | 'target',
  outputs: number,
  input: Columns,
  find: (tree: number, id: number) => number,
  leaves: number,
): ForestNodes['votes'] {
  const weights = readNumbers(node, `${prefix}_weights`, input);
  const integers = (name: string): readonly number[] => {
    const list = node.integers(`${prefix}_${name}`);
    return list.length === weights.length
      ? list
      : node.refuse(`${list.length} ${prefix}_${name} for ${weights.length} weights`);
  };
  const ids = integers('ids');
  const nodes = integers('nodeids');
  const trees = integers('treeids');
  const wrong = ids.find((id) => !(id >= 0 && id < outputs));
  if (wrong !== undefined) node.refuse(`output ${wrong} of ${outputs}`);
  const leafOf = Int32Array.from(ids, (_, vote) => find(trees[vote]!, nodes[vote]!));
  return groupVotes(leaves, leafOf, ids, weights);
}

/** Where each node stands, and the first of each tree, which is its root. */
function placeNodes(
  node: GraphNode,
  trees: readonly number[],
  ids: readonly number[],
  names: readonly string[],
): { roots: number[]; find: (tree: number, id: number) => number | undefined } {
  const starts = new Map<number, number>();
  const others = new Map<string, number>();
  const roots: number[] = [];
  const find = (tree: number, id: number): number | undefined => {
    const at = (starts.get(tree) ?? Number.NaN) + id;
    return trees[at] === tree && ids[at] === id ? at : others.get(`${tree} ${id}`);
  };
  for (const [at, tree] of trees.entries()) {
    const isLeaf = names[at] === 'LEAF';
    if (!isLeaf && !modeNumbers.has(names[at]!)) node.refuse(`mode "${names[at]!.slice(0, 32)}"`);
    if (tree !== trees[at - 1]) {
      if (starts.has(tree)) node.refuse(`tree ${tree} in two places`);
      starts.set(tree, at);
      roots.push(isLeaf ? ~at : at);
    }
    // converters number the nodes of a tree from 0 on, in their order
    if (ids[at] === at - starts.get(tree)!) continue;
    if (find(tree, ids[at]!) !== undefined) node.refuse(`node ${ids[at]} of tree ${tree} twice`);
    others.set(`${tree} ${ids[at]}`, at);
  }
  return { roots, find };
}

/** A list of float32, or the tensor of doubles that may stand for it where the input is double. */
function readNumbers(node: GraphNode, name: string, input: Columns): readonly number[] {
  const tensor = node.tensor(`${name}_as_tensor`);
  if (tensor === undefined) return node.floats(name);
  if (node.floats(name).length > 0) node.refuse(`${name} twice`);
  const expected = input.type === elementTypes.double ? elementTypes.double : elementTypes.float;
  if (tensor.type !== expected) node.refuse(`${name} of another type than the input`);
  return [...tensor.numbers];
}
