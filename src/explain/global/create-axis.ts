import { formatNumber } from '../html/format-number.ts';

/** A scale from numbers to places along a drawing. */
export interface Axis {
  /** Where a number stands: 0 at the beginning of the scale, 1 at its end. */
  place(value: number): number;
  /** Round numbers along the scale. */
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** Prepares the scale from `min` to `max`, both finite, with about so many round numbers along it. */
export function createAxis(min: number, max: number, ticks: number): Axis {
  // halves, since the difference of two finite numbers may be infinite
  const half = max / 2 - min / 2;
  const place = (value: number): number => (half === 0 ? 0.5 : (value / 2 - min / 2) / half);
  const rough = half / (ticks / 2);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * (nice.find((part) => part * magnitude >= rough) ?? 10);
  const first = Math.ceil(min / step);
  const values: number[] = [];
  for (let n = 0; n <= 2 * ticks; n++) {
    const value = (first + n) * step;
    // where the scale is finer than numbers are, steps lead nowhere
    if (value > max || !Number.isFinite(value) || value === values.at(-1)) break;
    values.push(value);
  }
  const chosen = values.length === 0 ? [min, max] : values;
  return { place, ticks: chosen.map((value) => ({ value, text: tickText(value, step) })) };
}

const nice = [1, 2, 5];

/** As many digits as tell one step from the next. */
function tickText(value: number, step: number): string {
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)) + 1;
  return formatNumber(value, Number.isFinite(digits) ? Math.min(Math.max(digits, 1), 15) : 3);
}
