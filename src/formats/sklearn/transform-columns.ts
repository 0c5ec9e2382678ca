import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type Context, expectWidth } from './context.ts';
import { encodeOneHot } from './encode-one-hot.ts';
import { encodeOrdinal } from './encode-ordinal.ts';
import { imputeColumns } from './impute-columns.ts';
import { readVersion } from './read-version.ts';
import type { Column, RowPlan } from './row-plan.ts';
import { scaleColumns } from './scale-columns.ts';
import { shortName } from './short-name.ts';

/** What a fitted transformer makes of columns, as steps of the plan. */
export function transformColumns(
  transformer: PickleValue,
  columns: readonly Column[],
  context: Context,
): readonly Column[] {
  if (transformer.isNone()) return columns;
  if (transformer.isString()) {
    return transformer.string() === 'passthrough'
      ? columns
      : transformer.refuse('a transformer or "passthrough"');
  }
  const { plan } = context;
  const version = readVersion(transformer, context.version);
  const kind = shortName(transformer);
  expectWidth(transformer, columns);
  switch (kind) {
    case 'Pipeline':
      return transformer
        .at('steps')
        .items()
        .reduce((made, step) => {
          return transformColumns(secondOf(step), made, { ...context, version });
        }, columns);
    case 'ColumnTransformer':
      return splitColumns(transformer, columns, { ...context, version });
    case 'StandardScaler':
    case 'RobustScaler':
    case 'MaxAbsScaler':
    case 'MinMaxScaler':
      return scaleColumns(kind, transformer, columns, plan, version);
    case 'SimpleImputer':
      return imputeColumns(transformer, columns, plan, version);
    case 'OneHotEncoder':
      return encodeOneHot(transformer, columns, plan);
    case 'OrdinalEncoder':
      return encodeOrdinal(transformer, columns, plan);
    case 'FunctionTransformer':
      return expectIdentity(transformer, columns, plan);
    default:
      return refuseUnsupported(
        `${kind || 'a value that is no estimator'} as a transformer (${transformer.path})`,
        'it is not one of those that are read',
      );
  }
}

/** A step of a pipeline is a pair of its name and the estimator. */
export function secondOf(step: PickleValue): PickleValue {
  return step.items()[1] ?? step.refuse('a name and an estimator');
}

/** `ColumnTransformer`: each part gets the columns that fitting found for it; the results stand side by side. */
function splitColumns(
  transformer: PickleValue,
  columns: readonly Column[],
  context: Context,
): Column[] {
  const places = transformer.at('_transformer_to_input_indices');
  const weights = transformer.find('transformer_weights');
  const made: Column[] = [];
  for (const part of transformer.at('transformers_').items()) {
    const [name, estimator] = part.items();
    if (name === undefined || estimator === undefined)
      return part.refuse('a name and a transformer');
    if (estimator.isString() && estimator.string() === 'drop') continue;
    const chosen = Array.from(
      places.at(name.string()).numbers(),
      (place) => columns[place] ?? places.refuse('numbers of columns'),
    );
    if (chosen.length === 0) continue;
    const weight = weights?.find(name.string())?.number() ?? 1;
    for (const column of transformColumns(estimator, chosen, context)) {
      made.push(weight === 1 ? column : weigh(column, weight, context));
    }
    if (made.length > limits.columns) {
      refuseUnsupported(`more than ${limits.columns} columns`, 'fewer can be read');
    }
  }
  // side by side they become float64 when one of them is
  const isSingle = made.every((column) => column.isSingle);
  const isSparse = transformer.find('sparse_output_')?.flag() ?? false;
  return made.map((column) => ({ ...column, isSingle, isSparse }));
}

function weigh(column: Column, operand: number, { plan }: Context): Column {
  const number = plan.asNumber(column);
  const value = plan.addTo(number, { kind: 'multiply', of: number.value, operand });
  return { ...number, value, range: undefined };
}

/** `FunctionTransformer` without a function, or with the check that the library itself puts in place of one. */
function expectIdentity(
  transformer: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
): readonly Column[] {
  const func = transformer.at('func');
  if (func.isNone()) {
    if (!(transformer.find('validate')?.flag() ?? false)) return columns;
    const numbers = columns.map((column) => plan.asNumber(column));
    plan.refuseMissing(numbers);
    plan.refuseBeyond(numbers, Number.MAX_VALUE);
    return numbers;
  }
  // its state, which would be set last, begins with the function too
  const [wrapped] = shortName(func) === 'partial' ? func.state().items() : [];
  const name = func.reference ?? wrapped?.reference ?? 'another function';
  if (name === 'sklearn.utils.validation.check_array') return columns;
  return refuseUnsupported(
    `FunctionTransformer of ${name} (${func.path})`,
    'only the identity is read; compute such columns before the model',
  );
}
