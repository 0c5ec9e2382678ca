/** The places at which a number stands, ascending. */
export function placesOf(numbers: Uint8Array | Uint32Array, number: number): Uint32Array {
  const places = new Uint32Array(numbers.length);
  let found = 0;
  for (let k = 0; k < numbers.length; k++) if (numbers[k] === number) places[found++] = k;
  return places.slice(0, found);
}
