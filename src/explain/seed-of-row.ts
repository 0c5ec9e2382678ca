// What: a seed made from a row, so that the same row is explained by the same samples everywhere.
// Source: FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923), over float64 in little-endian order.
// Complexity: linear in the row.
// Invariant: equal rows have equal seeds on every machine; every NaN is the same missing value, and -0 is 0.

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** Hashes a row and the number of samples into a whole number from 0 to 2^32 - 1. */
export function seedOfRow(values: Float64Array, samples: number): number {
  const bytes = new DataView(new ArrayBuffer(8));
  let hash = offsetBasis;
  const add = (value: number): void => {
    bytes.setFloat64(0, value === 0 ? 0 : value, true);
    // engines may write any of the NaNs
    if (Number.isNaN(value)) bytes.setBigUint64(0, 0x7ff8_0000_0000_0000n, true);
    for (let index = 0; index < 8; index++) hash = Math.imul(hash ^ bytes.getUint8(index), prime);
  };
  for (const value of values) add(value);
  add(samples);
  return hash >>> 0;
}
