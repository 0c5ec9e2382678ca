/** The largest difference between rows of so many numbers, relative to the sum of a row's sizes where that is above 1. */
export function largestError(actual: Float64Array, expected: Float64Array, width: number): number {
  let worst = 0;
  for (let start = 0; start < expected.length; start += width) {
    const part = expected.subarray(start, start + width);
    const size = Math.max(
      1,
      part.reduce((sum, value) => sum + Math.abs(value), 0),
    );
    for (const [index, value] of part.entries()) {
      const error = Math.abs(actual[start + index]! - value) / size;
      worst = error <= worst ? worst : error; // NaN is the worst of all
    }
  }
  return worst;
}
