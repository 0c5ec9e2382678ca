import type { CalibratedModel } from './calibrated-model.ts';
import type { FeatureSchema } from './feature-schema.ts';
import type { FeatureSteps } from './feature-steps.ts';
import type { LinearModel } from './linear-model.ts';
import type { Label, Task } from './prediction.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** A whole model as plain frozen data: a row's schema, how rows become columns, and what the columns become. */
export interface Pipeline {
  readonly schema: FeatureSchema;
  /** From the features of the schema (categories by their code) to the columns of the model. */
  readonly steps: FeatureSteps;
  readonly model: TreeEnsemble | LinearModel | CalibratedModel;
  readonly task: Task;
  /** Classification: the labels in the order of the outputs; binary: `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  /** Binary: the positive label is predicted from this probability on, inclusive. */
  readonly decisionThreshold: number;
}
