import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRidge } from '../../src/explain/ridge.ts';

interface Sample {
  readonly ones: readonly number[];
  readonly answers: readonly number[];
  readonly weight: number;
}

const columns = 4;
const outputs = 2;
const alpha = 1;
const sample: fc.Arbitrary<Sample> = fc.record({
  ones: fc.subarray([...Array(columns).keys()]),
  answers: fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
    minLength: outputs,
    maxLength: outputs,
  }),
  weight: fc.double({ min: 0.01, max: 2, noNaN: true }),
});

function fit(samples: readonly Sample[]): ReturnType<ReturnType<typeof createRidge>['fit']> {
  const ridge = createRidge(columns, outputs);
  for (const { answers, ones, weight } of samples) {
    ridge.add(Int32Array.from([...ones, 99]), ones.length, Float64Array.from(answers), weight);
  }
  return ridge.fit(alpha);
}

describe('weighted ridge regression', () => {
  it('leaves no slope of its loss, in any coefficient or intercept, and reports the squares it leaves', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), (samples) => {
        const { coefficients, intercepts, r2 } = fit(samples);
        for (let k = 0; k < outputs; k++) {
          const misses = samples.map(({ answers, ones, weight }) => {
            const stands = ones.reduce(
              (sum, c) => sum + coefficients[c * outputs + k]!,
              intercepts[k]!,
            );
            return { ones, weight, miss: answers[k]! - stands };
          });
          const slope = misses.reduce((sum, { miss, weight }) => sum + weight * miss, 0);
          expect(slope).toBeCloseTo(0, 9);
          for (let c = 0; c < columns; c++) {
            const along = misses.reduce(
              (sum, { miss, ones, weight }) => sum + (ones.includes(c) ? weight * miss : 0),
              0,
            );
            expect(along - alpha * coefficients[c * outputs + k]!).toBeCloseTo(0, 9);
          }
          const weights = samples.reduce((sum, { weight }) => sum + weight, 0);
          const mean =
            samples.reduce((sum, { answers, weight }) => sum + weight * answers[k]!, 0) / weights;
          const total = samples.reduce(
            (sum, { answers, weight }) => sum + weight * (answers[k]! - mean) ** 2,
            0,
          );
          const left = misses.reduce((sum, { miss, weight }) => sum + weight * miss ** 2, 0);
          if (total > 1e-6) expect(r2[k]).toBeCloseTo(1 - left / total, 6);
        }
      }),
    );
  });

  it('fits answers that are all the same perfectly, with nothing', () => {
    const same = [[0], [0, 2], []].map((ones) => ({ ones, answers: [0, 0], weight: 0.3 }));
    const { coefficients, intercepts, r2 } = fit(same);
    expect([...coefficients].every((coefficient) => coefficient === 0)).toBe(true);
    expect([...intercepts, ...r2]).toEqual([0, 0, 1, 1]);
  });
});
