/**
 * How the inputs of a model are made from a row. Values are numbered: first the `features` values of the row, in order,
 * then what each step makes. Each step works on values with lower numbers.
 */
export interface FeatureSteps {
  /** How many values go in. */
  readonly features: number;
  readonly steps: readonly FeatureStep[];
  /** The number of the value that each column takes. */
  readonly columns: readonly number[];
}

/**
 * One operation in float64, rounded once. A missing value (NaN) stays missing unless the step says otherwise; `of` is the
 * number of the value it works on.
 */
export type FeatureStep =
  /** The first value that is not missing. */
  | { readonly kind: 'first'; readonly of: readonly number[] }
  /** `value` where it is missing. */
  | { readonly kind: 'fill'; readonly of: number; readonly value: number }
  /** Missing where it is within `tolerance` of `value`. */
  | {
      readonly kind: 'forget';
      readonly of: number;
      readonly value: number;
      readonly tolerance: number;
    }
  /** 1 where it is missing, else 0. */
  | { readonly kind: 'is-missing'; readonly of: number }
  | {
      readonly kind: 'add' | 'multiply' | 'divide';
      readonly of: number;
      readonly operand: number;
    }
  | { readonly kind: 'clip'; readonly of: number; readonly min: number; readonly max: number }
  /** To the nearest float32. */
  | { readonly kind: 'round'; readonly of: number }
  /** The largest whole number that is not above it. */
  | { readonly kind: 'floor'; readonly of: number }
  /** Its whole part. */
  | { readonly kind: 'truncate'; readonly of: number }
  /** 1 where it equals the operand (or is at least, or above it), else 0. */
  | {
      readonly kind: 'equals' | 'at-least' | 'above';
      readonly of: number;
      readonly operand: number;
    }
  /** `values[i]` where it is `keys[i]`, ascending; `other` for any other number. */
  | {
      readonly kind: 'recode';
      readonly of: number;
      readonly keys: Float64Array;
      readonly values: Float64Array;
      readonly other: number;
    }
  /**
   * `values[i]` where the terms that several values pick add up, modulo 2^64, to key i; `other` for any other sum, and
   * where one of them picks no term. Terms and keys are 64-bit numbers as two halves, the upper first.
   */
  | {
      readonly kind: 'recode-together';
      readonly of: readonly number[];
      /** Of each value its terms, that of the whole number n at 2n; any other number, and a missing one, picks none. */
      readonly terms: readonly Uint32Array[];
      /** Ascending. */
      readonly keys: Uint32Array;
      readonly values: Float64Array;
      readonly other: number;
    }
  /** Divided by the norm of several values: the largest size, the sum of sizes, or the root of the sum of squares; by 1 when that is 0. */
  | {
      readonly kind: 'normalize';
      readonly of: number;
      readonly norm: 'max' | 'l1' | 'l2';
      readonly among: readonly number[];
    };
