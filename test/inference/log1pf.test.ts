import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { log1pf } from '../../src/inference/log1pf.ts';

test('log1pf is that of the C library, bit for bit, where the nearest float32 would not be', () => {
  const pairs = JSON.parse(readFileSync('test/fixtures/libm/log1pf.json', 'utf8')) as [
    number,
    number,
  ][];
  expect(pairs.filter(([x, expected]) => !Object.is(log1pf(x), expected))).toEqual([]);
  expect(
    pairs.filter(([x, expected]) => Math.fround(Math.log1p(x)) !== expected).length,
  ).toBeGreaterThan(10);
});
