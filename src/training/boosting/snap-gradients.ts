// What: moves float32 derivatives to a grid so coarse that float64 sums of any of them, in any order, are exact.
// Source: Demmel and Nguyen, "Fast Reproducible Floating-Point Summation" (ARITH 2013): rounding to a common unit first.
// Complexity: linear in the rows.
// Invariant: every sum of some of the values is a multiple of the unit below 2^53 units; a value moves by at most half a unit,
// which is 2^-53 to 2^-52 of the sum of all magnitudes.

/** Snaps values in place. Sums over histograms then do not depend on the order of rows, on subtraction or on threads. */
export function snapGradients(values: Float32Array): void {
  let total = 0;
  for (const value of values) total += Math.abs(value);
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) return;
  // doubled, because the sum itself is rounded
  const exponent = Math.ceil(Math.log2(total)) + 1;
  // adding and subtracting this leaves multiples of 2^(exponent - 53)
  const shift = 1.5 * 2 ** (exponent - 1);
  for (let row = 0; row < values.length; row++) values[row] = values[row]! + shift - shift;
}
