import { refuseBroken } from '../refusals.ts';
import { encodeLabels, encodeOneHot } from './category-operators.ts';
import { binarize, clip, impute, scale } from './column-operators.ts';
import { GraphNode, shorten } from './graph-node.ts';
import type { GraphValue } from './graph-values.ts';
import {
  classifyByWeights,
  multiplyAndAdd,
  multiplyMatrix,
  regressByWeights,
} from './linear-operators.ts';
import type { ModelProto } from './model-proto.ts';
import { type Operator, refuseOperator } from './operator-context.ts';
import { cast, constant, pass } from './pass-operators.ts';
import type { RowColumns } from './row-columns.ts';
import {
  chooseHighest,
  combine,
  dropSign,
  exponentiate,
  nameScores,
  normalize,
  sigmoid,
  softmax,
  sumScores,
} from './score-operators.ts';
import {
  concat,
  extract,
  flatten,
  gather,
  reshape,
  slice,
  squeeze,
  unsqueeze,
  vectorize,
} from './shape-operators.ts';
import { classifyByTrees, regressByTrees } from './tree-operators.ts';
import { sumTrees } from './unified-trees.ts';

/** The operators that can be read, by set and name. */
const operators: ReadonlyMap<string, Operator> = new Map([
  ['ai.onnx.ml.ArrayFeatureExtractor', extract],
  ['ai.onnx.ml.Binarizer', binarize],
  ['ai.onnx.ml.FeatureVectorizer', vectorize],
  ['ai.onnx.ml.Imputer', impute],
  ['ai.onnx.ml.LabelEncoder', encodeLabels],
  ['ai.onnx.ml.LinearClassifier', classifyByWeights],
  ['ai.onnx.ml.LinearRegressor', regressByWeights],
  ['ai.onnx.ml.Normalizer', normalize],
  ['ai.onnx.ml.OneHotEncoder', encodeOneHot],
  ['ai.onnx.ml.Scaler', scale],
  ['ai.onnx.ml.TreeEnsemble', sumTrees],
  ['ai.onnx.ml.TreeEnsembleClassifier', classifyByTrees],
  ['ai.onnx.ml.TreeEnsembleRegressor', regressByTrees],
  ['ai.onnx.ml.ZipMap', nameScores],
  ['.Abs', dropSign],
  ['.Add', combine],
  ['.ArgMax', chooseHighest],
  ['.Cast', cast],
  ['.Clip', clip],
  ['.Concat', concat],
  ['.Constant', constant],
  ['.Div', combine],
  ['.Exp', exponentiate],
  ['.Flatten', flatten],
  ['.Gather', gather],
  ['.Gemm', multiplyAndAdd],
  ['.Identity', pass],
  ['.MatMul', multiplyMatrix],
  ['.Mul', combine],
  ['.ReduceSum', sumScores],
  ['.Reshape', reshape],
  ['.Sigmoid', sigmoid],
  ['.Slice', slice],
  ['.Softmax', softmax],
  ['.Squeeze', squeeze],
  ['.Sub', combine],
  ['.Sum', combine],
  ['.Unsqueeze', unsqueeze],
]);

/** What a graph answers. */
export interface InterpretedGraph {
  readonly outputs: readonly (readonly [name: string, value: GraphValue])[];
  /** The operator that is the model. */
  readonly objective: string;
}

/** Reads the nodes, which are in an order in which they can be computed. */
export function interpretGraph(
  { graph, operatorSets }: ModelProto,
  row: RowColumns,
): InterpretedGraph {
  const values = new Map<string, GraphValue>(row.inputs);
  for (const [name, tensor] of graph.constants) values.set(name, { kind: 'constant', tensor });
  let objective = '';
  const find = (name: string): GraphValue =>
    values.get(name) ?? refuseBroken(`nothing makes "${shorten(name)}"`);
  for (const bytes of graph.nodes) {
    const node = new GraphNode(bytes);
    const operator = operators.get(`${node.domain}.${node.operator}`);
    if (operator === undefined) refuseOperator({ node });
    const version = operatorSets.get(node.domain) ?? node.refuse('no version of its set');
    const inputs = node.inputs.map((name) => (name === '' ? undefined : find(name)));
    const made = operator({ node, version, inputs, row });
    if (made[0]?.kind === 'scores' || made[0]?.kind === 'label') objective ||= node.operator;
    for (const [index, name] of node.outputs.entries()) {
      if (name === '') continue;
      if (values.has(name)) node.refuse(`"${shorten(name)}" is made twice`);
      const value = made[index] ?? refuseOperator({ node }, `with ${index + 1} outputs`);
      row.spend(sizeOf(value));
      values.set(name, value);
    }
  }
  return { objective, outputs: graph.outputs.map((name) => [name, find(name)] as const) };
}

/** About how many numbers a value holds. */
function sizeOf(value: GraphValue): number {
  if (value.kind === 'columns') return value.of.length;
  if (value.kind === 'constant') return 1;
  const { source, view } =
    value.kind === 'scores' ? value : value.kind === 'row-sums' ? value.of : value.scores;
  return source.columns.length + source.outputs + view.length;
}
