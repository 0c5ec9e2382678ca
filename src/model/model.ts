import type { FeatureSchema, Row } from './feature-schema.ts';
import type { Pipeline } from './pipeline.ts';
import type { Label, Prediction, Task } from './prediction.ts';

/** Anything that answers rows: what `readModel` gives, and what users may write themselves. */
export interface Model {
  readonly schema: FeatureSchema;
  readonly task: Task;
  /** Classification: the labels, binary as `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  /**
   * Answers one row.
   * @throws SpillwayError `INVALID_ROW` with every fault of the row.
   */
  predict(row: Row): Prediction;
  /**
   * Answers, at once, a row that was already read: one number per feature of the schema, categories by their code,
   * NaN = missing. The array is lent until it returns.
   */
  predictValues(values: Float64Array): Prediction;
  /**
   * Answers `count` rows that were read and stand one after the other, each as `predictValues` does and several times as
   * fast from about 16 rows on; models without it are asked row by row.
   */
  predictBatch?(values: Float64Array, count: number): Prediction[];
  /** The model as data, for explanations; `null` for a model that is only code. */
  readonly pipeline: Pipeline | null;
}

/** A model out of a file, which is data. */
export interface PipelineModel extends Model {
  readonly pipeline: Pipeline;
  predictBatch(values: Float64Array, count: number): Prediction[];
}
