// What: the places of float32 values in ascending order of the values; equal ones keep their order.
// Source: radix sort from the lowest digit on (Knuth, TAOCP 3, 5.2.5), on the bits of the numbers turned so that they ascend.
// Complexity: three passes over the values, and three tables of 2,048 counts.
// Invariant: equal to a stable sort by `a - b`; 0 and -0 are equal.

const digits = 2048;

/** The order of the first `count` values, none of which is NaN. */
export function orderValues(values: Float32Array, count: number): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, count);
  const keys = new Uint32Array(count);
  const counts = [
    new Uint32Array(digits),
    new Uint32Array(digits),
    new Uint32Array(digits),
  ] as const;
  const [low, middle, high] = counts;
  for (let place = 0; place < count; place++) {
    const number = bits[place] === 0x8000_0000 ? 0 : bits[place]!;
    const key = (number & 0x8000_0000 ? ~number : number | 0x8000_0000) >>> 0;
    keys[place] = key;
    low[key & 2047]!++;
    middle[(key >>> 11) & 2047]!++;
    high[key >>> 22]!++;
  }
  for (const counted of counts) turnIntoStarts(counted);
  let order = new Uint32Array(count);
  let other = new Uint32Array(count);
  for (let place = 0; place < count; place++) order[low[keys[place]! & 2047]!++] = place;
  for (const place of order) other[middle[(keys[place]! >>> 11) & 2047]!++] = place;
  [order, other] = [other, order];
  for (const place of order) other[high[keys[place]! >>> 22]!++] = place;
  return other;
}

function turnIntoStarts(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
}
