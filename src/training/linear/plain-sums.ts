// What: scores X v, products X'r and the weighted Gram matrix X'WX of one block of rows.
// Source: the definitions; assembly/weighted-gram.ts computes the same with vectors and is compared with these.
// Complexity: O(rows * columns); O(rows * columns^2 / 2) for the Gram matrix.
// Invariant: two lanes over the columns of a score; rows in groups of four, (first + second) before (third + fourth).

/** Columns that become rows. */
export interface ColumnsToLay {
  readonly columns: readonly (Float32Array | Float64Array)[];
  readonly means: Float64Array;
  readonly units: Float64Array;
  /** Whether a column of ones comes after them. */
  readonly hasOnes: boolean;
}

/** Rows that stand one after the other: `columns` numbers each, an even count; `count` is a multiple of four. */
export interface RowBlock {
  readonly values: Float64Array;
  /** Where the first number of the first row is. */
  readonly start: number;
  readonly count: number;
  readonly columns: number;
}

/** Writes the numbers of some rows of columns: less the mean, times the unit. */
export function layRows(
  { values, start, count, columns }: RowBlock,
  from: ColumnsToLay,
  first: number,
): void {
  const { means, units } = from;
  for (const [at, column] of from.columns.entries()) {
    const mean = means[at]!;
    const unit = units[at]!;
    let to = start + at;
    for (let i = first; i < first + count; i++, to += columns)
      values[to] = (column[i]! - mean) * unit;
  }
  if (!from.hasOnes) return;
  for (let row = 0; row < count; row++) values[start + row * columns + from.columns.length] = 1;
}

/** Writes the sum of each row's numbers times those of `vector` to `into`, from `at` on. */
export function scoreRows(
  { values, start, count, columns }: RowBlock,
  vector: Float64Array,
  into: Float64Array,
  at: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = start + row * columns;
    let even = 0;
    let odd = 0;
    for (let column = 0; column < columns; column += 2) {
      even += values[from + column]! * vector[column]!;
      odd += values[from + column + 1]! * vector[column + 1]!;
    }
    into[at + row] = even + odd;
  }
}

/** Writes for each column the sum of its numbers times those of `weights`, which has one per row from `at` on. */
export function sumRows(
  { values, start, count, columns }: RowBlock,
  weights: Float64Array,
  at: number,
  into: Float64Array,
): void {
  into.fill(0, 0, columns);
  for (let row = 0; row < count; row += 4) {
    const first = start + row * columns;
    const second = first + columns;
    const third = second + columns;
    const fourth = third + columns;
    const w0 = weights[at + row]!;
    const w1 = weights[at + row + 1]!;
    const w2 = weights[at + row + 2]!;
    const w3 = weights[at + row + 3]!;
    for (let column = 0; column < columns; column++) {
      const upper = w0 * values[first + column]! + w1 * values[second + column]!;
      const lower = w2 * values[third + column]! + w3 * values[fourth + column]!;
      into[column] = into[column]! + upper + lower;
    }
  }
}

/** Writes X'WX, below and on the diagonal, to `into`. */
export function sumSquares(
  { values, start, count, columns }: RowBlock,
  weights: Float64Array,
  at: number,
  into: Float64Array,
): void {
  into.fill(0, 0, columns * columns);
  for (let row = 0; row < count; row += 4) {
    const first = start + row * columns;
    const second = first + columns;
    const third = second + columns;
    const fourth = third + columns;
    const w0 = weights[at + row]!;
    const w1 = weights[at + row + 1]!;
    const w2 = weights[at + row + 2]!;
    const w3 = weights[at + row + 3]!;
    for (let a = 0; a < columns; a++) {
      const c0 = w0 * values[first + a]!;
      const c1 = w1 * values[second + a]!;
      const c2 = w2 * values[third + a]!;
      const c3 = w3 * values[fourth + a]!;
      const line = a * columns;
      for (let b = 0; b <= a; b++) {
        const upper = c0 * values[first + b]! + c1 * values[second + b]!;
        const lower = c2 * values[third + b]! + c3 * values[fourth + b]!;
        into[line + b] = into[line + b]! + upper + lower;
      }
    }
  }
}
