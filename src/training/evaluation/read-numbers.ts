import { SpillwayError } from '../../core/index.ts';

/** What values must be, in a check and in words. */
export interface NumberRule {
  readonly name: string;
  readonly holds: (value: number) => boolean;
  readonly expected: string;
}

/**
 * Copies the values at some places, in their order, after a look at each.
 * @throws SpillwayError `INVALID_DATA` for the first value that breaks the rule, with its row.
 */
export function readNumbers(
  values: ArrayLike<number>,
  places: Uint32Array,
  { name, holds, expected }: NumberRule,
): Float64Array {
  const read = new Float64Array(places.length);
  for (let k = 0; k < read.length; k++) {
    const value = values[places[k]!]!;
    if (!holds(value)) {
      throw new SpillwayError(
        'INVALID_DATA',
        `row ${places[k]!}: expected a ${name} that is ${expected}, got ${value}`,
      );
    }
    read[k] = value;
  }
  return read;
}

/** A probability. */
export const probabilityRule: NumberRule = {
  name: 'probability',
  // null is at least 0, and no number
  holds: (value) => Number.isFinite(value) && value >= 0 && value <= 1,
  expected: 'from 0 to 1',
};

/** A label of two: 0 or 1. */
export const binaryRule: NumberRule = {
  name: 'label',
  holds: (value) => value === 0 || value === 1,
  expected: '0 or 1',
};

/** Any number but NaN and the infinities. */
export function finiteRule(name: string): NumberRule {
  return { name, holds: Number.isFinite, expected: 'finite' };
}
