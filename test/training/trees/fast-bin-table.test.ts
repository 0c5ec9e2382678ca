import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom, SpillwayError } from '../../../src/core/index.ts';
import type { TrainingColumn } from '../../../src/training/training-table.ts';
import { binTable } from '../../../src/training/trees/bin-table.ts';
import { binTableFast } from '../../../src/training/trees/fast-bin-table.ts';
import { orderValues } from '../../../src/training/trees/order-values.ts';

const samples = fc.record({
  seed: fc.integer(),
  rows: fc.constantFrom(1, 2, 3, 50, 999, 6000),
  maxBin: fc.constantFrom(2, 3, 16, 255, 256, 257, 1000),
  isWeighted: fc.boolean(),
  columns: fc.array(
    fc.record({
      isCategory: fc.constantFrom(false, false, false, true),
      missing: fc.constantFrom(0, 0, 0.3, 1),
      /** Values are rounded to so many a unit. */
      steps: fc.constantFrom(2, 100, 1e9),
      isDouble: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

test('bins are those of the plain way, with ties, weights, missing values and -0', () => {
  fc.assert(
    fc.property(
      samples,
      fc.constantFrom('wasm' as const, 'javascript' as const),
      (sample, engine) => {
        const random = createSeededRandom(sample.seed);
        const columns = sample.columns.map(({ isCategory, isDouble, missing, steps }, index) => {
          const draw = () => {
            if (random() < missing) return Number.NaN;
            if (isCategory) return Math.floor(random() * 300);
            return Math.round((random() - 0.5) * steps) / steps;
          };
          const drawn = Array.from({ length: sample.rows }, draw);
          return {
            name: `c${index}`,
            type: isCategory ? ('category' as const) : ('number' as const),
            values: isDouble ? Float64Array.from(drawn) : Float32Array.from(drawn),
            categories: isCategory ? Array.from({ length: 300 }, (_, code) => code) : [],
          };
        });
        const weights = sample.isWeighted
          ? Float32Array.from({ length: sample.rows }, () => Math.floor(random() * 4) / 3)
          : null;
        const table = { rows: sample.rows, columns };
        const options = { maxBin: sample.maxBin, weights };
        expect(binTableFast(table, options, engine)).toEqual(binTable(table, options));
      },
    ),
    { numRuns: 80 },
  );
});

test('what is wrong with columns is said as the plain way says it', () => {
  const number = (name: string, ...values: number[]): TrainingColumn => ({
    name,
    type: 'number',
    values: Float64Array.from(values),
    categories: [],
  });
  const category = (...values: number[]): TrainingColumn => ({
    ...number('category', ...values),
    type: 'category',
    categories: ['a', 'b'],
  });
  const options = { maxBin: 256, weights: null };
  for (const column of [
    number('infinite', 1, Number.POSITIVE_INFINITY),
    number('beyond', 1, 1e300),
    number('short', 1),
    category(0, 2),
    category(0, 0.5),
    category(-1, 0),
  ]) {
    const messageOf = (bin: typeof binTable): string => {
      try {
        bin({ rows: 2, columns: [number('fine', 1, 2), column] }, options);
      } catch (error) {
        return SpillwayError.isInstance(error) ? error.message : 'another error';
      }
      return 'no error';
    };
    expect(messageOf(binTableFast)).toBe(messageOf(binTable));
    expect(messageOf(binTableFast)).toContain(column.name);
  }
});

test('the order of values is that of a stable sort', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, -1))),
      (list) => {
        const values = Float32Array.from(list);
        const places = [...values.keys()].toSorted((a, b) => values[a]! - values[b]! || a - b);
        // infinities differ from themselves by NaN, which the sort takes for equal
        expect([...orderValues(values, values.length)]).toEqual(places);
      },
    ),
  );
});
