// What: a float32 as the shortest decimal that reads back to it, with an exponent: `5E-1`, `0E0`, `1.0302079E0`.
// Source: the numbers of dmlc/xgboost's own files (src/common/charconv.cc). Its reader takes a number without a point and
// an exponent for an integer, and refuses those among floats.
// Complexity: constant, two to three conversions.
// Invariant: `Math.fround(Number(float32Text(x)))` is x for every float32; no decimal with fewer digits is.

const { fround } = Math;

/** Up to here every whole number is a float32, and none has a shorter decimal than its own digits. */
const wholeBelow = 2 ** 24;
/** Nine digits tell any two float32 apart, and eight most. */
const usualDigits = 8;

/** The text of a float32; infinities and NaN are the bare words that XGBoost writes. */
export function float32Text(x: number): string {
  if (!Number.isFinite(x)) return `${x}`;
  if (Object.is(x, -0)) return '-0E0';
  if (Number.isInteger(x) && Math.abs(x) < wholeBelow) return spell(x.toExponential());
  let digits = usualDigits;
  if (!readsBack(x, digits)) return spell(x.toExponential(digits));
  while (digits > 1 && readsBack(x, digits - 1)) digits--;
  return spell(x.toExponential(digits - 1));
}

function readsBack(x: number, digits: number): boolean {
  return fround(Number(x.toExponential(digits - 1))) === x;
}

function spell(exponential: string): string {
  return exponential.replace('e+', 'E').replace('e', 'E');
}
