// What: log(1 + x) of a float32 from 0 to 1 as the C library under XGBoost computes it: not always the nearest float32.
// Source: the algorithm of FDLIBM, `log1p`, in float32, which glibc uses up to 2.40; 1 + x = 2^k (1 + f), k 0 or 1, and
// log(1 + f) by a polynomial in s^2, s = f / (2 + f), of the constants below. Later ones answer the nearest float32.
// Complexity: constant.
// Invariant: equal to glibc's `log1pf` for every float32 of test/fixtures/libm/log1pf.json, and for 600,000 others.

const { fround } = Math;

const log2High = fround(6.9313812256e-1);
const log2Low = fround(9.0580006145e-6);
/** Of the polynomial, from the highest power down to the first. */
const coefficients = [
  1.479819864e-1, 1.5313838422e-1, 1.818357259e-1, 2.2222198546e-1, 2.8571429849e-1,
  4.0000000596e-1, 6.6666668653e-1,
].map(fround);
/** Up to here 1 + x is not halved: the square root of 2, less 1. */
const root = fround(0.41421356);

/** `log1pf(x)` for 0 <= x <= 1. */
export function log1pf(x: number): number {
  if (x < 2 ** -29) return x < 2 ** -54 ? x : fround(x - fround(fround(x * x) * 0.5));
  if (x < root) return logOfOnePlus(x, 0, 0);
  const sum = fround(1 + x);
  if (sum === 2) return fround(log2High + log2Low);
  // by how much the sum was rounded, relative to it
  const lost = fround(fround(x - fround(sum - 1)) / sum);
  return sum < fround(Math.SQRT2)
    ? logOfOnePlus(fround(sum - 1), 0, lost)
    : logOfOnePlus(fround(sum / 2 - 1), 1, lost);
}

function logOfOnePlus(f: number, k: number, lost: number): number {
  const half = fround(fround(0.5 * f) * f);
  const s = fround(f / fround(2 + f));
  const z = fround(s * s);
  let sum = 0;
  for (const coefficient of coefficients) sum = fround(coefficient + fround(z * sum));
  const polynomial = fround(s * fround(half + fround(z * sum)));
  if (k === 0 && lost === 0) return fround(f - fround(half - polynomial));
  const low = fround(polynomial + fround(fround(k * log2Low) + lost));
  return fround(fround(k * log2High) - fround(fround(half - low) - f));
}
