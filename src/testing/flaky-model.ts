import type { Model, Prediction } from '../model/index.ts';

/** A model whose health a test decides. */
export interface FlakyModel extends Model {
  /** From now on every answer is what this gives; it may throw. */
  breakWith(answer: () => Prediction): void;
  /** From now on the wrapped model answers again. */
  heal(): void;
  /** How often it was asked. */
  readonly calls: number;
}

/** Wraps a model so that a test can make it fail: throw, answer nonsense, or answer late by moving a fake clock. */
export function createFlakyModel(model: Model): FlakyModel {
  let broken: (() => Prediction) | null = null;
  let calls = 0;
  const ask = (healthy: () => Prediction): Prediction => {
    calls++;
    return broken === null ? healthy() : broken();
  };
  return {
    schema: model.schema,
    task: model.task,
    labels: model.labels,
    pipeline: model.pipeline,
    predict: (row) => ask(() => model.predict(row)),
    predictValues: (values) => ask(() => model.predictValues(values)),
    breakWith(answer) {
      broken = answer;
    },
    heal() {
      broken = null;
    },
    get calls() {
      return calls;
    },
  };
}
