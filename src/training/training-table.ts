import type { Category } from '../model/index.ts';

/** The inputs of a training, column by column. */
export interface TrainingTable {
  readonly rows: number;
  readonly columns: readonly TrainingColumn[];
}

/** One input: numbers, or codes of categories. */
export interface TrainingColumn {
  readonly name: string;
  /** `integer` is a number without a fraction. */
  readonly type: 'number' | 'integer' | 'category';
  /** One per row; NaN is missing; a category is its place in `categories`. */
  readonly values: Float32Array | Float64Array;
  /** The categories by their codes; empty for numbers. */
  readonly categories: readonly Category[];
}
