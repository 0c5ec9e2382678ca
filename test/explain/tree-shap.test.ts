import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTreeShap } from '../../src/explain/tree-shap.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { bruteForceShap, valueOf } from './brute-force.ts';
import { chain } from './chain.ts';
import { exactShap } from './exact-shap.ts';
import { randomEnsemble, randomRow, treeInput } from './random-ensemble.ts';

const columns = 4;
const everyColumn = 2 ** columns - 1;

function explain(ensemble: TreeEnsemble, row: Float64Array) {
  const shap = createTreeShap(ensemble);
  const attributions = new Float64Array(ensemble.columns.length * ensemble.outputs);
  const scores = new Float64Array(ensemble.outputs);
  shap.attribute(row, attributions);
  shap.score(row, scores);
  return { base: shap.base, attributions, scores };
}

function swap(c: number): number {
  return [1, 0, 2, 3][c]!;
}

function largestDifference(one: Float64Array, other: Float64Array): number {
  return one.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index]!)), 0);
}

describe('tree SHAP of random ensembles', () => {
  it('is the sum over all coalitions, whatever repeats, covers and missing values', () => {
    fc.assert(
      fc.property(randomEnsemble(columns), randomRow(columns), (ensemble, row) => {
        const { base, attributions, scores } = explain(ensemble, row);
        expect(largestDifference(attributions, bruteForceShap(ensemble, row))).toBeLessThan(1e-12);
        expect(largestDifference(base, valueOf(ensemble, row, 0))).toBeLessThan(1e-12);
        expect(largestDifference(scores, valueOf(ensemble, row, everyColumn))).toBeLessThan(1e-12);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a column that no tree looks at exactly zero', () => {
    fc.assert(
      fc.property(randomEnsemble(columns), randomRow(columns + 1), (ensemble, row) => {
        const wider = { ...ensemble, columns: [...ensemble.columns, 'unused'] };
        const unused = explain(wider, row).attributions.subarray(columns * ensemble.outputs);
        expect([...unused].every((attribution) => attribution === 0)).toBe(true);
      }),
    );
  });

  it('swaps the attributions when two columns swap places', () => {
    fc.assert(
      fc.property(randomEnsemble(columns), randomRow(columns), (ensemble, row) => {
        const swapped = explain(
          { ...ensemble, column: ensemble.column.map(swap) },
          row.map((_, c) => row[swap(c)]!),
        );
        const { outputs } = ensemble;
        const expected = explain(ensemble, row).attributions.map((_, index, attributions) => {
          const c = Math.floor(index / outputs);
          return attributions[swap(c) * outputs + (index % outputs)]!;
        });
        expect(swapped.attributions).toEqual(expected);
      }),
    );
  });

  it('explains a row the same after any other row', () => {
    fc.assert(
      fc.property(
        randomEnsemble(columns),
        randomRow(columns),
        randomRow(columns),
        (ensemble, row, other) => {
          const shap = createTreeShap(ensemble);
          const [first, second] = [0, 0].map(() => new Float64Array(columns * ensemble.outputs));
          shap.attribute(row, first!);
          shap.attribute(other, second!);
          shap.attribute(row, second!);
          expect(second).toEqual(first);
        },
      ),
    );
  });
});

describe('tree SHAP of single models', () => {
  it('attributes nothing when every tree is one leaf', () => {
    const ensemble = createTreeEnsemble({
      columns: ['a'],
      outputs: 2,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0.5, 0],
      divisor: 1,
      link: 'softmax',
      trees: [1, 2, 4].map((value, tree) => treeInput({ share: 1, leaf: [value] }, tree % 2)),
    });
    const { base, attributions } = explain(ensemble, Float64Array.of(3));
    expect([...base]).toEqual([5.5, 2]);
    expect([...attributions]).toEqual([0, 0]);
  });

  it('rounds a value to float32 before it compares, as the predictor does', () => {
    const split = {
      share: 1,
      column: 0,
      threshold: Math.fround(0.1),
      missingLeft: false,
      left: { share: 0.5, leaf: [-1] },
      right: { share: 0.5, leaf: [1] },
    };
    const attribution = (arithmetic: 'float32' | 'float64') =>
      explain(
        createTreeEnsemble({
          columns: ['a'],
          outputs: 1,
          leafSize: 1,
          arithmetic,
          base: [0],
          divisor: 1,
          link: 'identity',
          trees: [treeInput(split)],
        }),
        Float64Array.of(0.1),
      ).attributions[0];
    expect(attribution('float32')).toBe(1);
    expect(attribution('float64')).toBe(-1);
  });

  it('stays exact for 60 columns on one path', { timeout: 30_000 }, () => {
    const random = createSeededRandom(1);
    const ensemble = chain(72, 60, random, random);
    const row = new Float64Array(60).fill(1).with(40, 0);
    const { base, attributions, scores } = explain(ensemble, row);
    expect(largestDifference(attributions, exactShap(ensemble, row))).toBeLessThan(1e-14);
    const sum = attributions.reduce((total, attribution) => total + attribution, base[0]!);
    expect(Math.abs(sum - scores[0]!)).toBeLessThan(1e-14);
  });

  it('explains a chain 10,000 levels deep', () => {
    const random = createSeededRandom(2);
    const ensemble = chain(10_000, 5, random, () => 0.999);
    const { base, attributions, scores } = explain(ensemble, Float64Array.of(0.99, 2, 2, 2, 2));
    const sum = attributions.reduce((total, attribution) => total + attribution, base[0]!);
    expect(Math.abs(sum - scores[0]!)).toBeLessThan(1e-12);
  });

  it('refuses a tree whose exact attribution would take more memory than allowed', () => {
    const ensemble = chain(10_000, 10_000, createSeededRandom(3), () => 0.999);
    const refused = () => createTreeShap(ensemble);
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow('tree 0 is 10000 levels deep');
  });

  it('refuses trees without covers, and says what is missing', () => {
    const { cover, ...rest } = treeInput({ share: 1, leaf: [1] });
    expect(cover).not.toBeNull();
    const ensemble = createTreeEnsemble({
      columns: ['a'],
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      divisor: 1,
      link: 'identity',
      trees: [{ ...rest, cover: null }],
    });
    const refused = () => createTreeShap(ensemble);
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow('no covers');
  });
});
