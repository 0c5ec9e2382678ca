// What: solves symmetric positive definite systems, and finds the columns that depend on earlier ones.
// Source: Golub and Van Loan, Matrix Computations, 4.2.
// Complexity: O(size^3 / 6) for the factor, O(size^2) per solution, O(size^3 / 3) for the inverse.
// Invariant: L L' is the matrix; a pivot is what is left of the diagonal once the earlier columns have explained theirs.

/** A factor L of L L', row after row, size x size; zero above the diagonal. */
export interface Factor {
  readonly size: number;
  readonly lower: Float64Array;
  /** Smallest pivot as a share of its diagonal, 0..1: near 0 where the columns depend on each other. */
  readonly leastPivot: number;
}

/** Factors a symmetric matrix of which the part below and on the diagonal is read; `null` when it is not positive definite. */
export function factorize(matrix: Float64Array, size: number): Factor | null {
  const lower = new Float64Array(size * size);
  let leastPivot = 1;
  for (let i = 0; i < size; i++) {
    const line = i * size;
    for (let j = 0; j < i; j++) {
      const rest = matrix[line + j]! - dot(lower, line, j * size, j);
      lower[line + j] = rest / lower[j * size + j]!;
    }
    const diagonal = matrix[line + i]!;
    const pivot = diagonal - dot(lower, line, line, i);
    // also refuses NaN
    if (!(pivot > 1e-15 * diagonal)) return null;
    leastPivot = Math.min(leastPivot, pivot / diagonal);
    lower[line + i] = Math.sqrt(pivot);
  }
  return { size, lower, leastPivot };
}

/** The solution x of L L' x = b. */
export function solve({ size, lower }: Factor, sides: Float64Array): Float64Array {
  const solution = Float64Array.from(sides);
  for (let i = 0; i < size; i++) {
    let rest = solution[i]!;
    for (let j = 0; j < i; j++) rest -= lower[i * size + j]! * solution[j]!;
    solution[i] = rest / lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = solution[i]! / lower[i * size + i]!;
    solution[i] = value;
    for (let j = 0; j < i; j++) solution[j]! -= lower[i * size + j]! * value;
  }
  return solution;
}

/** The inverse of L L', full and symmetric. */
export function invert(factor: Factor): Float64Array {
  const { size } = factor;
  const inverse = new Float64Array(size * size);
  const side = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    side.fill(0);
    side[i] = 1;
    const column = solve(factor, side);
    for (let j = 0; j < size; j++) inverse[j * size + i] = column[j]!;
  }
  return inverse;
}

function dot(values: Float64Array, a: number, b: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let k = 0;
  for (; k + 1 < count; k += 2) {
    s0 += values[a + k]! * values[b + k]!;
    s1 += values[a + k + 1]! * values[b + k + 1]!;
  }
  return k < count ? s0 + s1 + values[a + k]! * values[b + k]! : s0 + s1;
}
