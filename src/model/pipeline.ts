import type { FeatureSchema } from './feature-schema.ts';
import type { LinearModel } from './linear-model.ts';
import type { Label, Task } from './prediction.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** Where a column's value comes from: one feature of the row, taken as it is or tested. */
export interface ColumnSource {
  /** Index of the feature in the schema. */
  readonly feature: number;
  /** `value`: the number, or the category's code. `equals`: 1 when the category's code is `operand`, else 0. `at-least`: 1 from `operand` on, else 0. */
  readonly take: 'value' | 'equals' | 'at-least';
  readonly operand: number;
}

/**
 * How one input of the model is made from a row: the first source whose feature is not missing gives v, else v is
 * `missing`; the column is `(v - center) / scale`.
 */
export interface Column {
  readonly name: string;
  readonly sources: readonly ColumnSource[];
  /** What stands for a missing value before scaling; NaN leaves it to the model. */
  readonly missing: number;
  readonly center: number;
  readonly scale: number;
}

/** A whole model as plain frozen data: a row's schema, how rows become columns, and what the columns become. */
export interface Pipeline {
  readonly schema: FeatureSchema;
  readonly columns: readonly Column[];
  readonly model: TreeEnsemble | LinearModel;
  readonly task: Task;
  /** Classification: the labels in the order of the outputs; binary: `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  /** Binary: the positive label is predicted from this probability on, inclusive. */
  readonly decisionThreshold: number;
}
