import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverRatios } from '../../../src/explain/cover-ratios.ts';
import { annotateTrees } from '../../../src/explain/kernels/annotate-trees.ts';
import { createLaneShapKernel } from '../../../src/explain/kernels/lane-shap-kernel.ts';
import { createTreeShap } from '../../../src/explain/tree-shap.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../../src/model/index.ts';
import { createSeededRandom } from '../../../src/testing/index.ts';
import { bruteForceShap } from '../brute-force.ts';
import { chain } from '../chain.ts';
import { exactShap } from '../exact-shap.ts';
import { drawRows, fixtureEnsembles } from '../fixture-ensembles.ts';
import { largestError } from '../largest-error.ts';
import { randomEnsemble, randomRow, treeInput } from '../random-ensemble.ts';

const limit = 2 ** 28;
const columns = 4;

function createKernel(ensemble: TreeEnsemble, limitBytes = limit) {
  const ratios = coverRatios(ensemble);
  return createLaneShapKernel(ensemble, ratios, annotateTrees(ensemble, ratios), limitBytes);
}

function attribute(ensemble: TreeEnsemble, rows: Float64Array): Float64Array {
  const width = ensemble.columns.length;
  const attributions = new Float64Array(rows.length * ensemble.outputs).fill(Number.NaN);
  createKernel(ensemble)!(rows, rows.length / width, attributions);
  return attributions;
}

function attributePlainly(ensemble: TreeEnsemble, rows: Float64Array): Float64Array {
  const width = ensemble.columns.length;
  const attributions = new Float64Array(rows.length * ensemble.outputs);
  createTreeShap(ensemble).attributeRows(rows, rows.length / width, attributions);
  return attributions;
}

const ensembles = randomEnsemble(columns, { varied: true });
const manyRows = (most: number) =>
  fc
    .array(randomRow(columns), { minLength: 1, maxLength: most })
    .map((rows) => Float64Array.from(rows.flatMap((row) => [...row])));

