import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerCurve,
  calibrationCurve,
  probabilityCurve,
} from '../../src/explain/interventional/answer-curve.ts';
import type { CalibratedMember, Calibration, LinearModel } from '../../src/model/index.ts';

const model: LinearModel = {
  kind: 'linear-model',
  columns: ['a'],
  outputs: 1,
  arithmetic: 'float64',
  weights: Float64Array.of(1),
  intercepts: Float64Array.of(0),
  link: 'logistic',
  slope: 1,
};
const isotonic: Calibration = {
  kind: 'per-output',
  calibrators: [
    {
      kind: 'isotonic',
      x: Float64Array.of(0.25, 0.5, 0.5 + 2 ** -10, 0.75),
      y: Float64Array.of(0.125, 0.25, 0.5, 1),
    },
  ],
};

function calibrated(calibration: Calibration, on: CalibratedMember['on'] = 'answer'): AnswerCurve {
  const steps = { features: 1, steps: [], columns: [0] };
  return calibrationCurve({ steps, model, on, calibration });
}

const sigmoid: Calibration = {
  kind: 'per-output',
  calibrators: [{ kind: 'sigmoid', slope: -3, intercept: 1 }],
};
const temperature: Calibration = { kind: 'temperature', beta: 0.7 };
const curves: readonly (readonly [string, AnswerCurve])[] = [
  ['logistic', probabilityCurve(model)!],
  ['logistic with a slope', probabilityCurve({ link: 'logistic', slope: -2.5 })!],
  ['sigmoid of an answer', calibrated(sigmoid)],
  ['sigmoid of a score', calibrated(sigmoid, 'score')],
  ['isotonic of an answer', calibrated(isotonic)],
  ['isotonic of a score', calibrated(isotonic, 'score')],
  ['temperature of an answer', calibrated(temperature)],
  ['temperature of a score', calibrated(temperature, 'score')],
];
const smooth = curves.filter(([name]) => !name.startsWith('isotonic'));
const score = fc.double({ min: -6, max: 6, noNaN: true });

describe.each(curves)('the chord of %s', (_, curve) => {
  it('times the distance is the difference of the answers', () => {
    const close = fc.tuple(score, fc.integer({ min: -52, max: 2 })).map(([from, power]) => {
      return [from, from + 2 ** power] as const;
    });
    fc.assert(
      fc.property(fc.oneof(close, fc.tuple(score, score)), ([one, other]) => {
        const difference = curve.at(one) - curve.at(other);
        const chord = curve.chord(one, other);
        expect(Math.abs(chord * (one - other) - difference)).toBeLessThan(1e-13);
        // to rounding the same from the other end
        expect(Math.abs(curve.chord(other, one) - chord)).toBeLessThanOrEqual(
          1e-9 * Math.abs(chord),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe.each(smooth)('the chord of %s', (_, curve) => {
  it('is the derivative where both ends are one, and hardly another where they nearly are', () => {
    fc.assert(
      fc.property(score, (at) => {
        const derivative = (curve.at(at + 1e-5) - curve.at(at - 1e-5)) / 2e-5;
        expect(Math.abs(curve.chord(at, at) - derivative)).toBeLessThan(1e-9);
        const near = curve.chord(at, at + 2 ** -40);
        expect(Math.abs(near - derivative)).toBeLessThan(1e-9);
      }),
    );
  });
});

it('the chord of an isotonic piece is its slope, and beyond the points 0', () => {
  const curve = calibrated(isotonic, 'score');
  expect(curve.chord(0.3, 0.3 + 2 ** -52)).toBe(0.5);
  expect(curve.chord(0.3, 0.3)).toBe(0.5);
  expect(curve.chord(0.5, 0.5)).toBe(2 ** 8);
  expect(curve.chord(0.75, 0.75)).toBe(0);
  expect(curve.chord(0.8, 3)).toBe(0);
  expect(curve.chord(-1, 0.2)).toBe(0);
  expect(curve.chord(-1, 0.5)).toBe(0.125 / 1.5);
  expect([-1, 0.25, 0.375, 0.5, 0.75, 9].map((at) => curve.at(at))).toEqual([
    0.125, 0.125, 0.1875, 0.25, 1, 1,
  ]);
});

it('the logistic stays exact where one answer is rounded away', () => {
  const [, curve] = curves[0]!;
  expect(curve.chord(800, 0)).toBe(0.5 / 800);
  expect(curve.chord(-800, 0)).toBe(0.5 / 800);
  expect(curve.chord(700, 701) / Math.exp(-700)).toBeCloseTo(1 - Math.exp(-1), 12);
});
