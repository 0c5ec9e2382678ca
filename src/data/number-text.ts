import { SpillwayError } from '../core/index.ts';

/** The shortest text that reads back as the same float64, which JSON takes too. Throws `INVALID_OUTPUT` unless finite. */
export function numberText(value: number): string {
  // String(-0) is '0'
  if (value === 0) return 1 / value < 0 ? '-0' : '0';
  if (!Number.isFinite(value)) {
    throw new SpillwayError('INVALID_OUTPUT', `expected a finite number to write, got ${value}`);
  }
  return String(value);
}

/** A number, or the JSON text of an array of numbers. */
export function numbersText(value: number | readonly number[]): string {
  return typeof value === 'number' ? numberText(value) : `[${value.map(numberText).join(',')}]`;
}
