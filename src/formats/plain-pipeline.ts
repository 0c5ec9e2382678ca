import type {
  Feature,
  FeatureSteps,
  Label,
  LinearModel,
  Pipeline,
  Task,
  TreeEnsemble,
} from '../model/index.ts';

/** What a reader knows of a model whose columns are the features of a row. */
export interface PlainPipelineInput {
  readonly model: TreeEnsemble | LinearModel;
  readonly task: Task;
  /** Classification: what the outputs stand for in the file, `0 .. K-1`; binary `[0, 1]`. Empty for regression. */
  readonly labels: readonly Label[];
  /** @default 0.5 */
  readonly decisionThreshold?: number | undefined;
  /** How the features become columns, when not as they are. */
  readonly steps?: FeatureSteps | undefined;
  /** @default one number per column, which may be missing where the model has an answer for that, as trees do and weighted sums do not */
  readonly features?: readonly Feature[] | undefined;
}

/** The pipeline of a file that says nothing about rows but their columns. */
export function plainPipeline({
  model,
  task,
  labels,
  decisionThreshold = 0.5,
  features = model.columns.map((name) => numberFeature(name, model.kind === 'tree-ensemble')),
  steps = plainSteps(features.length),
}: PlainPipelineInput): Pipeline {
  return { schema: { features }, steps, model, task, labels, decisionThreshold };
}

/** A feature that is any number, handed on as it is. */
export function numberFeature(name: string, nullable: boolean): Feature {
  return { name, type: 'number', required: false, nullable };
}

/** Each feature is a column. */
export function plainSteps(features: number): FeatureSteps {
  return { features, steps: [], columns: Array.from({ length: features }, (_, index) => index) };
}
