import type { Label, Link } from '../../model/index.ts';
import type { GraphNode } from './graph-node.ts';
import { type Columns, pair, type Scores, viewAll, type WeightedSource } from './graph-values.ts';
import { linkOfTargets, transforms } from './links-of-transforms.ts';
import {
  columnsOf,
  constantAt,
  numbersAt,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';
import { elementTypes } from './tensor.ts';
import { checkOutputs } from './tree-operators.ts';

const { float, string } = elementTypes;

/** `LinearClassifier`, which computes in float32: a label and scores. */
export const classifyByWeights: Operator = (context) => {
  const { node } = context;
  const words = node.texts('classlabels_strings');
  const classes: readonly Label[] = words.length > 0 ? words : node.integers('classlabels_ints');
  const intercepts = node.floats('intercepts');
  const outputs = intercepts.length;
  checkOutputs(node, outputs);
  const isPair = outputs === 1;
  if (classes.length !== (isPair ? 2 : outputs)) {
    node.refuse(`${classes.length} classes for ${outputs} scores`);
  }
  const columns = roundColumns(context, numbersOf(context));
  const source = weigh(context, columns, node.floats('coefficients'), intercepts);
  const transform = readTransform(node);
  // of one score onnxruntime follows LOGISTIC only
  const link: Link = isPair
    ? transform === 'independent-logistic'
      ? 'logistic'
      : 'identity'
    : transform;
  const scores: Scores = { kind: 'scores', source, link, view: isPair ? pair : viewAll(outputs) };
  return [{ kind: 'label', scores, classes, above: isPair ? 0 : null }, scores];
};

/** `LinearRegressor`, which computes in float32. */
export const regressByWeights: Operator = (context) => {
  const { node } = context;
  const outputs = node.integer('targets') ?? 1;
  checkOutputs(node, outputs);
  const columns = numbersOf(context);
  if (columns.type !== float) refuseOperator(context, 'on other numbers than float');
  const given = node.floats('intercepts');
  const intercepts = given.length === outputs ? given : Array.from({ length: outputs }, () => 0);
  const source = weigh(context, columns, node.floats('coefficients'), intercepts);
  const { link, warnings } = linkOfTargets(node, node.text('post_transform') ?? 'NONE', outputs);
  return [{ kind: 'scores', source: { ...source, warnings }, link, view: viewAll(outputs) }];
};

/** `MatMul` of a row and a constant. */
export const multiplyMatrix: Operator = (context) => {
  const columns = numbersOf(context);
  const tensor = constantAt(context, 1)?.tensor ?? context.node.refuse('no second input');
  const [rows = 0, outputs = 1] = tensor.dims;
  if (tensor.dims.length > 2 || rows !== columns.of.length) {
    context.node.refuse(`${tensor.dims.join(' x ')} for ${columns.of.length} columns`);
  }
  return [multiply(context, columns, transpose(tensor.numbers, rows, outputs), outputs)];
};

/** `Gemm` of a row and constants. */
export const multiplyAndAdd: Operator = (context) => {
  const { node } = context;
  const columns = numbersOf(context);
  const tensor = constantAt(context, 1)?.tensor ?? node.refuse('no second input');
  const [first = 0, second = 0] = tensor.dims;
  const isTransposed = (node.integer('transB') ?? 0) !== 0;
  const outputs = isTransposed ? first : second;
  if (
    (node.integer('transA') ?? 0) !== 0 ||
    (node.float('alpha') ?? 1) !== 1 ||
    (node.float('beta') ?? 1) !== 1
  ) {
    refuseOperator(context, 'with factors');
  }
  if (tensor.dims.length !== 2 || (isTransposed ? second : first) !== columns.of.length) {
    node.refuse(`${tensor.dims.join(' x ')} for ${columns.of.length} columns`);
  }
  const weights = isTransposed ? tensor.numbers : transpose(tensor.numbers, first, second);
  const given = context.inputs[2] === undefined ? new Float64Array(1) : numbersAt(context, 2);
  if (given.length !== 1 && given.length !== outputs) node.refuse(`${given.length} intercepts`);
  const intercepts = Array.from({ length: outputs }, (_, output) => given[output % given.length]!);
  return [multiply(context, columns, weights, outputs, intercepts)];
};

function multiply(
  context: OperatorContext,
  columns: Columns,
  weights: ArrayLike<number>,
  outputs: number,
  intercepts: readonly number[] = Array.from({ length: outputs }, () => 0),
): Scores {
  checkOutputs(context.node, outputs);
  const source = weigh(context, columns, weights, intercepts);
  return { kind: 'scores', source, link: 'identity', view: viewAll(outputs) };
}

function weigh(
  context: OperatorContext,
  columns: Columns,
  weights: ArrayLike<number>,
  intercepts: readonly number[],
): WeightedSource {
  const { node } = context;
  const outputs = intercepts.length;
  if (weights.length !== outputs * columns.of.length) {
    node.refuse(
      `${weights.length} weights for ${columns.of.length} columns and ${outputs} outputs`,
    );
  }
  context.row.spend(weights.length);
  const all = Float64Array.from(weights);
  if (!all.every(Number.isFinite) || !intercepts.every(Number.isFinite)) {
    node.refuse('weights that are not finite');
  }
  return { kind: 'weights', columns: columns.of, outputs, weights: all, intercepts, warnings: [] };
}

function numbersOf(context: OperatorContext): Columns {
  const columns = columnsOf(context);
  if (columns.type === string || columns.dims.length !== 1) {
    refuseOperator(context, 'on what are no columns of numbers');
  }
  return columns;
}

function roundColumns({ row }: OperatorContext, columns: Columns): Columns {
  if (columns.type === float) return columns;
  return { ...columns, type: float, of: columns.of.map((of) => row.add({ kind: 'round', of })) };
}

function readTransform(node: GraphNode): Link {
  const name = node.text('post_transform') ?? 'NONE';
  return transforms.get(name) ?? node.refuse(`post_transform "${name.slice(0, 32)}"`);
}

function transpose(numbers: Float64Array, rows: number, width: number): Float64Array {
  return numbers.map((_, index) => numbers[(index % rows) * width + Math.floor(index / rows)]!);
}
