// What: least squares, and which columns depend on earlier ones, without squaring the condition of the matrix.
// Source: Gram-Schmidt twice over, as accurate as Householder's QR: Giraud, Langou and Rozloznik, Comput. Math. Appl. 50
//   (2005).
// Complexity: O(4 * rows * columns^2); memory of one more matrix.
// Invariant: the kept columns are Q R, the columns of Q orthonormal to rounding.

/** A column of which less than this share is left is a sum of earlier ones. */
const leastShare = 1e-10;

/** What is left of a matrix given column by column. */
export interface OrthogonalColumns {
  /** Which columns are not sums of earlier ones, ascending. */
  readonly kept: Int32Array;
  /** Least-squares solution for the kept columns. */
  solve(target: Float64Array): Float64Array;
  /** The inverse of X'X of the kept columns, full and symmetric. */
  invertGram(): Float64Array;
}

/** Factors the matrix, whose columns are used up. */
export function orthogonalize(columns: readonly Float64Array[]): OrthogonalColumns {
  const basis: Float64Array[] = [];
  // of kept column c: its shares of the earlier ones, then its own length
  const upper: number[][] = [];
  const kept: number[] = [];
  for (const [index, column] of columns.entries()) {
    const length = Math.sqrt(dot(column, column));
    const shares = project(basis, column);
    const left = Math.sqrt(dot(column, column));
    if (!(left > leastShare * length)) continue;
    for (let i = 0; i < column.length; i++) column[i]! /= left;
    basis.push(column);
    upper.push([...shares, left]);
    kept.push(index);
  }
  const size = kept.length;

  const backSubstitute = (sides: Float64Array): Float64Array => {
    for (let c = size - 1; c >= 0; c--) {
      sides[c]! /= upper[c]![c]!;
      for (let r = 0; r < c; r++) sides[r]! -= upper[c]![r]! * sides[c]!;
    }
    return sides;
  };

  return {
    kept: Int32Array.from(kept),
    solve: (target) => backSubstitute(project(basis, Float64Array.from(target))),
    invertGram() {
      // the columns of the inverse of R, of which X'X has the outer product
      const inverse = new Float64Array(size * size);
      for (let c = 0; c < size; c++) {
        const side = new Float64Array(size);
        side[c] = 1;
        backSubstitute(side);
        for (let a = 0; a <= c; a++) {
          for (let b = 0; b <= c; b++) inverse[a * size + b]! += side[a]! * side[b]!;
        }
      }
      return inverse;
    },
  };
}

/** Takes the shares of the basis out of a vector, twice, and returns them. */
function project(basis: readonly Float64Array[], vector: Float64Array): Float64Array {
  const shares = new Float64Array(basis.length);
  for (let pass = 0; pass < 2; pass++) {
    for (const [at, direction] of basis.entries()) {
      const share = dot(direction, vector);
      shares[at]! += share;
      for (let i = 0; i < vector.length; i++) vector[i]! -= share * direction[i]!;
    }
  }
  return shares;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let start = 0; start < a.length; start += 1024) {
    const end = Math.min(a.length, start + 1024);
    let part = 0;
    for (let i = start; i < end; i++) part += a[i]! * b[i]!;
    total += part;
  }
  return total;
}
