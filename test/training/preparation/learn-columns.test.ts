import { describe, expect, test } from 'vitest';
import type { Feature } from '../../../src/model/index.ts';
import type { TrainingTable } from '../../../src/training/index.ts';
import { learnColumns } from '../../../src/training/preparation/learn-columns.ts';
import { prepareTable } from '../../../src/training/preparation/prepare-table.ts';

const features: readonly Feature[] = [
  { name: 'x', type: 'number', required: false },
  { name: 'c', type: 'category', categories: ['a', 'b', 'd'], required: false },
  { name: 'same', type: 'number', required: false },
];
const gap = Number.NaN;

function tableOf(...values: readonly (readonly number[])[]): TrainingTable {
  return {
    rows: values[0]!.length,
    columns: features.map(({ categories = [], name, type }, index) => ({
      name,
      type,
      values: Float64Array.from(values[index]!),
      categories,
    })),
  };
}

describe('columns of linear models', () => {
  const table = tableOf([1, gap, 3, 8], [2, 0, gap, 2], [5, 5, 5, 5]);

  test('are standardised with the median for gaps, one per category seen, and one per feature with gaps', () => {
    const columns = learnColumns(table, features, { dropFirst: false });
    // mean and deviation of 1, 3, 3, 8
    const scale = Math.sqrt((2.75 ** 2 + 2 * 0.75 ** 2 + 4.25 ** 2) / 4);
    expect(columns).toEqual([
      { name: 'x', from: [{ feature: 'x' }], missing: 3, center: 3.75, scale },
      {
        name: 'x is missing',
        from: [{ feature: 'x', isMissing: true }],
        missing: null,
        center: 0,
        scale: 1,
      },
      { name: 'c=d', from: [{ feature: 'c', equals: 'd' }], missing: 1, center: 0, scale: 1 },
      {
        name: 'c is missing',
        from: [{ feature: 'c', isMissing: true }],
        missing: null,
        center: 0,
        scale: 1,
      },
    ]);
    const made = prepareTable(table, features, columns);
    expect(made.columns.map(({ values }) => [...values])).toEqual([
      [1, 3, 3, 8].map((value) => (value - 3.75) / scale),
      [0, 1, 0, 0],
      [1, 0, 1, 1],
      [0, 0, 1, 0],
    ]);
  });

  test('do not know the rows that they are not learned from', () => {
    const part = (extreme: number, code: number) => {
      const whole = tableOf(
        [1, gap, 3, 8, extreme, gap],
        [2, 0, gap, 2, code, code],
        [5, 5, 5, 5, extreme, 1],
      );
      const columns = whole.columns.map((column) => ({
        ...column,
        values: column.values.subarray(0, 4),
      }));
      return learnColumns({ rows: 4, columns }, features, { dropFirst: false });
    };
    expect(part(1e9, 1)).toEqual(part(-3, 0));
    expect(part(1e9, 1)).toEqual(learnColumns(table, features, { dropFirst: false }));
  });

  test('leave out the first category where there is no penalty', () => {
    const all = tableOf([1, 2, 3], [0, 1, 2], [1, 1, 1]);
    const names = (dropFirst: boolean) =>
      learnColumns(all, features, { dropFirst }).map(({ name }) => name);
    expect(names(false)).toEqual(['x', 'c=a', 'c=b', 'c=d']);
    expect(names(true)).toEqual(['x', 'c=b', 'c=d']);
  });
});
