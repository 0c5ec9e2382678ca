import type { FeatureStep } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { Columns } from './graph-values.ts';
import {
  columnsOf,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';
import { elementTypes } from './tensor.ts';

const { double, float, int32, int64, string } = elementTypes;

/** Each column of a norm looks at all of them. */
const mostNormalized = 2048;

/** A step without the value it works on. */
type StepOn = FeatureStep extends infer Step
  ? Step extends { of: number }
    ? Omit<Step, 'of'>
    : never
  : never;

/** `Scaler`: float32, unless the input is double, which is rounded at the end. */
export const scale: Operator = (context) => {
  const columns = numbersOf(context);
  const offset = perColumn(context, context.node.floats('offset'), columns);
  const factor = perColumn(context, context.node.floats('scale'), columns);
  const isDouble = columns.type === double;
  const of = columns.of.map((value, index) => {
    const start =
      isDouble || columns.type === float ? value : addStep(context, value, { kind: 'round' });
    const moved = shift(context, start, -offset(index));
    const middle = isDouble || moved === start ? moved : addStep(context, moved, { kind: 'round' });
    return addStep(context, stretch(context, middle, factor(index)), { kind: 'round' });
  });
  return [{ ...columns, type: float, of }];
};

/** `Imputer`. */
export const impute: Operator = (context) => {
  const { node, row } = context;
  const columns = numbersOf(context);
  const isFloat = columns.type === float || columns.type === double;
  const values = isFloat
    ? node.floats('imputed_value_floats')
    : node.integers('imputed_value_int64s');
  if (values.length === 0) node.refuse('no values to put in');
  const replaced = isFloat
    ? node.float('replaced_value_float')
    : node.integer('replaced_value_int64');
  const value = replaced ?? 0;
  const isPerColumn = values.length === columns.dims.at(-1);
  const of = columns.of.map((column, index) => {
    const fill = values[isPerColumn ? index % values.length : 0]!;
    if (Number.isNaN(value)) return addStep(context, column, { kind: 'fill', value: fill });
    // a missing value stays one, which `fill` cannot tell from what `forget` leaves
    const feature = row.featureOf(column);
    if (!Number.isFinite(value) || feature === null) {
      return refuseOperator(context, 'of a value other than NaN behind another operator');
    }
    row.forbidMissing(feature);
    const forgotten = addStep(context, column, { kind: 'forget', value, tolerance: 0 });
    return addStep(context, forgotten, { kind: 'fill', value: fill });
  });
  return [{ ...columns, of }];
};

/** `Binarizer`: 1 above the threshold, else 0. */
export const binarize: Operator = (context) => {
  const columns = numbersOf(context);
  const operand = context.node.float('threshold') ?? 0;
  return [
    { ...columns, of: columns.of.map((of) => addStep(context, of, { kind: 'above', operand })) },
  ];
};

/** `Clip` between constants. */
export const clip: Operator = (context) => {
  const columns = numbersOf(context);
  const bound = (index: number, name: string, none: number): number => {
    const value = context.inputs[index];
    if (value === undefined) return context.node.float(name) ?? none;
    return value.kind === 'constant' && value.tensor.numbers.length === 1
      ? value.tensor.numbers[0]!
      : refuseOperator(context, 'with bounds that are no constants');
  };
  const min = bound(1, 'min', Number.NEGATIVE_INFINITY);
  const max = bound(2, 'max', Number.POSITIVE_INFINITY);
  return [
    { ...columns, of: columns.of.map((of) => addStep(context, of, { kind: 'clip', min, max })) },
  ];
};

/** `Normalizer` of columns. */
export const normalizeColumns: Operator = (context) => {
  const columns = numbersOf(context);
  const name = context.node.text('norm') ?? 'MAX';
  if (name === 'MAX') {
    refuseUnsupported(
      'operator Normalizer with norm MAX',
      'it divides by the largest value and not, as scikit-learn does, by the largest size; use norm="l2" or "l1"',
    );
  }
  const norm =
    name === 'L1'
      ? 'l1'
      : name === 'L2'
        ? 'l2'
        : context.node.refuse(`norm "${name.slice(0, 64)}"`);
  if (columns.dims.length !== 1 || columns.of.length > mostNormalized) {
    refuseOperator(context, `of more than ${mostNormalized} columns`);
  }
  const of = columns.of.map((value) =>
    addStep(context, context.row.add({ kind: 'normalize', of: value, norm, among: columns.of }), {
      kind: 'round',
    }),
  );
  return [{ ...columns, type: float, of }];
};

/** What one of `Add`, `Sub`, `Mul` and `Div` makes of columns and constants; `isReversed` when the constants stand first. */
export function calculate(
  context: OperatorContext,
  columns: Columns,
  constants: ArrayLike<number>,
  isReversed: boolean,
): Columns {
  if (columns.type !== float && columns.type !== double)
    refuseOperator(context, 'of whole numbers');
  const operandOf = perColumn(context, constants, columns);
  const of = columns.of.map((value, index) => {
    const operand = operandOf(index);
    const made = calculateOne(context, value, operand, isReversed);
    return made === value ? value : roundTo(context, columns.type, made);
  });
  return { ...columns, of };
}

function calculateOne(
  context: OperatorContext,
  value: number,
  operand: number,
  isReversed: boolean,
): number {
  switch (context.node.operator) {
    case 'Add':
      return shift(context, value, operand);
    case 'Sub':
      return isReversed
        ? shift(context, stretch(context, value, -1), operand)
        : shift(context, value, -operand);
    case 'Mul':
      return stretch(context, value, operand);
    default:
      if (isReversed) refuseOperator(context, 'by an input column');
      return operand === 1 ? value : addStep(context, value, { kind: 'divide', operand });
  }
}

/** `Cast` of columns. */
export function cast(context: OperatorContext, columns: Columns, to: number): Columns {
  if (to === columns.type) return columns;
  if (columns.type === string || ![double, float, int32, int64].some((known) => known === to)) {
    refuseOperator(context, 'from or to what are no numbers');
  }
  const isWhole = columns.type === int64 || columns.type === int32;
  if (to === float)
    return { ...columns, type: to, of: columns.of.map((of) => roundTo(context, to, of)) };
  if (to === double || isWhole) return { ...columns, type: to };
  const of = columns.of.map((value) => {
    const feature = context.row.featureOf(value);
    if (feature !== null) context.row.boundToInteger(feature);
    // what x86 makes of a NaN
    const missing = to === int64 ? -(2 ** 63) : -(2 ** 31);
    return addStep(context, addStep(context, value, { kind: 'truncate' }), {
      kind: 'fill',
      value: missing,
    });
  });
  return { ...columns, type: to, of };
}

function numbersOf(context: OperatorContext): Columns {
  const columns = columnsOf(context);
  return columns.type === string ? refuseOperator(context, 'of strings') : columns;
}

/** The constant of a column: one for all, or one for each. */
function perColumn(
  context: OperatorContext,
  constants: ArrayLike<number>,
  { dims, of }: Columns,
): (index: number) => number {
  const { length } = constants;
  if (length !== 1 && length !== dims.at(-1)) {
    context.node.refuse(`${length} constants for ${of.length} columns`);
  }
  return (index) => constants[index % length]!;
}

function addStep({ row }: OperatorContext, of: number, step: StepOn): number {
  return row.add({ ...step, of });
}

function shift(context: OperatorContext, of: number, operand: number): number {
  return operand === 0 ? of : addStep(context, of, { kind: 'add', operand });
}

function stretch(context: OperatorContext, of: number, operand: number): number {
  return operand === 1 ? of : addStep(context, of, { kind: 'multiply', operand });
}

function roundTo(context: OperatorContext, type: number, of: number): number {
  return type === float ? addStep(context, of, { kind: 'round' }) : of;
}
