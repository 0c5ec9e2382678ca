import type { Label } from '../../model/index.ts';
import type { Columns, GraphValue, Scores } from './graph-values.ts';
import {
  columnsOf,
  constantAt,
  numbersAt,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';
import { elementTypes } from './tensor.ts';

/** `Reshape`, which may move the dimensions of a row but never rows themselves. */
export const reshape: Operator = (context) => {
  const target = context.inputs.length > 1 ? numbersAt(context, 1) : context.node.integers('shape');
  return [changeShape(context, (_dims, count) => innerShape(context, target, count))];
};

/** `Flatten` from the first dimension on, or of what is flat already. */
export const flatten: Operator = (context) => {
  if ((context.node.integer('axis') ?? 1) !== 1) refuseOperator(context, 'on another axis');
  return [changeShape(context, (_dims, count) => [count])];
};

/** `Squeeze`: dimensions of 1 go. */
export const squeeze: Operator = (context) => {
  const named = context.inputs.length > 1 ? numbersAt(context, 1) : context.node.integers('axes');
  return [
    changeShape(context, (dims) => {
      const axes = Array.from(named, (axis) => (axis < 0 ? axis + dims.length + 1 : axis));
      if (axes.includes(0)) refuseOperator(context, 'of rows');
      return dims.filter((dim, index) =>
        axes.length === 0 ? dim !== 1 : !axes.includes(index + 1),
      );
    }),
  ];
};

/** `Unsqueeze`: dimensions of 1 come. */
export const unsqueeze: Operator = (context) => {
  const named = context.inputs.length > 1 ? numbersAt(context, 1) : context.node.integers('axes');
  return [
    changeShape(context, (dims) => {
      const rank = dims.length + 1 + named.length;
      const axes = new Set(Array.from(named, (axis) => (axis < 0 ? axis + rank : axis)));
      if (axes.has(0)) refuseOperator(context, 'of rows');
      const rest = [...dims];
      return Array.from({ length: rank - 1 }, (_, index) =>
        axes.has(index + 1) ? 1 : (rest.shift() ?? 1),
      );
    }),
  ];
};

/** `Concat` of columns, or of scores of one model. */
export const concat: Operator = (context) => {
  const values = context.inputs;
  const axis = context.node.integer('axis') ?? 1;
  const [first] = values;
  if (first?.kind === 'scores') return [concatScores(context, axis, first)];
  const parts = values.map((value) =>
    value?.kind === 'columns' ? value : refuseOperator(context, 'of what are no input columns'),
  );
  return [concatColumns(context, parts, axis)];
};

/** `FeatureVectorizer`: inputs side by side, as float. */
export const vectorize: Operator = (context) => {
  const parts = context.inputs.map((value) => {
    if (value?.kind !== 'columns' || value.type !== elementTypes.float) {
      return refuseOperator(context, 'of what is not float');
    }
    return value;
  });
  return [concatColumns(context, parts, 1)];
};

/** `ArrayFeatureExtractor`: chooses from the last dimension; from a list of classes it chooses the names of labels. */
export const extract: Operator = (context) => {
  const [from, which] = context.inputs;
  if (from?.kind === 'constant' && which?.kind === 'label') return [nameLabels(context)];
  if (from?.kind === 'scores') return [select(context, 1, [...numbersAt(context, 1)])];
  return [select(context, columnsOf(context).dims.length, [...numbersAt(context, 1)])];
};

/** `Gather` of columns by constants, or of the names of labels. */
export const gather: Operator = (context) => {
  const [from, which] = context.inputs;
  if (from?.kind === 'constant' && which?.kind === 'label') return [nameLabels(context)];
  const tensor = constantAt(context, 1)?.tensor;
  if (tensor === undefined || tensor.dims.length > 1) refuseOperator(context, 'of many dimensions');
  const gathered = select(context, context.node.integer('axis') ?? 0, [...tensor.numbers]);
  // one index and not a list of one takes its dimension away
  if (tensor.dims.length > 0 || gathered.kind !== 'columns') return [gathered];
  return [{ ...gathered, dims: gathered.dims.slice(0, -1) }];
};

/** `Slice` of columns in steps of 1. */
export const slice: Operator = (context) => {
  const { inputs, node } = context;
  const numbers = (index: number, name: string): readonly number[] =>
    inputs.length > 1
      ? [...(inputs[index] === undefined ? [] : numbersAt(context, index))]
      : node.integers(name);
  const starts = numbers(1, 'starts');
  const ends = numbers(2, 'ends');
  const [axis = 0] = numbers(3, 'axes');
  if (starts.length !== 1 || ends.length !== 1 || (numbers(4, 'steps')[0] ?? 1) !== 1) {
    refuseOperator(context, 'of several dimensions or in steps');
  }
  const width = lengthOf(context);
  const bound = (at: number): number => Math.min(Math.max(at < 0 ? at + width : at, 0), width);
  const start = bound(starts[0]!);
  context.row.spend(width);
  const length = Math.max(bound(ends[0]!) - start, 0);
  return [
    select(
      context,
      axis,
      Array.from({ length }, (_, index) => start + index),
    ),
  ];
};

function changeShape(
  context: OperatorContext,
  change: (dims: readonly number[], count: number) => number[],
): GraphValue {
  const [value] = context.inputs;
  if (value?.kind === 'label') return value;
  if (value?.kind === 'scores') {
    const { length } = value.view;
    const dims = change([length], length);
    if (dims.reduce((product, dim) => product * dim, 1) !== length || dims.length > 1) {
      refuseOperator(context, 'of scores');
    }
    return value;
  }
  const columns = columnsOf(context);
  const dims = change(columns.dims, columns.of.length);
  if (dims.reduce((product, dim) => product * dim, 1) !== columns.of.length) {
    refuseOperator(context, 'of rows');
  }
  return { ...columns, dims };
}

/** The dimensions after that of the rows. */
function innerShape(context: OperatorContext, target: ArrayLike<number>, count: number): number[] {
  const [first, ...rest] = Array.from(target);
  if (first !== -1 && first !== 0) {
    // (1, -1), and the like, of labels
    if (rest.length !== 1 || rest[0] !== -1) refuseOperator(context, 'of rows');
    return [count];
  }
  return rest.map((dim) => {
    if (dim === -1 && first === 0 && rest.length === 1) return count;
    return dim > 0 ? dim : refuseOperator(context, 'of rows');
  });
}

function concatScores(context: OperatorContext, axis: number, first: Scores): Scores {
  const view = context.inputs.flatMap((value) =>
    value?.kind === 'scores' && value.source === first.source && value.link === first.link
      ? value.view
      : refuseOperator(context, 'of several models'),
  );
  if (axis !== 1 && axis !== -1) refuseOperator(context, 'of rows');
  return { ...first, view };
}

function concatColumns(context: OperatorContext, parts: readonly Columns[], axis: number): Columns {
  const [first] = parts;
  if (first === undefined) return context.node.refuse('no inputs');
  const inner = (axis < 0 ? axis + first.dims.length + 1 : axis) - 1;
  if (!(inner >= 0 && inner < first.dims.length)) refuseOperator(context, 'of rows');
  const fits = parts.every(
    ({ dims, type }) =>
      type === first.type &&
      dims.length === first.dims.length &&
      dims.every((dim, index) => index === inner || dim === first.dims[index]),
  );
  if (!fits) context.node.refuse('inputs of different types or shapes');
  const outer = first.dims.slice(0, inner).reduce((product, dim) => product * dim, 1);
  context.row.spend(parts.reduce((sum, part) => sum + part.of.length, 0));
  const of: number[] = [];
  for (let index = 0; index < outer; index++) {
    for (const part of parts) {
      const size = part.of.length / outer;
      for (let at = 0; at < size; at++) of.push(part.of[index * size + at]!);
    }
  }
  const width = parts.reduce((sum, { dims }) => sum + dims[inner]!, 0);
  return { ...first, dims: first.dims.with(inner, width), of };
}

/** The entries `which` of the last dimension, which `axis` must be. */
function select(
  context: OperatorContext,
  axis: number,
  which: readonly number[],
): Scores | Columns {
  const [value] = context.inputs;
  const width = lengthOf(context);
  context.row.spend(which.length);
  const chosen = which.map((index) => {
    const at = index < 0 ? index + width : index;
    return Number.isInteger(at) && at >= 0 && at < width
      ? at
      : context.node.refuse(`index ${index} of ${width}`);
  });
  if (value?.kind === 'scores') {
    if (axis !== 1 && axis !== -1) refuseOperator(context, 'of rows');
    return { ...value, view: chosen.map((at) => value.view[at]!) };
  }
  const columns = columnsOf(context);
  if (axis !== -1 && axis !== columns.dims.length) refuseOperator(context, 'on another axis');
  const outer = columns.dims.slice(0, -1).reduce((product, dim) => product * dim, 1);
  context.row.spend(outer * chosen.length);
  return {
    ...columns,
    dims: [...columns.dims.slice(0, -1), chosen.length],
    of: Array.from({ length: outer }, (_, index) =>
      chosen.map((at) => columns.of[index * width + at]!),
    ).flat(),
  };
}

/** How many entries the last dimension of the first input has. */
function lengthOf(context: OperatorContext): number {
  const [value] = context.inputs;
  return value?.kind === 'scores' ? value.view.length : (columnsOf(context).dims.at(-1) ?? 1);
}

/** Labels that were places in a list become its entries. */
function nameLabels(context: OperatorContext): GraphValue {
  const [from, which] = context.inputs;
  if (from?.kind !== 'constant' || which?.kind !== 'label') return refuseOperator(context);
  const { numbers, strings, type } = from.tensor;
  const names: readonly Label[] = type === elementTypes.string ? strings : [...numbers];
  const classes = which.classes.map(
    (place) => names[Number(place)] ?? context.node.refuse(`no class ${place}`),
  );
  return { ...which, classes };
}
