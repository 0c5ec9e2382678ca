/** A value that a category feature may take, as it stands in the training table. */
export type Category = string | number | boolean;

/** One column of the rows that people send. */
export interface Feature {
  readonly name: string;
  /** `integer` is a number without a fraction; `category` is one of `categories`. */
  readonly type: 'number' | 'integer' | 'category';
  /** The name in words for people who read an explanation. @default the name */
  readonly label?: string | undefined;
  /** The unit of a number, for people: `"USD per month"`. */
  readonly unit?: string | undefined;
  /** Smallest value allowed, inclusive. */
  readonly min?: number | undefined;
  /** Largest value allowed, inclusive. */
  readonly max?: number | undefined;
  /** The values allowed, in the order of their codes. */
  readonly categories?: readonly Category[] | undefined;
  /** Whether a string, number or truth value that is none of the categories is taken too; its code is the number of categories. @default false */
  readonly otherCategories?: boolean | undefined;
  /** The key must be in the row; an explicit `null` then says that the value is not known. */
  readonly required: boolean;
  /** Whether its value may be missing at all: absent, `null` or NaN. @default true */
  readonly nullable?: boolean | undefined;
  /** What a missing value means, in words. */
  readonly missing?: string | undefined;
  /** The direction in which the business expects the output to move when this feature grows. */
  readonly monotonic?: 'increasing' | 'decreasing' | undefined;
}

/** The columns of a row, in the order in which a row given as an array lists them. */
export interface FeatureSchema {
  readonly features: readonly Feature[];
}

/** A row: an object keyed by feature name, or an array in the order of the schema's features. */
export type Row = Readonly<Record<string, unknown>> | readonly unknown[];
