import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAxis } from '../../../src/explain/global/create-axis.ts';
import { createReservoir } from '../../../src/explain/global/create-reservoir.ts';
import { groupByValue } from '../../../src/explain/global/group-by-value.ts';
import { shorten } from '../../../src/explain/global/shorten.ts';
import { stackDots } from '../../../src/explain/global/stack-dots.ts';
import type { Feature } from '../../../src/model/index.ts';
import { createSeededRandom } from '../../../src/testing/index.ts';

describe('an axis', () => {
  it('has round numbers between its ends', () => {
    const texts = (min: number, max: number, ticks: number) =>
      createAxis(min, max, ticks).ticks.map(({ text }) => text);
    expect(texts(-1.92, 1.7, 5)).toEqual(['−1.5', '−1.0', '−0.5', '0', '0.5', '1.0', '1.5']);
    expect(texts(0, 9000, 4)).toEqual(['0', '2,000', '4,000', '6,000', '8,000']);
    expect(texts(3, 3, 4)).toEqual(['3', '3']);
  });

  it('never ends in something that is no number, nor in many of them', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 2, max: 8 }), (a, b, count) => {
        const [min, max] = a < b ? [a, b] : [b, a];
        const { place, ticks } = createAxis(min, max, count);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(3 * count + 1);
        for (const { value } of ticks) {
          expect(place(value)).toBeGreaterThanOrEqual(-1e-9);
          expect(place(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
        if (min < max) expect([place(min), place(max)]).toEqual([0, 1]);
      }),
    );
  });
});

describe('a reservoir', () => {
  it('takes each row with the same probability', () => {
    const random = createSeededRandom(3);
    const taken = Array.from({ length: 20 }, () => 0);
    for (let round = 0; round < 4000; round++) {
      const place = createReservoir(5, random);
      const kept: number[] = [];
      for (let row = 0; row < 20; row++) {
        const at = place();
        if (at !== -1) kept[at] = row;
      }
      for (const row of kept) taken[row]!++;
    }
    // each is expected 1,000 times, with a standard deviation of 27
    for (const times of taken) expect(Math.abs(times - 1000)).toBeLessThan(120);
  });
});

describe('stacked dots', () => {
  it('stay in their lane, the lowest rank at the bottom', () => {
    const points = Array.from({ length: 200 }, (_, rank) => ({
      across: 0.5,
      rank: (rank * 7) % 200,
      look: 'plain' as const,
    }));
    const dots = stackDots([...points, { across: 0.9, rank: 0, look: 's0' }], 20);
    const downs = dots.slice(0, 200).map(({ down }) => down);
    expect(downs).toEqual(downs.toSorted((a, b) => b - a));
    expect(Math.min(...downs)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...downs)).toBeLessThanOrEqual(18);
    expect(dots.at(-1)).toEqual({ across: 0.9, down: 10, look: 's0' });
  });
});

describe('groups of rows by value', () => {
  const number: Feature = { name: 'x', type: 'number', required: false };
  const word: Feature = {
    name: 'x',
    type: 'category',
    categories: Array.from({ length: 14 }, (_, code) => `c${code}`),
    required: false,
  };
  const halves = (values: Float64Array) => values.map((_, row) => row / 2);
  const labelled = (feature: Feature, values: number[]) => {
    const numbers = Float64Array.from(values);
    return groupByValue(feature, numbers, halves(numbers)).map(
      ({ label, rows }) => `${label}: ${rows.length}`,
    );
  };

  it('are one per category, in the order of the codes, missing values last', () => {
    expect(labelled(word, [2, 0, Number.NaN, 2])).toEqual(['c0: 1', 'c2: 2', 'not given: 1']);
  });

  it('are one for all but the nine most frequent of many categories', () => {
    const values = Array.from({ length: 14 }, (_, code) => code).flatMap((code) =>
      Array<number>(code < 5 ? 1 : 3).fill(code),
    );
    expect(labelled(word, values)).toEqual([
      ...[5, 6, 7, 8, 9, 10, 11, 12, 13].map((code) => `c${code}: 3`),
      '5 others: 5',
    ]);
  });

  it('call a category that the schema does not list another', () => {
    expect(labelled(word, [14])).toEqual(['another: 1']);
  });

  it('are one per number when there are few', () => {
    expect(labelled(number, [3, 1, 3])).toEqual(['1: 1', '3: 2']);
  });

  it('are eight ranges of many numbers, with infinite ones apart', () => {
    const values = Array.from({ length: 80 }, (_, value) => value);
    expect(labelled(number, values).at(-1)).toBe('70 to 79: 10');
    expect(labelled(number, values)).toHaveLength(8);
    const ends = labelled(number, [...values, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect([ends[0], ends.at(-1), ends.length]).toEqual(['−∞: 1', '∞: 1', 10]);
  });

  it('have every row once, with its mean and extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 3 })), { minLength: 1 }),
        (values) => {
          const attributions = halves(Float64Array.from(values));
          const groups = groupByValue(number, Float64Array.from(values), attributions);
          expect(groups.flatMap(({ rows }) => rows).toSorted((a, b) => a - b)).toEqual([
            ...values.keys(),
          ]);
          for (const { max, mean, min, rows } of groups) {
            const parts = rows.map((row) => attributions[row]!);
            expect([min, max]).toEqual([Math.min(...parts), Math.max(...parts)]);
            expect(mean).toBeCloseTo(parts.reduce((sum, part) => sum + part) / parts.length, 12);
          }
        },
      ),
    );
  });
});

describe('a shortened text', () => {
  it('is the text itself when it fits', () => {
    expect(shorten('Contract', 8)).toBe('Contract');
  });

  it('ends in an ellipsis when it does not', () => {
    expect(shorten('Contract', 7)).toBe('Contra…');
    expect(shorten('契約の種類', 7)).toBe('契約の…');
  });
});
