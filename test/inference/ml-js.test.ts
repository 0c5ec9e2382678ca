import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createPredictor } from '../../src/inference/index.ts';
import { loadMlJs } from '../formats/ml-js-fixtures.ts';

function predictorOf(bytes: Uint8Array) {
  return createPredictor(readArtifact(bytes).pipeline);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

describe('ml-random-forest', () => {
  const binary = loadMlJs('forest-binary');
  const multiclass = loadMlJs('forest-multiclass');
  const regression = loadMlJs('forest-regression');

  test.each([
    ['binary', binary, 2],
    ['multiclass', multiclass, 3],
  ])(
    '%s: probabilities are the mean of what the library finds in its leaves',
    (_name, forest, classes) => {
      const predictor = predictorOf(forest.bytes);
      for (const [index, row] of forest.rows.entries()) {
        const expected = Array.from({ length: classes }, (_, label) =>
          mean(forest.trees[index]!.map((leaf) => (leaf as number[])[label] ?? 0)),
        );
        const { probability, probabilities, margin } = predictor.predictValues(row);
        const answer = probabilities ?? [1 - probability!, probability!];
        for (const [label, p] of answer.entries()) expect(p).toBeCloseTo(expected[label]!, 14);
        expect(margin).toBeNull();
      }
    },
  );

  test('a probability is never outside 0 and 1', () => {
    for (const { bytes, rows } of [binary, multiclass]) {
      const predictor = predictorOf(bytes);
      for (const row of rows) {
        const { probability, probabilities } = predictor.predictValues(row);
        for (const p of probabilities ?? [probability!]) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test('a regression answers what the library does, bit for bit', () => {
    const predictor = predictorOf(regression.bytes);
    for (const [index, row] of regression.rows.entries()) {
      const value = regression.labels[index];
      expect(predictor.predictValues(row)).toEqual({ margin: value, value, prediction: value });
    }
  });
});

describe('ml-logistic-regression', () => {
  test('two classes: the probability is what the library gives to the other class, turned round', () => {
    const { bytes, rows, others, labels } = loadMlJs('logistic-binary');
    const predictor = predictorOf(bytes);
    for (const [index, row] of rows.entries()) {
      const { margin, probability, prediction } = predictor.predictValues(row);
      expect(probability).toBeCloseTo(1 - others[index]![1]!, 14);
      expect(margin).toBeCloseTo(Math.log(1 / others[index]![1]! - 1), 8);
      expect(prediction).toBe(labels[index]);
    }
  });

  test('three classes: the probabilities are shares of what the library leaves to each', () => {
    const { bytes, rows, others, labels } = loadMlJs('logistic-multiclass');
    const predictor = predictorOf(bytes);
    for (const [index, row] of rows.entries()) {
      const own = others[index]!.map((other) => 1 - other);
      const { probabilities, prediction } = predictor.predictValues(row);
      for (const [label, p] of probabilities!.entries()) {
        expect(p).toBeCloseTo(own[label]! / (3 * mean(own)), 14);
      }
      expect(prediction).toBe(labels[index]);
    }
  });

  test('a missing value leaves no answer', () => {
    const predictor = predictorOf(loadMlJs('logistic-binary').bytes);
    expect(predictor.margins(Float64Array.of(1, 2, Number.NaN, 3))).toEqual(Float64Array.of(NaN));
  });
});
