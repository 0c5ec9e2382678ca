import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverRatios } from '../../../src/explain/cover-ratios.ts';
import { annotateTrees } from '../../../src/explain/kernels/annotate-trees.ts';
import { createRowShapKernel } from '../../../src/explain/kernels/row-shap-kernel.ts';
import { createTreeShap } from '../../../src/explain/tree-shap.ts';
import { readArtifact } from '../../../src/formats/index.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../../src/model/index.ts';
import { createSeededRandom } from '../../../src/testing/index.ts';
import { loadMlJs } from '../../formats/ml-js-fixtures.ts';
import { bruteForceShap } from '../brute-force.ts';
import { chain } from '../chain.ts';
import { exactShap } from '../exact-shap.ts';
import { drawRows, fixtureEnsembles } from '../fixture-ensembles.ts';
import { largestError } from '../largest-error.ts';
import { randomEnsemble, randomRow, type TreeSketch, treeInput } from '../random-ensemble.ts';

const tolerance = 1e-12;
const columns = 4;
const ensembles = randomEnsemble(columns, { varied: true });

function createKernel(ensemble: TreeEnsemble, limitBytes = 2 ** 28) {
  const ratios = coverRatios(ensemble);
  return createRowShapKernel(ensemble, ratios, annotateTrees(ensemble, ratios), limitBytes);
}

function attribute(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const attributions = new Float64Array(row.length * ensemble.outputs).fill(Number.NaN);
  createKernel(ensemble)!(row, attributions);
  return attributions;
}

function attributePlainly(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const attributions = new Float64Array(row.length * ensemble.outputs);
  createTreeShap(ensemble).attribute(row, attributions);
  return attributions;
}

function expectPlain(ensemble: TreeEnsemble, row: Float64Array): void {
  const expected = attributePlainly(ensemble, row);
  expect(largestError(attribute(ensemble, row), expected, expected.length)).toBeLessThan(tolerance);
}

/** One tree and what it is about, of an ensemble whose only column is `a`. */
function single(sketch: TreeSketch, rest: Partial<TreeEnsemble> = {}): TreeEnsemble {
  return createTreeEnsemble({
    columns: ['a'],
    outputs: 1,
    leafSize: 1,
    arithmetic: 'float64',
    base: [0],
    link: 'identity',
    ...rest,
    trees: [treeInput(sketch)],
  });
}

describe('the kernel for one row on random ensembles', () => {
  it('attributes what the plain computation does', () => {
    fc.assert(fc.property(ensembles, randomRow(columns), expectPlain), { numRuns: 500 });
  });

  it('is the sum over all coalitions', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), (ensemble, row) => {
        const expected = bruteForceShap(ensemble, row);
        const error = largestError(attribute(ensemble, row), expected, expected.length);
        expect(error).toBeLessThan(tolerance);
      }),
      { numRuns: 300 },
    );
  });

  it.each([12, 30])(
    'attributes what the plain computation does to %d columns in deep trees',
    (wide) => {
      const deep = randomEnsemble(wide, { depth: 24, varied: true });
      fc.assert(fc.property(deep, randomRow(wide), expectPlain), { numRuns: 100 });
    },
  );

  it('attributes a row the same after any other row', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), randomRow(columns), (ensemble, row, other) => {
        const kernel = createKernel(ensemble)!;
        const [first, second] = [0, 0].map(() => new Float64Array(columns * ensemble.outputs));
        kernel(row, first!);
        kernel(other, second!);
        kernel(row, second!);
        expect(second).toEqual(first);
      }),
    );
  });
});

describe('the kernel for one row on models of real libraries', () => {
  const models = fixtureEnsembles();

  it('finds models of every library that keeps covers', () => {
    const libraries = new Set(models.map(([path]) => path.split('/')[0]!));
    for (const library of ['catboost', 'lightgbm', 'sklearn', 'xgboost']) {
      expect(libraries).toContain(library);
    }
  });

  it.each(models)('attributes what the plain computation does: %s', (_path, ensemble) => {
    const kernel = createKernel(ensemble)!;
    const plain = createTreeShap(ensemble);
    const width = ensemble.columns.length;
    const rows = drawRows(ensemble, 12, createSeededRandom(1));
    const actual = new Float64Array(width * ensemble.outputs);
    const expected = new Float64Array(width * ensemble.outputs);
    const scores = new Float64Array(ensemble.outputs);
    for (let start = 0; start < rows.length; start += width) {
      const row = rows.subarray(start, start + width);
      kernel(row, actual);
      plain.attribute(row, expected);
      plain.score(row, scores);
      expect(largestError(actual, expected, expected.length)).toBeLessThan(tolerance);
      for (const [k, score] of scores.entries()) {
        const parts = actual.filter((_, index) => index % ensemble.outputs === k);
        const size = parts.reduce((sum, part) => sum + Math.abs(part), 1);
        const sum = parts.reduce((total, part) => total + part, plain.base[k]!);
        expect(Math.abs(sum - score)).toBeLessThan(1e-9 * size);
      }
    }
  });

  it.each(['forest-binary', 'forest-multiclass', 'forest-regression'])(
    'attributes what the plain computation does: ml-random-forest, %s',
    (name) => {
      const { bytes, covers, rows } = loadMlJs(name);
      const { model } = readArtifact(bytes, { covers }).pipeline;
      for (const row of rows) expectPlain(model as TreeEnsemble, row);
    },
  );
});

