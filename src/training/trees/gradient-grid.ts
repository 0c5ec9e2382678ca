// What: the grid that gradients are rounded to, so that every sum of them is exact.
// Source: our own; XGBoost sums float32 gradients in float64, where the last bits depend on the order.
// Complexity: linear in the rows.
// Invariant: sums of any of the rounded numbers, and differences of such sums, are exact in float64; a number moves by no
// more than 2^-53 of the sum of all magnitudes, which is what rounding one such sum may do anyway. Where that is too much for
// the smallest hessians, numbers stay as they are, and are added in the order in which XGBoost adds them on one thread.
import { SpillwayError } from '../../core/index.ts';

const { abs, ceil } = Math;

/** Units by which magnitudes are added up: exact, so that the order of the rows does not matter. */
const unitsOfLargest = 2 ** 20;
/** Added to a float64 of less than 2^51 and taken away again it leaves the nearest whole number, halves to the even one. */
const wholeNumber = 1.5 * 2 ** 52;

/**
 * Multiples of 1 / scale are the grid; the scale is a power of two.
 * @param largest The largest magnitude of the numbers.
 * @param sumUnits Sums the magnitudes times a factor, each rounded up to a whole number.
 * @throws SpillwayError `INVALID_DATA` when a number is not finite.
 */
export function chooseGridScale(largest: number, sumUnits: (factor: number) => number): number {
  if (!Number.isFinite(largest)) {
    throw new SpillwayError(
      'INVALID_DATA',
      'expected gradients and hessians that are finite float32 numbers, got one that is not',
    );
  }
  if (largest === 0) return 1;
  const exponent = exponentOf(largest);
  const units = sumUnits(unitsOfLargest * 2 ** -exponent);
  // the sum is at most 2^(exponent - 20 + that of units), and float64 has 53 bits
  return 2 ** (53 - (exponent - 20 + exponentOf(units)));
}

/** At this scale every float32 stays what it is. */
export const noGrid: number = 2 ** 300;

/** So many steps of the grid a hessian must be, or its rounding would show in what a leaf of such rows answers. */
const leastSteps = 2 ** 20;

/** Whether hessians are too far apart for a grid on which sums are exact: some are hardly more than its step. */
export function areFarApart(hessians: Float32Array, scale: number): boolean {
  const least = leastSteps / scale;
  for (let row = 0; row < hessians.length; row++) {
    if (hessians[row]! > 0 && hessians[row]! < least) return true;
  }
  return false;
}

/** Gradients and hessians on their grids, or as they are where hessians are too far apart; they still are float32. */
export function roundAllToGrids(
  gradients: Float32Array,
  hessians: Float32Array,
): Readonly<Record<'gradients' | 'hessians', Float32Array>> {
  const [forGradients, forHessians] = [gridScaleOf(gradients), gridScaleOf(hessians)];
  if (areFarApart(hessians, forHessians)) return { gradients, hessians };
  return {
    gradients: gradients.map((value) => roundToGrid(value, forGradients)),
    hessians: hessians.map((value) => roundToGrid(value, forHessians)),
  };
}

function gridScaleOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, abs(value));
  return chooseGridScale(largest, (factor) => {
    let units = 0;
    for (const value of values) units += ceil(abs(value) * factor);
    return units;
  });
}

/** The multiple of 1 / scale nearest to a float32; the even one of two. */
export function roundToGrid(value: number, scale: number): number {
  const scaled = value * scale;
  // a float32 of more units than that has no fraction of one
  const whole = abs(scaled) < 2 ** 51 ? scaled + wholeNumber - wholeNumber : scaled;
  return whole / scale;
}

/** The smallest exponent whose power of two is not below a positive number. */
function exponentOf(value: number): number {
  let exponent = Math.round(Math.log2(value));
  while (2 ** exponent < value) exponent++;
  while (2 ** (exponent - 1) >= value) exponent--;
  return exponent;
}
