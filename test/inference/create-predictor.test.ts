import { describe, expect, test } from 'vitest';
import { createPredictor } from '../../src/inference/index.ts';
import type { FeatureSteps, LinearModel, Pipeline } from '../../src/model/index.ts';

const steps: FeatureSteps = { features: 1, steps: [], columns: [0] };
const linear: LinearModel = {
  kind: 'linear-model',
  columns: ['x'],
  outputs: 1,
  arithmetic: 'float64',
  slope: 1,
  weights: Float64Array.of(2),
  intercepts: Float64Array.of(1),
  link: 'logistic',
};
const pipeline: Pipeline = {
  schema: { features: [{ name: 'x', type: 'number', required: false }] },
  steps,
  model: linear,
  task: 'binary',
  labels: ['stays', 'leaves'],
  decisionThreshold: 0.5,
};
const three: LinearModel = {
  ...linear,
  outputs: 3,
  weights: Float64Array.of(0, 1, 1),
  intercepts: Float64Array.of(0, 0, 0),
  link: 'softmax',
};

function predict(change: Partial<Pipeline>, x: number) {
  return createPredictor({ ...pipeline, ...change }).predictValues(Float64Array.of(x));
}

describe('a binary model', () => {
  test('answers margin, probability of the positive label, and label', () => {
    expect(predict({}, 1)).toEqual({
      margin: 3,
      probability: 1 / (1 + Math.exp(-3)),
      prediction: 'leaves',
    });
  });

  test('predicts the positive label from the threshold on', () => {
    expect(predict({}, -0.5)).toMatchObject({ probability: 0.5, prediction: 'leaves' });
    expect(predict({ decisionThreshold: 0.51 }, -0.5).prediction).toBe('stays');
  });
});

describe('a multiclass model', () => {
  const change = { model: three, task: 'multiclass', labels: ['a', 'b', 'c'] } as const;

  test('answers one margin and one probability per label', () => {
    const { margin, probabilities } = predict(change, 0);
    expect(margin).toEqual([0, 0, 0]);
    expect(probabilities).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  test('predicts the label of the highest margin, the first of equals', () => {
    expect(predict(change, 0).prediction).toBe('a');
    expect(predict(change, 1).prediction).toBe('b');
    expect(predict(change, -1).prediction).toBe('a');
  });
});

describe('a regression', () => {
  test('answers a number, which is also the prediction', () => {
    const model = { ...linear, link: 'exponential' } as const;
    const value = Math.exp(3);
    const answer = { margin: 3, value, prediction: value };
    expect(predict({ model, task: 'regression', labels: [] }, 1)).toEqual(answer);
  });

  test('of several outputs answers lists', () => {
    const model = { ...three, link: 'identity' } as const;
    const list = [0, 2, 2];
    const answer = { margin: list, value: list, prediction: list };
    expect(predict({ model, task: 'regression', labels: [] }, 2)).toEqual(answer);
  });
});

test('answers stay as they were when the next row is predicted', () => {
  const predictor = createPredictor({
    ...pipeline,
    model: three,
    task: 'multiclass',
    labels: [0, 1, 2],
  });
  const first = predictor.predictValues(Float64Array.of(1));
  const margins = predictor.margins(Float64Array.of(1));
  const before = structuredClone({ first, margins });
  predictor.predictValues(Float64Array.of(-7));
  expect({ first, margins }).toEqual(before);
});

test.each<[string, Partial<Pipeline>, RegExp]>([
  ['columns', { steps: { ...steps, columns: [] } }, /0 columns for a model of 1/],
  ['features', { steps: { ...steps, features: 2 } }, /steps from 2 values for rows of 1/],
  ['labels', { labels: ['only'] }, /1 labels for a binary model/],
  ['labels of a regression', { task: 'regression' }, /2 labels for a regression model/],
  ['outputs', { model: three }, /3 outputs for a binary model/],
  ['link', { model: { ...linear, link: 'identity' } }, /the link identity for a binary model/],
])('refuses %s that do not fit the model', (_name, change, message) => {
  expect(() => createPredictor({ ...pipeline, ...change })).toThrow(message);
});

describe('a batch', () => {
  const twice: FeatureSteps = {
    features: 1,
    steps: [{ kind: 'multiply', of: 0, operand: 2 }],
    columns: [1],
  };
  const predictor = createPredictor({ ...pipeline, steps: twice });

  test('of more rows than are taken at a time is answered as each row is', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, row) => row / 1000 - 5);
    const alone = Array.from(values, (x) => predictor.predictValues(Float64Array.of(x)));
    expect(predictor.predictBatch(values, values.length)).toEqual(alone);
    expect(predictor.predictBatch(values, 0)).toEqual([]);
  });

  test.each([2, -1, 0.5, Number.NaN])('of %d rows that are not there is refused', (count) => {
    expect(() => predictor.predictBatch(Float64Array.of(1), count)).toThrow(RangeError);
  });
});
