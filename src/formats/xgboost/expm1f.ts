// What: e^x - 1 of a float32 as the C library under XGBoost computes it: not always the nearest float32.
// Source: the algorithm of FDLIBM, `expm1`, in float32, which glibc uses up to 2.40; x = k log(2) + r, e^r - 1 by a rational
// function of r whose polynomial in r^2 / 2 has the constants below. Later ones answer the nearest float32.
// Complexity: constant.
// Invariant: equal to glibc's `expm1f` for every float32 of test/fixtures/libm/expm1f.json, and for 600,000 others.

const { fround } = Math;

const log2High = fround(6.9313812256e-1);
const log2Low = fround(9.0580006145e-6);
const inverseLog2 = fround(Math.LOG2E);
/** Of the polynomial, from the highest power down to the first. */
const coefficients = [
  -2.0109921195e-7, 4.0082177293e-6, -7.936507609e-5, 1.5873016091e-3, -3.3333335072e-2,
].map(fround);

/** `expm1f(x)` for x up to 88. */
export function expm1f(x: number): number {
  if (x <= fround(-27 * Math.LN2)) return -1;
  if (Math.abs(x) < 2 ** -25) return x;
  const k = powerOfTwo(x);
  const high = fround(x - fround(k * log2High));
  const low = fround(k * log2Low);
  const r = fround(high - low);
  const lost = fround(fround(high - r) - low);
  const half = fround(0.5 * r);
  const square = fround(r * half);
  let sum = 0;
  for (const coefficient of coefficients) sum = fround(coefficient + fround(square * sum));
  const polynomial = fround(1 + fround(square * sum));
  const t = fround(3 - fround(polynomial * half));
  const ratio = fround(fround(polynomial - t) / fround(6 - fround(r * t)));
  const e = fround(square * ratio);
  if (k === 0) return fround(r - fround(fround(r * e) - square));
  const error = fround(fround(fround(r * fround(e - lost)) - lost) - square);
  const part = fround(error - r);
  const scale = 2 ** k;
  if (k === -1) return fround(fround(0.5 * -part) - 0.5);
  if (k === 1) {
    return r < -0.25 ? -2 * fround(error - fround(r + 0.5)) : fround(1 + 2 * -part);
  }
  if (k < 0 || k > 56) return fround(fround(1 - part) * scale - 1);
  if (k < 23) return fround(fround(fround(1 - 1 / scale) - part) * scale);
  return fround(fround(fround(r - fround(error + 1 / scale)) + 1) * scale);
}

/** The whole number nearest to x / log(2), 0 close to 0. */
function powerOfTwo(x: number): number {
  const size = Math.abs(x);
  if (size <= fround(0.5 * Math.LN2)) return 0;
  if (size < fround(1.5 * Math.LN2)) return Math.sign(x);
  return Math.trunc(fround(fround(inverseLog2 * x) + 0.5 * Math.sign(x)));
}
