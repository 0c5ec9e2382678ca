import type { PickleValue } from '../pickle/pickle-value.ts';

/** How an encoder groups the categories of a column. */
export interface Groups {
  /** Of each category: its slot. */
  readonly slotOf: readonly number[];
  /** How many slots there are. */
  readonly count: number;
  /** The slot of the infrequent ones, -1 when there are none. */
  readonly infrequent: number;
}

/** What an encoder with `min_frequency` or `max_categories` made of the categories of one column. */
export function readGroups(encoder: PickleValue, column: number, categories: number): Groups {
  const isEnabled = encoder.find('_infrequent_enabled')?.flag() ?? false;
  const mapping = isEnabled
    ? encoder.at('_default_to_infrequent_mappings').items()[column]
    : undefined;
  if (mapping === undefined || mapping.isNone()) {
    return {
      slotOf: Array.from({ length: categories }, (_, index) => index),
      count: categories,
      infrequent: -1,
    };
  }
  const slotOf = mapping.items().map((slot) => slot.count(-1, categories));
  if (slotOf.length > categories) mapping.refuse(`${categories} numbers`);
  const rare = encoder.at('_infrequent_indices').items()[column];
  const [first] = rare === undefined || rare.isNone() ? [] : rare.numbers();
  return {
    slotOf,
    count: Math.max(...slotOf, -1) + 1,
    infrequent: first === undefined ? -1 : (slotOf[first] ?? -1),
  };
}
