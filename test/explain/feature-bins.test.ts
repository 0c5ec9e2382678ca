import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/core/index.ts';
import { createFeatureBins } from '../../src/explain/feature-bins.ts';
import type { Feature } from '../../src/model/index.ts';

const number: Feature = { name: 'f', type: 'number', required: false };
const integer: Feature = { name: 'f', type: 'integer', required: false };
const category: Feature = {
  name: 'f',
  type: 'category',
  categories: ['a', 'b', 'c'],
  required: false,
};

function bins(feature: Feature, ...column: number[]): ReturnType<typeof createFeatureBins> {
  return createFeatureBins(feature, Float64Array.from(column));
}

describe('the bins of a feature', () => {
  it('are cut at the quartiles of the background, upper edge inclusive', () => {
    const { binOf } = bins(number, 4, 1, 3, 2, 5);
    expect([-9, 1, 2, 2.01, 3, 4, 4.01, 99].map(binOf)).toEqual([0, 0, 0, 1, 1, 2, 3, 3]);
  });

  it('are fewer where quartiles coincide', () => {
    const { binOf, ofRows } = bins(number, 0, 0, 0, 0, 7);
    expect([...ofRows]).toEqual([0, 0, 0, 0, 1]);
    expect(binOf(-1)).toBe(0);
  });

  it('have one for what is missing, and of categories one each', () => {
    const { binOf, ofRows } = bins(category, 2, Number.NaN, 0);
    expect(new Set(ofRows).size).toBe(3);
    expect(ofRows[1]).toBe(binOf(Number.NaN));
    expect(binOf(1)).not.toBe(binOf(Number.NaN));
  });

  it('can all be drawn from, though numbers be huge, tiny or equal', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), fc.nat(), (column, seed) => {
        const { binOf, draw, ofRows } = bins(number, ...column);
        const random = createSeededRandom(seed);
        const present = column.filter((entry) => !Number.isNaN(entry));
        for (const bin of ofRows) {
          const drawn = draw(bin, random);
          expect(binOf(drawn)).toBe(bin);
          if (Number.isNaN(drawn)) continue;
          expect(drawn).toBeGreaterThanOrEqual(Math.min(...present));
          expect(drawn).toBeLessThanOrEqual(Math.max(...present));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are kept apart where the next number is the next float64', () => {
    const next = 1 + Number.EPSILON;
    const { binOf, draw, ofRows } = bins(number, 1, 1, 1, 1, 1, 1, next, next + Number.EPSILON);
    expect([...ofRows]).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    const random = createSeededRandom(3);
    const drawn = new Set(Array.from({ length: 2000 }, () => draw(1, random)));
    expect([...drawn].map(binOf)).toEqual([1, 1]);
  });

  it('give integers of integers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (column, seed) => {
          const { binOf, draw, ofRows } = bins(integer, ...column);
          const random = createSeededRandom(seed);
          for (const bin of ofRows) {
            const drawn = draw(bin, random);
            expect(Number.isInteger(drawn)).toBe(true);
            expect(binOf(drawn)).toBe(bin);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('give values with the mean and deviation of the bin, not only those of the background', () => {
    const column = Array.from({ length: 400 }, (_, row) => row / 4);
    const { binOf, draw } = bins(number, ...column);
    const random = createSeededRandom(5);
    const drawn = Array.from({ length: 20_000 }, () => draw(binOf(30), random));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    // the second bin reaches from 24.94 to 49.88
    expect(mean).toBeCloseTo(37.4, 0);
    expect(new Set(drawn).size).toBeGreaterThan(19_000);
    expect(Math.min(...drawn)).toBeGreaterThan(24.9375);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(49.875);
  });
});
