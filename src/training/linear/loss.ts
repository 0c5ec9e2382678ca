/**
 * A smooth convex loss of linear scores, a mean over rows, that is walked over step by step: it stands at one point,
 * is aimed in a direction and asked at steps along it. Parameters are output by output, the intercept last.
 */
export interface Loss {
  /** How many parameters there are: outputs times columns of the matrix. */
  readonly size: number;
  readonly outputs: number;
  /** Goes to a point. @returns the loss there. */
  begin(parameters: Float64Array): number;
  /** Chooses the direction of the next steps, one number per parameter. */
  aim(direction: Float64Array): void;
  /** The loss so many directions away from where it stands. */
  lossAt(step: number): number;
  /** The derivative along the direction where `lossAt` was asked last. */
  slope(): number;
  /** Goes to where `lossAt` was asked last. */
  move(): void;
  /** The derivatives where it stands. */
  gradient(): Float64Array;
  /**
   * The second derivatives where it stands, for these columns of the matrix only: full and symmetric, output by output.
   * What a step cannot change (a constant added to all outputs of a softmax) is pinned, so that it is not singular by that.
   */
  hessian(columns: Int32Array): Float64Array;
  /** Largest size of a score where it stands; of several outputs, their largest difference. */
  reach(): number;
  /** The same of what one step of the direction changes. */
  reachOfDirection(): number;
  /** Whether every row is on its own side: then a classifier without a penalty has no optimum. */
  isApart(): boolean;
}

/** What a loss is over. Vectors have one number per row and zeros up to `paddedRows` of the matrix. */
export interface LossRows {
  /** The weight of each row as a share of all weights. */
  readonly shares: Float64Array;
  readonly rows: number;
}

/** Largest size of the first numbers. */
export function largest(values: Float64Array, count: number = values.length): number {
  let most = 0;
  for (let i = 0; i < count; i++) {
    const size = Math.abs(values[i]!);
    if (size > most) most = size;
  }
  return most;
}
