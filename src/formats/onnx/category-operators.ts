import type { Category, Label } from '../../model/index.ts';
import type { GraphNode } from './graph-node.ts';
import type { Columns, LabelChoice } from './graph-values.ts';
import {
  columnsOf,
  type Operator,
  type OperatorContext,
  refuseOperator,
} from './operator-context.ts';
import { elementTypes } from './tensor.ts';

const { double, float, int32, int64, string } = elementTypes;

/** `OneHotEncoder`: one column per category, of each column. */
export const encodeOneHot: Operator = (context) => {
  const { node, row } = context;
  const columns = columnsOf(context);
  const isText = columns.type === string;
  const categories: readonly Category[] = isText
    ? node.texts('cats_strings')
    : node.integers('cats_int64s');
  if (categories.length === 0) node.refuse('no categories');
  row.spend(columns.of.length * categories.length);
  const takesOthers = (node.integer('zeros') ?? 1) !== 0;
  const of = columns.of.flatMap((column) => {
    if (isText) {
      if (!takesOthers) row.refuseOthers(column);
      return categories.map((word) => equals(context, column, row.codeOf(column, word)));
    }
    const feature = row.featureOf(column);
    const isWhole = columns.type === int64 || columns.type === int32;
    if (!takesOthers && (feature === null || !isWhole)) {
      refuseOperator(context, 'that fails for other numbers (handle_unknown="error")');
    }
    if (!takesOthers && feature !== null) {
      row.turnIntoCategory(feature);
      return categories.map((number) => equals(context, feature, row.codeOf(feature, number)));
    }
    const whole = isWhole ? column : row.add({ kind: 'truncate', of: column });
    return categories.map((number) => {
      const isIt = equals(context, whole, Number(number));
      return isWhole ? isIt : row.add({ kind: 'fill', of: isIt, value: 0 });
    });
  });
  return [{ kind: 'columns', type: float, dims: [...columns.dims, categories.length], of }];
};

/** `LabelEncoder` of strings or numbers to numbers; labels may become strings too. */
export const encodeLabels: Operator = (context) => {
  const [value] = context.inputs;
  if (value?.kind === 'label') return [encodeChoice(context, value)];
  const columns = columnsOf(context);
  const isText = columns.type === string;
  const table = readTable(context, isText);
  const { values, type } = table;
  if (type === string) refuseOperator(context, 'to strings');
  const other = Number(table.other);
  const of = columns.of.map((column) => {
    const known = new Map<number, number>();
    let missing = other;
    for (const [index, key] of table.keys.entries()) {
      const number = isText ? context.row.codeOf(column, key) : Number(key);
      // NaN is a key since version 4
      if (Number.isNaN(number)) missing = context.version >= 4 ? Number(values[index]) : missing;
      else if (!known.has(number)) known.set(number, Number(values[index]));
    }
    const keys = Float64Array.from(known.keys()).toSorted();
    const recoded = context.row.add({
      kind: 'recode',
      of: column,
      keys,
      values: keys.map((key) => known.get(key)!),
      other,
    });
    const mayBeMissing = columns.type === float || columns.type === double;
    return mayBeMissing ? context.row.add({ kind: 'fill', of: recoded, value: missing }) : recoded;
  });
  const encoded: Columns = { ...columns, type, of };
  return [encoded];
};

function equals({ row }: OperatorContext, of: number, operand: number): number {
  return row.add({ kind: 'equals', of, operand });
}

function encodeChoice(context: OperatorContext, label: LabelChoice): LabelChoice {
  const isText = typeof label.classes[0] === 'string';
  const { keys, other, values } = readTable(context, isText);
  const classes = label.classes.map((name) => {
    const index = keys.findIndex((key) => key === name);
    return index === -1 ? other : values[index]!;
  });
  return { ...label, classes };
}

interface Table {
  readonly keys: readonly Category[];
  readonly values: readonly Label[];
  readonly other: Label;
  /** Of the values. */
  readonly type: number;
}

/** The attributes of any version. */
function readTable({ node, version }: OperatorContext, isText: boolean): Table {
  if (version < 2) {
    const words = node.texts('classes_strings');
    const places = words.map((_, index) => index);
    return isText
      ? { keys: words, values: places, other: node.integer('default_int64') ?? -1, type: int64 }
      : {
          keys: places,
          values: words,
          other: node.text('default_string') ?? '_Unused',
          type: string,
        };
  }
  const [keys] = readList(node, 'keys') ?? node.refuse('no keys');
  const [values, type] = readList(node, 'values') ?? node.refuse('no values');
  if (keys.length !== values.length) {
    node.refuse(`${keys.length} keys and ${values.length} values`);
  }
  if (isText !== (typeof (keys[0] ?? '') === 'string')) node.refuse('keys of another type');
  const given = node.tensor('default_tensor');
  const other =
    type === string
      ? (given?.strings[0] ?? node.text('default_string') ?? '_Unused')
      : (given?.numbers[0] ??
        (type === int64
          ? (node.integer('default_int64') ?? -1)
          : (node.float('default_float') ?? -0)));
  return { keys, values, other, type };
}

function readList(
  node: GraphNode,
  name: string,
): [list: readonly (string | number)[], type: number] | undefined {
  if (node.has(`${name}_strings`)) return [node.texts(`${name}_strings`), string];
  if (node.has(`${name}_int64s`)) return [node.integers(`${name}_int64s`), int64];
  if (node.has(`${name}_floats`)) return [node.floats(`${name}_floats`), float];
  const tensor = node.tensor(`${name}_tensor`);
  if (tensor === undefined) return undefined;
  return [tensor.type === string ? tensor.strings : [...tensor.numbers], tensor.type];
}
