/** The middle of some numbers; of an even count the upper one of the two. */
export function median(numbers) {
  return Float64Array.from(numbers).toSorted()[Math.floor(numbers.length / 2)];
}
