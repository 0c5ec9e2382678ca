import { SpillwayError } from '../core/index.ts';
import type { Model } from './model.ts';
import type { Prediction } from './prediction.ts';

/** Probabilities may miss a sum of 1 by this much: float32 softmax over many labels does. */
const sumTolerance = 1e-4;

/**
 * Throws `INVALID_OUTPUT` unless the prediction is one that a caller can act on: the right shape for the task, numbers
 * finite, probabilities within 0..1 and, for several labels, summing to 1 (but where the training library gives each label
 * a probability of its own). Models written by users are not trusted.
 */
export function checkPrediction(
  prediction: Prediction,
  { labels, pipeline, task }: Pick<Model, 'labels' | 'pipeline' | 'task'>,
): void {
  // a model written by a user may answer anything
  const answered: unknown = prediction;
  if (answered instanceof Promise) refuse('prediction', 'an answer at once, not a promise');
  if (typeof answered !== 'object' || answered === null) refuse('prediction', 'an object');
  if (task === 'binary') {
    const { probability } = prediction;
    if (!isProbability(probability)) {
      // only a number is told: what else a model gives may be anything
      const came = typeof probability === 'number' ? probability : `a ${typeof probability}`;
      refuse('probability', `a number from 0 to 1, got ${came}`);
    }
    if (!isLabel(prediction.prediction, labels)) refuse('prediction', 'one of the labels');
    return;
  }
  if (task === 'multiclass') {
    const { probabilities } = prediction;
    if (
      !Array.isArray(probabilities) ||
      probabilities.length !== labels.length ||
      !probabilities.every(isProbability)
    ) {
      refuse('probabilities', `${labels.length} numbers from 0 to 1`);
    }
    const sum = probabilities.reduce((total, probability) => total + probability, 0);
    const areIndependent = pipeline?.model.link === 'independent-logistic';
    if (!areIndependent && Math.abs(sum - 1) > sumTolerance) refuse('probabilities', 'a sum of 1');
    if (!isLabel(prediction.prediction, labels)) refuse('prediction', 'one of the labels');
    return;
  }
  const { value } = prediction;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every(Number.isFinite)) refuse('value', 'finite numbers');
}

function isLabel(value: unknown, labels: readonly unknown[]): boolean {
  return labels.includes(value);
}

function isProbability(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function refuse(field: string, expected: string): never {
  throw new SpillwayError(
    'INVALID_OUTPUT',
    `the model answered no usable ${field}: expected ${expected}`,
  );
}
