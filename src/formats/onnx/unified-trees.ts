import { buildTrees } from './build-trees.ts';
import { branchModes, type ForestNodes, groupVotes } from './forest-nodes.ts';
import type { GraphNode } from './graph-node.ts';
import { viewAll } from './graph-values.ts';
import { linkOfTargets } from './links-of-transforms.ts';
import type { Operator, OperatorContext } from './operator-context.ts';
import { elementTypes } from './tensor.ts';
import { aggregate, checkOutputs, treeInputOf } from './tree-operators.ts';

const aggregates = ['AVERAGE', 'SUM', 'MIN', 'MAX'];
/** As onnxruntime counts them; the definition of ONNX has 1 and 2 the other way round. */
const transforms = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];

/** `TreeEnsemble`, version 5 of the operators: inner nodes and leaves in arrays of their own. */
export const sumTrees: Operator = (context) => {
  const { node } = context;
  const outputs = node.integer('n_targets') ?? node.refuse('no n_targets');
  checkOutputs(node, outputs);
  const source = buildTrees(readForest(context, outputs), context.row);
  const how = node.integer('aggregate_function') ?? 1;
  const number = node.integer('post_transform') ?? 0;
  const transform = transforms[number] ?? node.refuse(`post_transform ${number}`);
  const { link, warnings } = linkOfTargets(node, transform, outputs);
  if (number === 1 || number === 2) {
    warnings.push(
      `post_transform ${number} of TreeEnsemble is taken for ${transform}, as onnxruntime does; the definition of ONNX has 1 and 2 the other way round`,
    );
  }
  return [
    {
      kind: 'scores',
      source: { ...aggregate(context, source, aggregates[how] ?? `${how}`, []), warnings },
      link,
      view: viewAll(outputs),
    },
  ];
};

function readForest(context: OperatorContext, outputs: number): ForestNodes {
  const { node } = context;
  const input = treeInputOf(context);
  const type = input.type === elementTypes.double ? elementTypes.double : elementTypes.float;
  const features = node.integers('nodes_featureids');
  const count = features.length;
  const sameLength = (list: ArrayLike<number>, name: string): ArrayLike<number> =>
    list.length === count ? list : node.refuse(`${list.length} ${name} for ${count} nodes`);
  const integers = (name: string): ArrayLike<number> => sameLength(node.integers(name), name);
  const modes = sameLength(numbersOf(node, 'nodes_modes', elementTypes.uint8), 'nodes_modes');
  for (let at = 0; at < modes.length; at++) {
    if (modes[at]! > branchModes.isMember) node.refuse(`mode ${modes[at]}`);
  }
  const children = (ids: string, areLeaves: string): Int32Array => {
    const list = integers(ids);
    const flags = integers(areLeaves);
    return Int32Array.from({ length: count }, (_, at) => {
      const id = list[at]!;
      if (!(id >= 0 && id < 2 ** 31)) node.refuse(`${ids} of ${id}`);
      return flags[at] === 0 ? id : ~id;
    });
  };
  const tracks = node.integers('nodes_missing_value_tracks_true');
  const targets = node.integers('leaf_targetids');
  const weights = numbersOf(node, 'leaf_weights', type);
  if (targets.length !== weights.length) {
    node.refuse(`${targets.length} targets for ${weights.length} leaves`);
  }
  const target = targets.find((id) => !(id >= 0 && id < outputs));
  if (target !== undefined) node.refuse(`output ${target} of ${outputs}`);
  const roots = node.integers('tree_roots');
  const root = roots.find((at) => !(at >= 0 && at < count));
  if (root !== undefined) node.refuse(`root ${root} of ${count} nodes`);
  return {
    roots,
    modes,
    features,
    splits: sameLength(numbersOf(node, 'nodes_splits', type), 'nodes_splits'),
    yes: children('nodes_truenodeids', 'nodes_trueleafs'),
    no: children('nodes_falsenodeids', 'nodes_falseleafs'),
    missingYes: Uint8Array.from({ length: count }, (_, at) => (tracks[at] === 1 ? 1 : 0)),
    members: readMembers(node, modes, type),
    votes: groupVotes(
      weights.length,
      weights.map((_, leaf) => leaf),
      targets,
      weights,
    ),
    outputs,
    input,
  };
}

/** Sets in the order of the nodes that look in them, each ended by NaN. */
function readMembers(
  node: GraphNode,
  modes: ArrayLike<number>,
  type: number,
): Map<number, readonly number[]> {
  const members = new Map<number, readonly number[]>();
  const values =
    node.tensor('membership_values') === undefined
      ? new Float64Array(0)
      : numbersOf(node, 'membership_values', type);
  let at = 0;
  for (let index = 0; index < modes.length; index++) {
    if (modes[index] !== branchModes.isMember) continue;
    const list: number[] = [];
    for (; at < values.length && !Number.isNaN(values[at]); at++) list.push(values[at]!);
    at++;
    if (list.length === 0) node.refuse(`node ${index} looks in an empty set`);
    members.set(index, list);
  }
  return members;
}

function numbersOf(node: GraphNode, name: string, type: number): Float64Array {
  const tensor = node.tensor(name) ?? node.refuse(`no ${name}`);
  if (tensor.type !== type) node.refuse(`${name} of another type than the input`);
  return tensor.numbers;
}
