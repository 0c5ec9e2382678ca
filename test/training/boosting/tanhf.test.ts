import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tanhf } from '../../../src/training/boosting/objectives/tanhf.ts';

test('tanhf is that of the C library, bit for bit, where the nearest float32 would not be', () => {
  const pairs = JSON.parse(readFileSync('test/fixtures/libm/tanhf.json', 'utf8')) as [
    number,
    number,
  ][];
  expect(pairs.filter(([x, expected]) => tanhf(x) !== expected)).toEqual([]);
  expect(
    pairs.filter(([x, expected]) => Math.fround(Math.tanh(x)) !== expected).length,
  ).toBeGreaterThan(10);
});
