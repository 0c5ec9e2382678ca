// What: a 95 % interval of a share of rows.
// Source: Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
// Complexity: constant.
// Invariant: the interval lies in [0, 1], holds the share and is never empty, not even for a share of 0 or 1.
import { errorsOf95 } from './normal-quantile.ts';

/** The interval of a share that was seen in `rows` rows, at least one. */
export function boundShare(
  share: number,
  rows: number,
): { readonly low: number; readonly high: number } {
  const square = errorsOf95 ** 2;
  const middle = (share + square / (2 * rows)) / (1 + square / rows);
  const reach =
    (errorsOf95 / (1 + square / rows)) *
    Math.sqrt((share * (1 - share)) / rows + square / (4 * rows * rows));
  return {
    low: share === 0 ? 0 : Math.max(0, middle - reach),
    high: share === 1 ? 1 : Math.min(1, middle + reach),
  };
}
