// What: the smallest double for which a condition holds that, once true, stays true for all larger ones.
// Source: IEEE 754: doubles ascend with their bits taken as one whole number, the bits of negative ones inverted.
// Complexity: 64 tests, 32 for each half of the bits.
// Invariant: the condition holds for the answer and fails for the double before it.

const highest = 0x7fefffff; // upper halves of the largest double and of the smallest
const lowest = ~highest;

/** The smallest finite number for which a monotone condition holds; NaN when there is none. */
export function firstNumberWhere(holds: (x: number) => boolean): number {
  const bits = new DataView(new ArrayBuffer(8));
  const numberAt = (upper: number, lower: number): number => {
    bits.setInt32(0, upper >= 0 ? upper : ~upper | 0x80000000);
    bits.setUint32(4, upper >= 0 ? lower : ~lower);
    return bits.getFloat64(0);
  };
  const upper = bisect(lowest, highest + 1, (half) => holds(numberAt(half, 0xffffffff)));
  if (upper > highest) return Number.NaN;
  return numberAt(
    upper,
    bisect(0, 0xffffffff, (half) => holds(numberAt(upper, half))),
  );
}

/** The smallest whole number from `low` on for which the condition holds; `high` when none before it does. */
function bisect(low: number, high: number, holds: (x: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
