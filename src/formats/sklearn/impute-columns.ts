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
  // since 1.8 they become of the type of the training table
  const isSingle = imputer.find('_fill_dtype')?.dtype === 'f4';
  const statistics = imputer
    .at('statistics_')
    .scalars()
    .map((statistic) =>
      isSingle && typeof statistic === 'number' ? Math.fround(statistic) : statistic,
    );
  if (statistics.length !== columns.length) imputer.at('statistics_').refuse('one per column');
  const marker = readMarker(imputer.at('missing_values'));
  const strategy = imputer.at('strategy').string();
  // since 1.8 a constant is no exception
  const keepsAll =
    imputer.at('keep_empty_features').flag() ||
    (strategy === 'constant' && needVersion(imputer, around).minor < 8);
  const inputs = marker === null ? columns : columns.map((column) => plan.asNumber(column));
  if (strategy === 'mean' || strategy === 'median' || marker !== null) {
    plan.refuseBeyond(columns, Number.MAX_VALUE);
  }
  if (marker !== null) plan.refuseMissing(inputs);
  const imputed = inputs.flatMap((column, index) => {
    const statistic = statistics[index] ?? null;
    // None is no missing statistic: it is the most frequent value
    if (statistic === null) return [column];
    if (Number.isNaN(statistic)) return keepsAll ? [column] : [];
    return [fill(plan, column, statistic, marker)];
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
    return { ...column, fill: column.fill ?? statistic, mayMiss: false, othersMiss: false };
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
  const value = plan.addTo(column, { kind: 'fill', of, value: Number(statistic) });
  return { ...column, value, mayMiss: false, othersMiss: false, range: undefined };
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
    return {
      ...column,
      value,
      name,
      isRaw: false,
      fill: undefined,
      mayMiss: false,
      othersMiss: false,
      range: [0, 1],
    };
  });
}

function isMissing(scalar: PickleScalar): boolean {
  return scalar === null || Number.isNaN(scalar);
}
