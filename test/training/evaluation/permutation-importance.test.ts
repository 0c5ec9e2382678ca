import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import {
  measurePermutationImportance,
  type PermutationImportanceOptions,
} from '../../../src/training/index.ts';

const random = createSeededRandom(4);
const rows = 400;

function column(name: string): PermutationImportanceOptions<unknown>['table']['columns'][number] {
  const values = Float64Array.from({ length: rows }, () => random());
  return { name, type: 'number', values, categories: [] };
}

const table = { rows, columns: [column('strong'), column('weak'), column('unread')] };
type Table = typeof table;

function predict({
  columns: [strong, weak],
}: Table | PermutationImportanceOptions<unknown>['table']): Float64Array {
  return strong!.values.map((value, row) => 3 * value + weak!.values[row]!) as Float64Array;
}

const targets = predict(table);

function score(answers: Float64Array): number {
  return -answers.reduce((sum, answer, row) => sum + (answer - targets[row]!) ** 2, 0) / rows;
}

describe('permutation importance', () => {
  it('is 0 for a column that is not read, and what shuffling costs for the others', () => {
    const found = measurePermutationImportance({ table, predict, score, repeats: 20, seed: 1 });
    const [strong, weak, unread] = found.columns;
    expect(unread).toEqual({
      name: 'unread',
      mean: 0,
      standardDeviation: 0,
      draws: Array.from({ length: 20 }, () => 0),
    });
    // twice the variance of a uniform number, times the square of its factor
    expect(strong!.mean).toBeCloseTo((2 * 9) / 12, 0);
    expect(weak!.mean).toBeCloseTo(2 / 12, 1);
    expect(weak!.standardDeviation!).toBeGreaterThan(0);
    expect(Math.abs(strong!.mean / weak!.mean - 9)).toBeLessThan(1);
  });

  it('leaves the table as it was and is the same for the same seed', () => {
    const before = table.columns.map(({ values }) => values.slice());
    const first = measurePermutationImportance({ table, predict, score, seed: 3 });
    expect(table.columns.map(({ values }) => values)).toEqual(before);
    expect(measurePermutationImportance({ table, predict, score, seed: 3 })).toEqual(first);
    expect(measurePermutationImportance({ table, predict, score, seed: 4 })).not.toEqual(first);
  });

  it('has no spread of a single repeat', () => {
    const { columns } = measurePermutationImportance({ table, predict, score, repeats: 1 });
    expect(columns.map(({ standardDeviation }) => standardDeviation)).toEqual([null, null, null]);
  });

  it('ends when it is cancelled', () => {
    const controller = new AbortController();
    let asked = 0;
    const counted = (given: PermutationImportanceOptions<unknown>['table']): Float64Array => {
      if (++asked === 3) controller.abort();
      return predict(given);
    };
    expect(() =>
      measurePermutationImportance({ table, predict: counted, score, signal: controller.signal }),
    ).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    expect(asked).toBe(3);
  });

  it.each([
    ['no repeats', { repeats: 0 }, 'INVALID_CONFIG'],
    ['a fraction as seed', { seed: 0.5 }, 'INVALID_CONFIG'],
    ['a score that is NaN', { score: () => Number.NaN }, 'INVALID_DATA'],
  ])('is refused for %s', (_, options, code) => {
    expect(() => measurePermutationImportance({ table, predict, score, ...options })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
