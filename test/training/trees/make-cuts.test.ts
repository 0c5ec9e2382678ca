import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binColumn, encodeColumn } from '../../../src/training/trees/bin-table.ts';
import { makeCuts } from '../../../src/training/trees/make-cuts.ts';
import { makeGaps, makeWide, weightsOf } from '../boosting/training-sets.ts';
import { floatsOf, readFixture } from '../boosting/xgboost-fixtures.ts';

describe('cut points', () => {
  const sets = { gaps: makeGaps().table, wide: makeWide().table };

  it.each(readFixture('cuts'))(
    'are those of XGBoost 3.4.1 for $set, $maxBin bins, weighted $weighted',
    ({ columns, maxBin, set, weighted }) => {
      const { columns: ours, rows } = sets[set];
      for (const [index, base64] of columns.entries()) {
        const values = Float32Array.from(ours[index]!.values);
        const cuts = makeCuts(values, maxBin, weighted ? weightsOf(rows) : null);
        // XGBoost gives a lower bound of -Infinity first
        expect([Number.NEGATIVE_INFINITY, ...cuts]).toEqual([...floatsOf(base64)]);
      }
    },
  );

  it('of an empty column are one small number', () => {
    const cuts = Float32Array.of(1e-5);
    expect(makeCuts(new Float32Array(3).fill(Number.NaN), 256, null)).toEqual(cuts);
    expect(makeCuts(Float32Array.of(1, 2), 256, Float32Array.of(0, 0))).toEqual(cuts);
  });

  it('count 0 and -0 as one value', () => {
    expect(makeCuts(Float32Array.of(0, -0, 1, -0), 256, null)).toEqual(
      makeCuts(Float32Array.of(0, 1), 256, null),
    );
  });

  it('ascend strictly, are at most as many as bins, and the last is above all values', () => {
    const values = fc.float32Array({ minLength: 1, maxLength: 300, noDefaultInfinity: true });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 40 }), (column, maxBin) => {
        const cuts = makeCuts(column, maxBin, null);
        expect(cuts.length).toBeLessThanOrEqual(maxBin);
        for (let cut = 1; cut < cuts.length; cut++)
          expect(cuts[cut]).toBeGreaterThan(cuts[cut - 1]!);
        for (const value of column)
          if (!Number.isNaN(value)) expect(cuts.at(-1)).toBeGreaterThan(value);
      }),
    );
  });
});

describe('bins', () => {
  it('are how many cuts are not above a value, the last one for all above', () => {
    const cuts = Float32Array.of(1, 2, 4);
    const values = Float32Array.of(0, 1, 1.5, 2, 3.9, 4, 9, Number.NaN);
    expect(encodeColumn(values, cuts, false)).toEqual({
      cuts,
      isCategory: false,
      bins: 3,
      hasMissing: true,
      codes: Uint8Array.of(0, 1, 1, 2, 2, 2, 2, 3),
    });
  });

  it.each([
    [256, false, Uint8Array],
    [256, true, Uint16Array],
    [255, true, Uint8Array],
    [257, false, Uint16Array],
  ])('%d of them, missing %s, are kept in a %o', (categories, isMissing, Codes) => {
    const values = Float32Array.from({ length: categories + 1 }, (_, code) =>
      code < categories ? code : isMissing ? Number.NaN : 0,
    );
    const column = binColumn(values, true, { maxBin: 256, weights: null });
    expect(column.codes).toBeInstanceOf(Codes);
    expect(column.bins).toBe(categories);
    expect(column.codes.at(-1)).toBe(isMissing ? categories : 0);
  });
});
