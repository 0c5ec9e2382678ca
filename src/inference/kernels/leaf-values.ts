import type { TreeEnsemble } from '../../model/index.ts';

/** Numbers in the arithmetic of the ensemble's sums. */
export function sumArray(
  { arithmetic }: TreeEnsemble,
  length: number,
): Float32Array | Float64Array {
  return arithmetic === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/** A view of sums in memory. */
export function sumView(
  { arithmetic }: TreeEnsemble,
  buffer: ArrayBuffer,
  address: number,
  length: number,
): Float32Array | Float64Array {
  return arithmetic === 'float32'
    ? new Float32Array(buffer, address, length)
    : new Float64Array(buffer, address, length);
}

/** Whether rounding the operands changes nothing, so that an addition of float32 is the sum rounded to float32. */
export function hasExactSums({ arithmetic, base, value }: TreeEnsemble): boolean {
  if (arithmetic === 'float64') return true;
  return base.every(isFloat32) && value.every(isFloat32);
}

function isFloat32(number: number): boolean {
  return Math.fround(number) === number;
}

/** Copies the values of a leaf. */
export function copyLeaf(
  { leafSize, value }: TreeEnsemble,
  node: number,
  into: Float32Array | Float64Array,
  index: number,
): void {
  for (let output = 0; output < leafSize; output++) {
    into[index * leafSize + output] = value[node * leafSize + output]!;
  }
}

/** What comes after the trees: the division and the offset, rounded as sums are. */
export function createFinisher(
  ensemble: TreeEnsemble,
): (scores: Float64Array, start: number, count: number) => void {
  const { arithmetic, divisor, offset, outputs } = ensemble;
  // -0 is the number that changes no sum
  if (divisor === 1 && offset.every((number) => Object.is(number, -0))) return () => undefined;
  const float32 = arithmetic === 'float32';
  return (scores, start, count) => {
    for (let at = 0; at < count * outputs; at++) {
      const mean = scores[start + at]! / divisor;
      const score = (float32 ? Math.fround(mean) : mean) + offset[at % outputs]!;
      scores[start + at] = float32 ? Math.fround(score) : score;
    }
  };
}
