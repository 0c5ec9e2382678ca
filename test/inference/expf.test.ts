import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expf } from '../../src/inference/expf.ts';

test('expf is that of the C library, bit for bit, where the nearest float32 would not be', () => {
  const pairs = JSON.parse(readFileSync('test/fixtures/libm/expf.json', 'utf8')) as [
    number,
    number,
  ][];
  expect(pairs.filter(([x, expected]) => !Object.is(expf(x), expected))).toEqual([]);
  expect(
    pairs.filter(([x, expected]) => Math.fround(Math.exp(x)) !== expected).length,
  ).toBeGreaterThan(10);
  expect(expf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(expf(Number.NaN)).toBeNaN();
});
