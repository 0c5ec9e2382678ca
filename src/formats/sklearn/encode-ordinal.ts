import type { PickleValue } from '../pickle/pickle-value.ts';
import { type Categories, encodeColumn, makesSingle, readCategories } from './encode-column.ts';
import { readGroups } from './read-groups.ts';
import type { Column, RowPlan } from './row-plan.ts';

/** `OrdinalEncoder`: the place of a category, or of the group of infrequent ones, as a number. */
export function encodeOrdinal(
  encoder: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
): Column[] {
  const isStrict = encoder.at('handle_unknown').string() === 'error';
  const arrays = encoder.at('categories_').items();
  if (arrays.length !== columns.length) encoder.at('categories_').refuse('one array per column');
  const other = isStrict ? Number.NaN : encoder.at('unknown_value').number();
  const ofMissing = encoder.find('encoded_missing_value')?.number() ?? Number.NaN;
  const isSingle = makesSingle(encoder);
  return columns.map((column, index) => {
    const categories = readCategories(arrays[index]!);
    const { slotOf } = readGroups(encoder, index, categories.count);
    const values = Float64Array.from({ length: categories.count }, (_, place) =>
      isMissing(categories, place) ? ofMissing : (slotOf[place] ?? place),
    );
    const code = encodeColumn(plan, column, categories, isStrict);
    const value = plan.add({
      kind: 'recode',
      of: code,
      keys: Float64Array.from(values.keys()),
      values,
      other,
    });
    const becomesMissing = !isStrict && Number.isNaN(other);
    const isFilled = column.fill !== undefined;
    const isUnknown = isFilled ? !categories.known.includes(column.fill) : column.mayMiss;
    const mayMiss =
      categories.missing === -1
        ? becomesMissing && isUnknown
        : isMissing(categories, categories.missing) && Number.isNaN(ofMissing);
    const othersMiss = becomesMissing && column.isRaw;
    const range = [...values, other].filter((number) => !Number.isNaN(number));
    return {
      ...column,
      value,
      isRaw: false,
      fill: undefined,
      mayMiss,
      othersMiss,
      range,
      isSingle,
      isSparse: false,
    };
  });
}

/** None is a category like any other here. */
function isMissing({ missing, isNone }: Categories, place: number): boolean {
  return place === missing && !isNone;
}
