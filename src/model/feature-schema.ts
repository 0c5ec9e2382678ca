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
  /** How the feature may differ in a counterfactual; without it, it may not. */
  readonly changeable?: Changeable | undefined;
  /** How a reason is worded that this feature gives. @default a sentence made of the label and the value */
  readonly reason?: FeatureReason | undefined;
}

/** In which bounds a counterfactual may change a feature. */
export interface Changeable {
  /** Numbers: the only direction. @default both */
  readonly direction?: 'increase' | 'decrease' | undefined;
  /** Numbers: smallest value that may be proposed. @default the feature's own */
  readonly min?: number | undefined;
  /** Numbers: largest value that may be proposed. @default the feature's own */
  readonly max?: number | undefined;
  /** Numbers: proposed values are multiples of it. @default 1 for integers, else none */
  readonly step?: number | undefined;
  /** Categories: the only ones that may be proposed. @default all */
  readonly to?: readonly Category[] | undefined;
}

/** The card's words for a reason. */
export interface FeatureReason {
  /** The code in the owner's catalogue of reasons. @default the feature's name */
  readonly code?: string | undefined;
  /** The sentence when the feature raises the output. */
  readonly raises?: string | undefined;
  /** The sentence when the feature lowers the output. */
  readonly lowers?: string | undefined;
}

/** The columns of a row, in the order in which a row given as an array lists them. */
export interface FeatureSchema {
  readonly features: readonly Feature[];
}

/** A row: an object keyed by feature name, or an array in the order of the schema's features. */
export type Row = Readonly<Record<string, unknown>> | readonly unknown[];
