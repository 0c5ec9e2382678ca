import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPostProcessor } from '../../src/inference/links.ts';
import type { Link } from '../../src/model/index.ts';

function answers(
  link: Link,
  scores: readonly number[],
  arithmetic: 'float32' | 'float64' = 'float64',
): number[] {
  const values = Float64Array.from(scores);
  findPostProcessor({ link, arithmetic, slope: 1 })(values);
  return [...values];
}

const score = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const scores = fc.array(score, { minLength: 1, maxLength: 8 });
const arithmetics = ['float32', 'float64'] as const;

test('identity and probability leave scores as they are', () => {
  expect(answers('identity', [-3, 0, 7])).toEqual([-3, 0, 7]);
  expect(answers('probability', [0.2, 0.8])).toEqual([0.2, 0.8]);
});

test('a probability that rounding moved out of 0..1 is at its end, and no other is moved', () => {
  expect(answers('probability', [1.0000001, -1e-9, 1.1, -0.1])).toEqual([1, 0, 1.1, -0.1]);
});

test('probit is the float32 of ONNX Runtime in any arithmetic', () => {
  // answered by onnxruntime 1.31.1; the quantile of 0.4 is -0.2533471
  const fractions = [0.4, 0.9000000357627869, 0.3, 0.8].map(Math.fround);
  const expected = [
    -0.2533535063266754, 1.2817132472991943, -0.5244458913803101, 0.8417561054229736,
  ];
  for (const arithmetic of arithmetics) {
    expect(answers('probit', fractions, arithmetic)).toEqual(expected);
  }
});

test('hinge is 1 above zero and 0 at it', () => {
  expect(answers('hinge', [-1, -0, 0, 5e-324])).toEqual([0, 0, 0, 1]);
});

test('ascending is the scores, the lowest first', () => {
  expect(answers('ascending', [10, -2, 9, -30])).toEqual([-30, -2, 9, 10]);
  expect(answers('ascending', [10, -2, 9], 'float32')).toEqual([-2, 9, 10]);
});

describe('logistic', () => {
  test('is a half at zero and goes to the ends without overflow', () => {
    expect(answers('logistic', [0, -1e308, 1e308])).toEqual([0.5, 0, 1]);
    expect(answers('logistic', [0, 1e38], 'float32')).toEqual([0.5, 1]);
  });

  test('stays above zero in float32, since XGBoost stops the exponent at 88.7', () => {
    const [lowest] = answers('logistic', [-1e38], 'float32');
    expect(lowest).toBe(Math.fround(1 / Math.fround(Math.exp(Math.fround(88.7)))));
  });
});

test('exponential overflows to infinity in float32 where float64 does not', () => {
  expect(answers('exponential', [0, 1])).toEqual([1, Math.E]);
  expect(answers('exponential', [0, 89], 'float32')).toEqual([1, Number.POSITIVE_INFINITY]);
});

describe.each(['softmax', 'one-vs-rest'] as const)('%s', (link) => {
  test.each(arithmetics)('gives probabilities that sum to 1 in %s', (arithmetic) => {
    fc.assert(
      fc.property(scores, (list) => {
        const result = answers(link, list.map(Math.fround), arithmetic);
        expect(result.every((p) => p >= 0 && p <= 1)).toBe(true);
        const sum = result.reduce((total, p) => total + p, 0);
        expect(sum).toBeCloseTo(1, arithmetic === 'float32' ? 5 : 12);
      }),
      { seed: 7 },
    );
  });

  test('keeps the order of the scores', () => {
    fc.assert(
      fc.property(scores, (list) => {
        const result = answers(link, list);
        for (const [i, a] of list.entries())
          for (const [j, b] of list.entries())
            if (a > b) expect(result[i]).toBeGreaterThanOrEqual(result[j]!);
      }),
      { seed: 7 },
    );
  });
});

test('softmax does not change when all scores move together', () => {
  expect(answers('softmax', [1001, 1002, 1003])).toEqual(answers('softmax', [1, 2, 3]));
});

test('one-vs-rest shares one logistic per label', () => {
  const [a, b] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(2))];
  expect(answers('one-vs-rest', [1, -2])).toEqual([a / (a + b), b / (a + b)]);
});

test('one-vs-rest gives labels the same when all are too improbable for a float64', () => {
  expect(answers('one-vs-rest', [-1000, -1001])).toEqual([0.5, 0.5]);
});