describe('the kernel for one row on long paths', () => {
  it('stays exact for 60 columns on one path', { timeout: 30_000 }, () => {
    const random = createSeededRandom(1);
    const ensemble = chain(72, 60, random, random);
    const row = new Float64Array(60).fill(1).with(40, 0);
    const error = largestError(attribute(ensemble, row), exactShap(ensemble, row), 60);
    expect(error).toBeLessThan(1e-14);
  });

  it.each([1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22, 40, 41, 257])(
    'attributes what the plain computation does to %d columns on one path',
    (count) => {
      const random = createSeededRandom(count);
      const ensemble = chain(count + 5, count, random, () => 0.9);
      const row = new Float64Array(count).fill(2);
      expectPlain(ensemble, row);
      expectPlain(ensemble, row.with(count >> 1, 0));
    },
  );

  it('leaves 258 columns on one path to the plain computation', () => {
    expect(createKernel(chain(258, 258, createSeededRandom(1), () => 0.9))).toBeNull();
  });

  it('attributes a chain 10,000 levels deep', () => {
    const random = createSeededRandom(2);
    const ensemble = chain(10_000, 5, random, () => 0.999);
    expectPlain(ensemble, Float64Array.of(0.99, 2, 2, 2, 2));
  });
});

describe('the kernel for one row', () => {
  const leaf = (value: number) => ({ share: 0.5, leaf: [value] });
  const split = { share: 1, column: 0, missingLeft: false, left: leaf(-1), right: leaf(1) };

  it.each([
    ['<', 0.5, false, [0.4, 0.5, Number.NaN], [-1, 1, 1]],
    ['<=', 0.5, true, [0.5, 0.5 + 2 ** -53, Number.NaN], [-1, 1, -1]],
    ['<', -0, false, [0, -0, -5e-324], [1, 1, -1]],
    ['<=', -0, false, [0, -0, 5e-324], [-1, -1, 1]],
    ['<=', -5e-324, false, [-5e-324, 0, -0], [-1, 1, 1]],
    ['<', Infinity, false, [1e308, Infinity, Number.NaN], [-1, 1, 1]],
    ['<', Infinity, true, [-Infinity, Infinity, Number.NaN], [-1, 1, -1]],
    ['<=', Infinity, false, [0, Infinity, Number.NaN], [-1, -1, 1]],
    ['<=', Infinity, true, [0, Infinity, Number.NaN], [-1, -1, -1]],
    ['<', -Infinity, true, [-Infinity, 0, Number.NaN], [1, 1, -1]],
    ['<', -Infinity, false, [-Infinity, 0, Number.NaN], [1, 1, 1]],
    ['<=', -Infinity, true, [-Infinity, -1e308, Number.NaN], [-1, 1, -1]],
    ['<=', 1.7976931348623157e308, false, [1e308, Infinity, Number.NaN], [-1, 1, 1]],
  ] as const)(
    'sends left what is %s %d, missing ones too: %s',
    (comparison, threshold, missingLeft, values, expected) => {
      const ensemble = single({ ...split, threshold, missingLeft }, { comparison });
      const attributions = values.map((x) => attribute(ensemble, Float64Array.of(x))[0]);
      expect(attributions).toEqual(expected);
    },
  );

  it('rounds a value to float32 when inputs are', () => {
    const threshold = Math.fround(0.1);
    const attribution = (inputs: 'float32' | 'float64') =>
      attribute(single({ ...split, threshold }, { inputs }), Float64Array.of(0.1))[0];
    expect(attribution('float32')).toBe(1);
    expect(attribution('float64')).toBe(-1);
  });

  it('keeps each output of a leaf, and each tree, to its own sum', () => {
    const trees = [
      treeInput({
        ...split,
        threshold: 0,
        left: { share: 0.5, leaf: [1, 2, 4] },
        right: { share: 0.5, leaf: [0, 0, 0] },
      }),
    ];
    const rest = {
      columns: ['a', 'b'],
      outputs: 3,
      base: [0, 0, 0],
      divisor: 2,
      arithmetic: 'float64',
      link: 'softmax',
    } as const;
    const vectors = createTreeEnsemble({ ...rest, leafSize: 3, trees });
    expect([...attribute(vectors, Float64Array.of(-1, 0))]).toEqual([0.25, 0.5, 1, 0, 0, 0]);
    const scalars = createTreeEnsemble({
      ...rest,
      leafSize: 1,
      trees: [2, 0].map((output) => treeInput({ ...split, threshold: 0 }, output)),
    });
    expect([...attribute(scalars, Float64Array.of(1, 0))]).toEqual([0.5, 0, 0.5, 0, 0, 0]);
  });

  it('leaves to the plain computation what does not fit into the memory allowed', () => {
    expect(createKernel(single({ ...split, threshold: 0 }), 300)).toBeNull();
  });

  it('attributes nothing when every tree is one leaf', () => {
    expect([...attribute(single(leaf(3)), Float64Array.of(1))]).toEqual([0]);
  });
});
