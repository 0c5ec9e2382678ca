import { formatNumber } from '../html/format-number.ts';

/** A scale from numbers to places along a drawing. */
export interface Axis {
  /** Where a number stands: 0 at the beginning of the scale, 1 at its end. */
  readonly place: (value: number) => number;
  /** Round numbers along the scale. */
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** Prepares the scale from `min` to `max`, both finite, with about so many round numbers along it. */
export function createAxis(min: number, max: number, ticks: number): Axis {
  // the difference of two finite numbers may be infinite, half of the smallest ones is 0
  const part = Number.isFinite(max - min) ? 1 : 0.5;
  const span = max * part - min * part;
  const place = (value: number): number => (span === 0 ? 0.5 : (value * part - min * part) / span);
  const rough = ((1.3 / ticks) * span) / part;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * (nice.find((round) => round * magnitude <= rough) ?? 1);
  const first = Math.ceil(min / step);
  const values: number[] = [];
  for (let n = 0; n <= 3 * ticks; n++) {
    const value = (first + n) * step;
    // where the scale is finer than numbers are, steps lead nowhere
    if (value > max || !Number.isFinite(value) || value === values.at(-1)) break;
    values.push(value);
  }
  const chosen = values.length === 0 ? [min, max] : values;
  return { place, ticks: chosen.map((value) => ({ value, text: tickText(value, step) })) };
}

const nice = [5, 2, 1];

/** All with the decimals of a step. */
function tickText(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  if (value === 0 || Math.abs(value) >= 1e9 || !(decimals <= 6)) return formatNumber(value, 6);
  const style = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return `${value < 0 ? '−' : ''}${Math.abs(value).toLocaleString('en-US', style)}`;
}
