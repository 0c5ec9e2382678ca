import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/core/index.ts';
import { drawTruncatedNormal } from '../../src/explain/truncated-normal.ts';

const draws = 40_000;

describe('draws from the truncated normal distribution', () => {
  // mean and deviation by the closed form: mean = (phi(low) - phi(high)) / (Phi(high) - Phi(low))
  it.each([
    [0, 10, 0.7978846, 0.6028103],
    [-1, 1, 0, 0.5395602],
    [-0.5, 2, 0.4457438, 0.6136724],
    [-3, 0.25, -0.6398797, 0.6375515],
    [0, 1e-9, 5e-10, 2.8867513e-10],
  ])(
    'lie between %d and %d and have its mean and deviation there',
    (low, high, mean, deviation) => {
      const random = createSeededRandom(1);
      const drawn = Array.from({ length: draws }, () => drawTruncatedNormal(low, high, random));
      expect(drawn.every((value) => value >= low && value <= high)).toBe(true);
      const ours = drawn.reduce((sum, value) => sum + value, 0) / draws;
      const squares = drawn.reduce((sum, value) => sum + (value - ours) ** 2, 0) / draws;
      // four standard errors of a mean; a deviation's is smaller
      const tolerance = (4 * deviation) / Math.sqrt(draws);
      expect(Math.abs(ours - mean)).toBeLessThan(tolerance);
      expect(Math.abs(Math.sqrt(squares) - deviation)).toBeLessThan(tolerance);
    },
  );

  it('are 0 when there is nothing else', () => {
    expect(drawTruncatedNormal(0, 0, createSeededRandom(1))).toBe(0);
  });
});
