import { describe, expect, test } from 'vitest';
import { createRowEncoder } from '../../src/inference/index.ts';
import type { Column, ColumnSource } from '../../src/model/index.ts';

const plain: Column = { name: 'x', sources: [], missing: Number.NaN, center: 0, scale: 1 };
const value = (feature: number): ColumnSource => ({ feature, take: 'value', operand: 0 });

function encode(columns: readonly Partial<Column>[], values: readonly number[]): number[] {
  const into = new Float64Array(columns.length);
  const encoder = createRowEncoder(columns.map((column) => ({ ...plain, ...column })));
  encoder(Float64Array.from(values), into);
  return [...into];
}

test('a value is handed on as it is, missing or not', () => {
  expect(encode([{ sources: [value(1)] }, { sources: [value(0)] }], [5, Number.NaN])).toEqual([
    Number.NaN,
    5,
  ]);
});

test('the first source that is not missing counts', () => {
  const columns = [{ sources: [value(0), value(1), value(2)] }];
  expect(encode(columns, [Number.NaN, 3, 4])).toEqual([3]);
  expect(encode(columns, [2, 3, 4])).toEqual([2]);
});

test('a column whose sources are all missing takes what stands for missing, before scaling', () => {
  const column = { sources: [value(0)], missing: 10, center: 4, scale: 3 };
  expect(encode([column], [Number.NaN])).toEqual([2]);
  expect(encode([column], [1])).toEqual([-1]);
});

describe('a test of a feature', () => {
  test('is 1 for the category asked for, and 0 for any other', () => {
    const column = { sources: [{ feature: 0, take: 'equals', operand: 2 } as const], missing: 0.5 };
    expect([0, 2, Number.NaN].flatMap((code) => encode([column], [code]))).toEqual([0, 1, 0.5]);
  });

  test('is 1 from the operand on', () => {
    const column = { sources: [{ feature: 0, take: 'at-least', operand: 2 } as const] };
    expect([1.9, 2, 3].flatMap((number) => encode([column], [number]))).toEqual([0, 1, 1]);
  });
});

test('a float32 row rounds what it takes', () => {
  const into = new Float32Array(2);
  const columns = [0, 1].map((feature) => ({ ...plain, sources: [value(feature)] }));
  createRowEncoder(columns)(Float64Array.of(0.1, 1e39), into);
  expect([...into]).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
});
