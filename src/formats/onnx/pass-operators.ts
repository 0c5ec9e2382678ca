import { cast as castColumns } from './column-operators.ts';
import type { GraphValue } from './graph-values.ts';
import { type Operator, refuseOperator } from './operator-context.ts';
import { elementTypes, type Tensor } from './tensor.ts';

/** `Identity`. */
export const pass: Operator = ({ inputs, node }) => [inputs[0] ?? node.refuse('no input')];

/** `Constant`. */
export const constant: Operator = (context) => {
  const { node } = context;
  const tensor = node.tensor('value');
  if (tensor !== undefined) return [{ kind: 'constant', tensor }];
  const [name, type, dims] = node.has('value_float')
    ? (['value_float', elementTypes.float, false] as const)
    : node.has('value_int')
      ? (['value_int', elementTypes.int64, false] as const)
      : node.has('value_floats')
        ? (['value_floats', elementTypes.float, true] as const)
        : node.has('value_ints')
          ? (['value_ints', elementTypes.int64, true] as const)
          : refuseOperator(context, 'of another kind');
  const isFloat = type === elementTypes.float;
  const numbers = dims
    ? isFloat
      ? node.floats(name)
      : node.integers(name)
    : [(isFloat ? node.float(name) : node.integer(name)) ?? node.refuse('no value')];
  return [{ kind: 'constant', tensor: createTensor(type, dims ? [numbers.length] : [], numbers) }];
};

/** `Cast`: of columns to numbers; scores and labels stay what they are, but for labels as strings. */
export const cast: Operator = (context) => {
  const [value] = context.inputs;
  const to = context.node.integer('to') ?? context.node.refuse('no type');
  if (value?.kind === 'columns') return [castColumns(context, value, to)];
  const isReal = to === elementTypes.float || to === elementTypes.double;
  if (value?.kind === 'scores' && isReal) return [value];
  if (value?.kind !== 'label') return refuseOperator(context, 'of these values');
  if (to !== elementTypes.string) return [value];
  const named: GraphValue = { ...value, classes: value.classes.map(String) };
  return [named];
};

function createTensor(type: number, dims: readonly number[], numbers: readonly number[]): Tensor {
  return { name: '', type, dims, numbers: Float64Array.from(numbers), strings: [] };
}
