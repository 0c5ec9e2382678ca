import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type Categories, encodeColumn, makesSingle, readCategories } from './encode-column.ts';
import { readGroups } from './read-groups.ts';
import type { Column, RowPlan } from './row-plan.ts';

/** `OneHotEncoder`: a column of 0 and 1 for each category, or group of infrequent ones, but those that are dropped. */
export function encodeOneHot(
  encoder: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
): Column[] {
  const unknown = encoder.at('handle_unknown').string();
  const arrays = encoder.at('categories_').items();
  if (arrays.length !== columns.length) encoder.at('categories_').refuse('one array per column');
  const drops = readDrops(encoder, columns.length);
  const isSingle = makesSingle(encoder);
  const isSparse = encoder.find('sparse_output')?.flag() ?? false;
  return columns.flatMap((column, index) => {
    const categories = readCategories(arrays[index]!);
    const groups = readGroups(encoder, index, categories.count);
    const groupsUnknown = unknown === 'infrequent_if_exist' || unknown === 'warn';
    if (!groupsUnknown && unknown !== 'ignore' && unknown !== 'error') {
      refuseUnsupported(
        `OneHotEncoder(handle_unknown="${unknown.slice(0, 40)}")`,
        'unknown option',
      );
    }
    const code = encodeColumn(plan, column, categories, unknown === 'error');
    const slots = {
      ...groups,
      unknown: groupsUnknown ? groups.infrequent : -1,
      isSingle,
      isSparse,
    };
    return makeSlots(plan, column, code, categories, slots, drops[index]!);
  });
}

interface Slots {
  /** Of each category: its slot. */
  readonly slotOf: readonly number[];
  readonly count: number;
  /** Where unknown categories go, -1: nowhere. */
  readonly unknown: number;
  /** Whether 0 and 1 are float32. */
  readonly isSingle: boolean;
  readonly isSparse: boolean;
}

function makeSlots(
  plan: RowPlan,
  column: Column,
  code: number,
  categories: Categories,
  { slotOf, count, unknown, isSingle, isSparse }: Slots,
  drop: number,
): Column[] {
  if (count > limits.columns) refuseUnsupported(`${count} columns`, 'fewer can be read');
  const isPlain = unknown === -1 && slotOf.every((slot, index) => slot === index);
  const of = isPlain
    ? code
    : plan.add({
        kind: 'recode',
        of: code,
        keys: Float64Array.from(slotOf.keys()),
        values: Float64Array.from(slotOf),
        other: unknown,
      });
  const names = new Map(categories.places.map((place, at) => [place, `${categories.known[at]}`]));
  return Array.from({ length: count }, (_, slot) => slot)
    .filter((slot) => slot !== drop)
    .map((slot) => ({
      ...column,
      value: plan.add({ kind: 'equals', of, operand: slot }),
      name: `${column.name}_${(isPlain ? names.get(slot) : undefined) ?? `group ${slot}`}`,
      isRaw: false,
      fill: undefined,
      mayMiss: false,
      othersMiss: false,
      range: [0, 1],
      isSingle,
      isSparse,
    }));
}

/** Of each column the slot that is left out, -1 for none. */
function readDrops(encoder: PickleValue, count: number): number[] {
  const drops = encoder.find('_drop_idx_after_grouping') ?? encoder.find('drop_idx_');
  if (drops === undefined || drops.isNone()) return Array<number>(count).fill(-1);
  const slots = drops.scalars().map((slot) => (typeof slot === 'number' ? slot : -1));
  return slots.length === count ? slots : drops.refuse(`${count} numbers`);
}
