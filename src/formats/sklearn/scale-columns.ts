import type { FeatureStep } from '../../model/index.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { numbersOf } from './context.ts';
import type { SklearnVersion } from './read-version.ts';
import type { Column, RowPlan } from './row-plan.ts';

type Operation = 'add' | 'multiply' | 'divide';

/** The scalers: one or two roundings in float64 per number; a missing value stays missing. */
export function scaleColumns(
  kind: string,
  scaler: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
  version: SklearnVersion | null,
): Column[] {
  const numbers = columns.map((column) => plan.asNumber(column));
  plan.refuseBeyond(columns, Number.MAX_VALUE);
  const read = (name: string): Float64Array => numbersOf(scaler.at(name), columns.length);
  switch (kind) {
    case 'StandardScaler': {
      const mean = scaler.at('with_mean').flag() ? negate(read('mean_')) : null;
      const scale = scaler.at('with_std').flag() ? read('scale_') : null;
      // since 1.8 they are rounded as the columns are
      const isSingle = (version?.minor ?? 0) >= 8 && columns.every((column) => column.isSingle);
      const operands = (given: Float64Array | null): Float64Array | null =>
        isSingle && given !== null ? given.map(Math.fround) : given;
      return apply(plan, 'divide', operands(scale), apply(plan, 'add', operands(mean), numbers));
    }
    case 'RobustScaler': {
      const center = scaler.at('with_centering').flag() ? negate(read('center_')) : null;
      const scale = scaler.at('with_scaling').flag() ? read('scale_') : null;
      return apply(plan, 'divide', scale, apply(plan, 'add', center, numbers));
    }
    case 'MaxAbsScaler': {
      const scaled = apply(plan, 'divide', read('scale_'), numbers);
      const clips = scaler.find('clip')?.flag() ?? false;
      return clips ? clip(plan, -1, 1, scaled) : scaled;
    }
    default: {
      const scaled = apply(plan, 'multiply', read('scale_'), numbers);
      const moved = apply(plan, 'add', read('min_'), scaled);
      if (!(scaler.find('clip')?.flag() ?? false)) return moved;
      const [min = Number.NaN, max = Number.NaN] = numbersOf(scaler.at('feature_range'), 2);
      return clip(plan, min, max, moved);
    }
  }
}

function apply(
  plan: RowPlan,
  kind: Operation,
  operands: Float64Array | null,
  columns: Column[],
): Column[] {
  if (operands === null) return columns;
  // the entries of a sparse matrix are multiplied by the reciprocal
  if (kind === 'divide' && columns.some((column) => column.isSparse)) {
    return apply(
      plan,
      'multiply',
      operands.map((operand) => 1 / operand),
      columns,
    );
  }
  return columns.map((column, index) =>
    step(plan, column, { kind, of: column.value, operand: operands[index]! }),
  );
}

function clip(plan: RowPlan, min: number, max: number, columns: readonly Column[]): Column[] {
  return columns.map((column) => step(plan, column, { kind: 'clip', of: column.value, min, max }));
}

function step(plan: RowPlan, column: Column, next: FeatureStep): Column {
  return { ...column, value: plan.addTo(column, next), range: undefined };
}

function negate(numbers: Float64Array): Float64Array {
  return numbers.map((number) => -number);
}
