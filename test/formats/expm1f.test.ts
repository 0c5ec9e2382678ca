import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expm1f } from '../../src/formats/xgboost/expm1f.ts';

test('expm1f is that of the C library, bit for bit, where the nearest float32 would not be', () => {
  const pairs = JSON.parse(readFileSync('test/fixtures/libm/expm1f.json', 'utf8')) as [
    number,
    number,
  ][];
  expect(pairs.filter(([x, expected]) => !Object.is(expm1f(x), expected))).toEqual([]);
  expect(
    pairs.filter(([x, expected]) => Math.fround(Math.expm1(x)) !== expected).length,
  ).toBeGreaterThan(10);
});
