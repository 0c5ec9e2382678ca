// What: the hyperbolic tangent of a float32 as the C library under XGBoost computes it: not always the nearest float32.
// Source: the algorithm of FDLIBM, `tanh`, in float32, which glibc uses up to 2.40; later ones answer the nearest float32.
// Complexity: constant.
// Invariant: equal to glibc's `tanhf` for every float32 of test/fixtures/libm/tanhf.json, and for 600,000 others.
import { expm1f } from '../../../formats/index.ts';

const { abs, fround, sign } = Math;

/** `tanhf(x)`. */
export function tanhf(x: number): number {
  const size = abs(x);
  if (size < 2 ** -55) return x;
  if (!(size < 22)) return sign(x);
  if (size >= 1) {
    const grown = expm1f(2 * size);
    return sign(x) * fround(1 - fround(2 / fround(grown + 2)));
  }
  const shrunk = expm1f(-2 * size);
  return sign(x) * fround(-shrunk / fround(shrunk + 2));
}
