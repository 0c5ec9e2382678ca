import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../src/core/index.ts';

test('the same seed gives the published numbers of mulberry32', () => {
  const random = createSeededRandom(0);
  expect([random(), random(), random()]).toEqual([
    0.26642920868471265, 0.0003297457005828619, 0.2232720274478197,
  ]);
});

test('generators of the same seed agree and do not meet', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const one = createSeededRandom(seed);
      const other = createSeededRandom(seed);
      const first = Array.from({ length: 10 }, one);
      expect(Array.from({ length: 10 }, other)).toEqual(first);
      expect(first.every((number) => number >= 0 && number < 1)).toBe(true);
    }),
  );
});

test('the numbers are uniform', () => {
  const random = createSeededRandom(42);
  const counts = new Uint32Array(10);
  for (let draw = 0; draw < 100_000; draw++) counts[Math.floor(random() * 10)]! += 1;
  // chi-squared with 9 degrees of freedom stays below 27.9 with probability 0.999
  const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquared).toBeLessThan(27.9);
});
