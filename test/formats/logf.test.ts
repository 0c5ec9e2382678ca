import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { logf } from '../../src/formats/xgboost/logf.ts';

test('logf is that of the C library, bit for bit, where the nearest float32 would not be', () => {
  const pairs = JSON.parse(readFileSync('test/fixtures/libm/logf.json', 'utf8')) as [
    number,
    number,
  ][];
  expect(pairs.filter(([x, expected]) => !Object.is(logf(x), expected))).toEqual([]);
  expect(
    pairs.filter(([x, expected]) => Math.fround(Math.log(x)) !== expected).length,
  ).toBeGreaterThan(10);
  expect(logf(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
