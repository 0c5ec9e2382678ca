// What: weighted ridge regression on columns of zeros and ones, rows one after the other, nothing kept of them but sums.
// Source: A. E. Hoerl and R. W. Kennard, Technometrics 12 (1970); columns and answers centred by their weighted means, so
//   that the intercept is not shrunk, as scikit-learn's Ridge with sample_weight. Cholesky: Golub and Van Loan, 4.2.
// Complexity: O(ones^2) per row, O(columns^3) for the fit; memory O(columns * (columns + outputs)).
// Invariant: (Z'WZ + alpha I) coefficients = Z'Wy, Z and y centred; r2 = 1 - weighted squares left / weighted squares.

/** A linear stand-in: output k of column c has its coefficient at `c * outputs + k`. */
export interface RidgeFit {
  readonly coefficients: Float64Array;
  /** One per output. */
  readonly intercepts: Float64Array;
  /** Weighted coefficient of determination per output; 1 for answers that are all the same. */
  readonly r2: Float64Array;
}

/** A regression that is being fed. */
export interface Ridge {
  /** Takes a row: its first `count` numbers of `ones` are its columns that are 1, each once and ascending; `answers` has one number per output. */
  add(ones: Int32Array, count: number, answers: Float64Array, weight: number): void;
  /** Solves; call it once, and last. `alpha` above 0 makes every fit well-defined. */
  fit(alpha: number): RidgeFit;
}

/** Begins a regression of so many outputs on so many columns. Answers should be small differences from a typical one: squares of large ones lose digits. */
export function createRidge(columns: number, outputs: number): Ridge {
  let weights = 0;
  const ofColumns = new Float64Array(columns);
  // below and on the diagonal; first sums, then the matrix, then its factor
  const matrix = new Float64Array(columns * columns);
  const ofAnswers = new Float64Array(outputs);
  const ofSquares = new Float64Array(outputs);
  const products = new Float64Array(columns * outputs);

  return {
    add(ones, count, answers, weight) {
      weights += weight;
      for (let i = 0; i < count; i++) {
        const column = ones[i]!;
        ofColumns[column]! += weight;
        for (let j = 0; j <= i; j++) matrix[column * columns + ones[j]!]! += weight;
        for (let k = 0; k < outputs; k++) products[column * outputs + k]! += weight * answers[k]!;
      }
      for (let k = 0; k < outputs; k++) {
        ofAnswers[k]! += weight * answers[k]!;
        ofSquares[k]! += weight * answers[k]! * answers[k]!;
      }
    },
    fit(alpha) {
      for (let i = 0; i < columns; i++) {
        const mean = ofColumns[i]! / weights;
        for (let j = 0; j <= i; j++) matrix[i * columns + j]! -= mean * ofColumns[j]!;
        matrix[i * columns + i]! += alpha;
        for (let k = 0; k < outputs; k++) products[i * outputs + k]! -= mean * ofAnswers[k]!;
      }
      factorize(matrix, columns);
      const coefficients = products.slice();
      solve(matrix, columns, coefficients, outputs);
      const intercepts = new Float64Array(outputs);
      const r2 = new Float64Array(outputs);
      for (let k = 0; k < outputs; k++) {
        const mean = ofAnswers[k]! / weights;
        const squares = ofSquares[k]! - mean * ofAnswers[k]!;
        let intercept = mean;
        let explained = 0;
        for (let c = 0; c < columns; c++) {
          const coefficient = coefficients[c * outputs + k]!;
          intercept -= (coefficient * ofColumns[c]!) / weights;
          // by the normal equations, without the matrix
          explained += coefficient * (products[c * outputs + k]! + alpha * coefficient);
        }
        intercepts[k] = intercept;
        r2[k] = squares === 0 ? 1 : Math.max(0, Math.min(1, explained / squares));
      }
      return { coefficients, intercepts, r2 };
    },
  };
}

/** Overwrites a symmetric positive definite matrix, of which only the part below and on the diagonal is read, with L of L L'. */
function factorize(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[i * size + k]! * matrix[j * size + k]!;
      matrix[i * size + j] = i === j ? Math.sqrt(rest) : rest / matrix[j * size + j]!;
    }
  }
}

/** Overwrites the right sides, `width` of them beside each other, with the solutions of L L' x = b. */
function solve(factor: Float64Array, size: number, sides: Float64Array, width: number): void {
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < size; i++) {
      let rest = sides[i * width + k]!;
      for (let j = 0; j < i; j++) rest -= factor[i * size + j]! * sides[j * width + k]!;
      sides[i * width + k] = rest / factor[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      let rest = sides[i * width + k]!;
      for (let j = i + 1; j < size; j++) rest -= factor[j * size + i]! * sides[j * width + k]!;
      sides[i * width + k] = rest / factor[i * size + i]!;
    }
  }
}