describe('the lanes kernel on random ensembles', () => {
  it('attributes what the plain computation does', () => {
    fc.assert(
      fc.property(ensembles, manyRows(9), (ensemble, rows) => {
        const width = columns * ensemble.outputs;
        const plain = attributePlainly(ensemble, rows);
        expect(largestError(attribute(ensemble, rows), plain, width)).toBeLessThan(1e-12);
      }),
      { numRuns: 500 },
    );
  });

  it('is the sum over all coalitions', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), (ensemble, row) => {
        const expected = bruteForceShap(ensemble, row);
        expect(largestError(attribute(ensemble, row), expected, expected.length)).toBeLessThan(
          1e-12,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('attributes what the plain computation does to many columns in deep trees', () => {
    fc.assert(
      fc.property(
        randomEnsemble(12, { depth: 14, varied: true }),
        randomRow(12),
        (ensemble, row) => {
          const expected = attributePlainly(ensemble, row);
          expect(largestError(attribute(ensemble, row), expected, expected.length)).toBeLessThan(
            1e-12,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives a row the same bits alone, in any place and beside any rows', () => {
    fc.assert(
      fc.property(ensembles, manyRows(40), fc.nat(), (ensemble, rows, nth) => {
        const width = columns * ensemble.outputs;
        const at = nth % (rows.length / columns);
        const kernel = createKernel(ensemble)!;
        const together = new Float64Array(rows.length * ensemble.outputs);
        kernel(rows, rows.length / columns, together);
        const alone = new Float64Array(width);
        kernel(rows.slice(at * columns, (at + 1) * columns), 1, alone);
        expect(alone).toEqual(together.slice(at * width, (at + 1) * width));
      }),
    );
  });

  it('gives a column that no tree looks at exactly zero', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns + 1), (ensemble, row) => {
        const wider = { ...ensemble, columns: [...ensemble.columns, 'unused'] };
        const unused = attribute(wider, row).subarray(columns * ensemble.outputs);
        expect([...unused].every((value) => Object.is(value, 0))).toBe(true);
      }),
    );
  });
});

describe('the lanes kernel on models of real libraries', () => {
  const models = fixtureEnsembles();

  it('finds models of every library that keeps covers', () => {
    const libraries = new Set(models.map(([path]) => path.split('/')[0]!));
    expect([...libraries].toSorted()).toEqual([
      'catboost',
      'lightgbm',
      'pickle',
      'sklearn',
      'xgboost',
    ]);
  });

  it.each(models)('attributes what the plain computation does: %s', (_path, ensemble) => {
    const rows = drawRows(ensemble, 21, createSeededRandom(1));
    const width = ensemble.columns.length * ensemble.outputs;
    const plain = attributePlainly(ensemble, rows);
    expect(largestError(attribute(ensemble, rows), plain, width)).toBeLessThan(1e-12);
  });
});

describe('the lanes kernel on long chains', () => {
  it('stays exact for 60 columns on one path', { timeout: 30_000 }, () => {
    const random = createSeededRandom(1);
    const ensemble = chain(72, 60, random, random);
    const row = new Float64Array(60).fill(1).with(40, 0);
    const error = largestError(attribute(ensemble, row), exactShap(ensemble, row), 60);
    expect(error).toBeLessThan(1e-14);
  });

  it('attributes a chain of 128 levels, and leaves a deeper one to the plain computation', () => {
    const random = createSeededRandom(2);
    const ensemble = chain(128, 100, random, () => 0.99);
    const rows = Float64Array.from({ length: 300 }, random);
    const plain = attributePlainly(ensemble, rows);
    expect(largestError(attribute(ensemble, rows), plain, 100)).toBeLessThan(1e-12);
    expect(createKernel(chain(129, 3, random, random))).toBeNull();
  });
});

describe('the lanes kernel', () => {
  const forest = () => {
    const random = createSeededRandom(3);
    const trees = Array.from({ length: 20 }, () => chain(12, 7, random, random));
    return createTreeEnsemble({
      columns: trees[0]!.columns,
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      divisor: trees.length,
      link: 'identity',
      trees: trees.map((tree) => ({ ...tree, output: 0, missingLeft: [...tree.missingLeft] })),
    });
  };

  it.each([1, 2, 3, 15, 16, 17, 1000, 1025, 2049])('attributes %d rows', (count) => {
    const ensemble = forest();
    const rows = drawRows(ensemble, count, createSeededRandom(4));
    const attributions = attribute(ensemble, rows);
    expect(largestError(attributions, attributePlainly(ensemble, rows), 7)).toBeLessThan(1e-12);
  });

  it('writes nothing beyond the rows it is given', () => {
    const ensemble = forest();
    const attributions = new Float64Array(4 * 7).fill(9);
    createKernel(ensemble)!(drawRows(ensemble, 4, createSeededRandom(5)), 3, attributions);
    expect([...attributions.subarray(3 * 7)]).toEqual(Array(7).fill(9));
  });

  it('leaves to the plain computation what does not fit into the memory allowed', () => {
    expect(createKernel(forest(), 2 ** 10)).toBeNull();
  });

  it('takes as little memory as there are columns looked at', () => {
    const wide = Array.from({ length: 65_536 }, (_, c) => `c${c}`);
    const small = forest();
    const ensemble = { ...small, columns: wide };
    const rows = new Float64Array(wide.length).fill(0.5);
    const attributions = new Float64Array(wide.length);
    createKernel(ensemble, 2 ** 21)!(rows, 1, attributions);
    expect([...attributions.subarray(0, 7)]).toEqual([...attribute(small, rows.slice(0, 7))]);
  });

  it('attributes nothing when every tree is one leaf', () => {
    const ensemble = createTreeEnsemble({
      columns: ['a'],
      outputs: 2,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0.5, 0],
      link: 'softmax',
      trees: [1, 2].map((value, tree) => treeInput({ share: 1, leaf: [value] }, tree)),
    });
    expect([...attribute(ensemble, Float64Array.of(3, 4))]).toEqual([0, 0, 0, 0]);
  });
});
