// What: the columns of a table at unit scale about their means, as the matrix that a linear model is fitted on.
// Source: centring and scaling leave the optimum as it is when the intercept is free and penalties are scaled back.
// Complexity: O(rows * columns).
// Invariant: fold() of a fit on this matrix is the same function of the columns on the caller's scale.
import type { TrainingTable } from '../training-table.ts';
import { createRowMatrix, type MatrixEngine, type RowMatrix } from './row-matrix.ts';

/** The matrix of a fit, its rows and what leads back to the caller's columns. */
export interface Design {
  readonly matrix: RowMatrix;
  readonly hasIntercept: boolean;
  /** The columns of the table that are in the matrix, in order; the intercept comes after them. */
  readonly used: Int32Array;
  /** Means and scales of the columns in the matrix; means are 0 without an intercept. */
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** Names of the columns that say nothing: constant ones, without an intercept only those of zeros. */
  readonly constant: readonly string[];
}

/** The rows that count and their weights; rows of weight 0 are as if they were not there. */
export interface CountedRows {
  /** Their places in the table, ascending. */
  readonly rows: Uint32Array;
  /** Their weights as shares of the sum. */
  readonly shares: Float64Array;
  readonly totalWeight: number;
}

/** The rows with a weight above 0; all of them without weights. */
export function countRows(rows: number, weights: ArrayLike<number> | undefined): CountedRows {
  const counted = new Uint32Array(rows);
  const shares = new Float64Array(rows);
  if (weights === undefined) {
    for (let row = 0; row < rows; row++) counted[row] = row;
    return { rows: counted, shares: shares.fill(1 / rows), totalWeight: rows };
  }
  let count = 0;
  let totalWeight = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    counted[count] = row;
    shares[count] = weight;
    totalWeight += weight;
    count++;
  }
  for (let i = 0; i < count; i++) shares[i]! /= totalWeight;
  return { rows: counted.subarray(0, count), shares: shares.subarray(0, count), totalWeight };
}

/** How many numbers per row a loss of so many outputs keeps beside the matrix. */
function countVectors(outputs: number): number {
  return 4 * outputs + 1;
}

/** What a design is for. */
export interface DesignUse {
  readonly outputs: number;
  /** Whether there are going to be many passes over the rows. */
  readonly isKept: boolean;
  readonly engine: MatrixEngine;
}

/** Puts the columns of these rows at unit scale. */
export function createDesign(
  table: TrainingTable,
  { rows, shares }: CountedRows,
  hasIntercept: boolean,
  use: DesignUse,
): Design {
  const used: number[] = [];
  const means: number[] = [];
  const scales: number[] = [];
  const constant: string[] = [];
  const countedColumns = table.columns.map(({ values }) =>
    rows.length === table.rows ? values : Float64Array.from(rows, (row) => values[row]!),
  );
  for (const [index, { name }] of table.columns.entries()) {
    const { mean, scale } = measureColumn(countedColumns[index]!, shares, hasIntercept);
    if (scale === 0) constant.push(name);
    else {
      used.push(index);
      means.push(mean);
      scales.push(scale);
    }
  }
  const matrix = createRowMatrix({
    rows: rows.length,
    columns: {
      columns: used.map((index) => countedColumns[index]!),
      means: Float64Array.from(means),
      units: Float64Array.from(scales, (scale) => 1 / scale),
      hasOnes: hasIntercept,
    },
    isKept: use.isKept,
    vectors: countVectors(use.outputs),
    engine: use.engine,
  });
  return {
    matrix,
    hasIntercept,
    used: Int32Array.from(used),
    means: Float64Array.from(means),
    scales: Float64Array.from(scales),
    constant,
  };
}

/**
 * About the mean of a column and the root of the mean square about it (about 0 when not centred); a scale of 0 for numbers
 * that say nothing. They only serve to condition the matrix, so that rounding in them changes no result.
 */
export function measureColumn(
  values: Float32Array | Float64Array,
  shares: Float64Array,
  isCentred: boolean,
): { mean: number; scale: number } {
  const origin = isCentred ? values[0]! : 0;
  const { length } = values;
  let sum = 0;
  let squares = 0;
  let i = 0;
  // two at a time, so that the sums wait less for each other
  for (; i + 1 < length; i += 2) {
    const first = values[i]! - origin;
    const second = values[i + 1]! - origin;
    const firstPart = shares[i]! * first;
    const secondPart = shares[i + 1]! * second;
    sum += firstPart + secondPart;
    squares += firstPart * first + secondPart * second;
  }
  if (i < values.length) {
    const last = values[i]! - origin;
    sum += shares[i]! * last;
    squares += shares[i]! * last * last;
  }
  const mean = isCentred ? sum : 0;
  const variance = squares - mean * mean;
  // where that may have lost its digits, over- or underflowed: once more, carefully
  const isSound = variance > 1e-6 * squares && squares > 1e-280 && squares < 1e280;
  return isSound
    ? { mean: origin + mean, scale: Math.sqrt(variance) }
    : measureCarefully(values, shares, isCentred);
}

function measureCarefully(
  values: Float32Array | Float64Array,
  shares: Float64Array,
  isCentred: boolean,
): { mean: number; scale: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const size = isCentred ? high - low : Math.max(Math.abs(low), Math.abs(high));
  // below this a square underflows
  if (!(size > 1e-290)) return { mean: isCentred ? low : 0, scale: 0 };
  const origin = isCentred ? low : 0;
  const unit = 1 / size;
  let mean = 0;
  if (isCentred) {
    for (let i = 0; i < values.length; i++) mean += shares[i]! * ((values[i]! - origin) * unit);
  }
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const off = (values[i]! - origin) * unit - mean;
    squares += shares[i]! * off * off;
  }
  return { mean: origin + mean * size, scale: Math.sqrt(squares) * size };
}

/** Of one output: coefficients for all columns of the table, 0 for what is not in the matrix, and the intercept. */
function fold(
  { hasIntercept, means, scales, used }: Design,
  parameters: Float64Array,
  columns: number,
): { coefficients: Float64Array; intercept: number } {
  const coefficients = new Float64Array(columns);
  let intercept = hasIntercept ? parameters[used.length]! : 0;
  for (let at = 0; at < used.length; at++) {
    const coefficient = parameters[at]! / scales[at]!;
    coefficients[used[at]!] = coefficient;
    intercept -= coefficient * means[at]!;
  }
  return { coefficients, intercept };
}

/** The same of all outputs. */
export function foldAll(
  design: Design,
  parameters: Float64Array,
  outputs: number,
  columns: number,
): { coefficients: Float64Array; intercepts: Float64Array } {
  const width = parameters.length / outputs;
  const coefficients = new Float64Array(outputs * columns);
  const intercepts = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const own = parameters.subarray(output * width, (output + 1) * width);
    const folded = fold(design, own, columns);
    coefficients.set(folded.coefficients, output * columns);
    intercepts[output] = folded.intercept;
  }
  return { coefficients, intercepts };
}

/** The same design without some columns; `kept` are places in the matrix, ascending, with the intercept if there is one. */
export function keepColumns(design: Design, kept: Int32Array, matrix: RowMatrix): Design {
  const places = kept.filter((place) => place < design.used.length);
  return {
    ...design,
    matrix,
    used: places.map((place) => design.used[place]!),
    means: Float64Array.from(places, (place) => design.means[place]!),
    scales: Float64Array.from(places, (place) => design.scales[place]!),
  };
}
