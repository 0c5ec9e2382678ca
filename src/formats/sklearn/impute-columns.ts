import type { Category } from '../../model/index.ts';
import type { PickleScalar, PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { needVersion, type SklearnVersion } from './read-version.ts';
import type { Column, RowPlan } from './row-plan.ts';

/**
 * `SimpleImputer`: what stands for a missing value is replaced, columns that had no other in training are left out, and
 * columns that say whether it was missing come last.
 */
export function imputeColumns(
  imputer: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
  around: SklearnVersion | null,
): Column[] {
  const statistics = imputer.at('statistics_').scalars();
  if (statistics.length !== columns.length) imputer.at('statistics_').refuse('one per column');
  const marker = readMarker(imputer.at('missing_values'));
  const strategy = imputer.at('strategy').string();
  // since 1.8 a constant is no exception
  const keepsAll =
    imputer.at('keep_empty_features').flag() ||
    (strategy === 'constant' && needVersion(imputer, around).minor < 8);
  const isNumeric = strategy === 'mean' || strategy === 'median' || marker !== null;
  const inputs = isNumeric ? columns.map((column) => plan.asNumber(column)) : columns;
  if (isNumeric) plan.refuseBeyond(columns, Number.MAX_VALUE);
  if (marker !== null) plan.refuseMissing(inputs);
  const imputed = inputs.flatMap((column, index) => {
    const statistic = statistics[index]!;
    if (!isMissing(statistic)) return [fill(plan, column, statistic, marker)];
    return keepsAll ? [column] : [];
  });
  return [...imputed, ...indicate(imputer, inputs, plan, marker)];
}

/** The number that stands for a missing value, `null` for NaN and None. */
function readMarker(value: PickleValue): number | null {
  const marker = value.scalar();
  if (isMissing(marker)) return null;
  if (typeof marker === 'number') return marker;
  return refuseUnsupported(
    `SimpleImputer(missing_values=${JSON.stringify(marker).slice(0, 40)})`,
    'missing values are NaN, None or a number',
  );
}

function fill(plan: RowPlan, column: Column, statistic: Category, marker: number | null): Column {
  if (column.isRaw) {
    return { ...column, fill: column.fill ?? statistic, mayMiss: false };
  }
  if (typeof statistic === 'string') {
    return refuseUnsupported(
      `an imputer that fills text into the numbers of "${column.name}"`,
      'use a number',
    );
  }
  const of =
    marker === null
      ? column.value
      : plan.add({ kind: 'forget', of: column.value, value: marker, tolerance: 0 });
  const value = plan.add({ kind: 'fill', of, value: Number(statistic) });
  return { ...column, value, mayMiss: false };
}

function indicate(
  imputer: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
  marker: number | null,
): Column[] {
  const indicator = imputer.find('indicator_');
  if (indicator === undefined || indicator.isNone()) return [];
  const features = indicator.at('features_');
  return Array.from(features.numbers(), (feature) => {
    const column = columns[feature] ?? features.refuse('numbers of columns');
    const of = column.value;
    // a raw column that was filled before is never missing
    const isFilled = column.isRaw && column.fill !== undefined;
    const value = plan.add(
      marker === null
        ? { kind: 'is-missing', of: isFilled ? plan.add({ kind: 'fill', of, value: 0 }) : of }
        : { kind: 'equals', of, operand: marker },
    );
    const name = `missing ${column.name}`;
    return { ...column, value, name, isRaw: false, fill: undefined, mayMiss: false };
  });
}

function isMissing(scalar: PickleScalar): scalar is null {
  return scalar === null || Number.isNaN(scalar);
}
