import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockRows, createLaneTests } from '../../../src/explain/kernels/lane-tests.ts';
import { sendsLeft } from '../../../src/inference/index.ts';
import { createTreeEnsemble } from '../../../src/model/index.ts';
import { randomEnsemble, randomRow, treeInput } from '../random-ensemble.ts';

const columns = 3;

describe.each([
  ['with bitmaps of categories', undefined],
  ['without bitmaps', 0],
])('the tests of a block %s', (_name, mostBits) => {
  it('send every row where the predictor does, at every node', () => {
    fc.assert(
      fc.property(
        randomEnsemble(columns, { varied: true }),
        fc.array(randomRow(columns), { minLength: 1, maxLength: blockRows }),
        (ensemble, rows) => {
          const tests = createLaneTests(ensemble, mostBits);
          const block = new Float64Array(tests.columnCount * blockRows);
          tests.write(Float64Array.from(rows.flatMap((row) => [...row])), block, 0);
          for (const [node, child] of ensemble.left.entries()) {
            if (child === -1) continue;
            for (const [at, row] of rows.entries()) {
              const raw = row[ensemble.column[node]!]!;
              const x = ensemble.inputs === 'float32' ? Math.fround(raw) : raw;
              const number = block[tests.column[node]! * blockRows + at]!;
              expect(number < tests.threshold[node]!).toBe(sendsLeft(ensemble, node, x));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the tests of a block', () => {
  it('make equal tests once, be they numbers or categories', () => {
    const leaf = { share: 0.5, leaf: [1] };
    const split = {
      share: 1,
      column: 0,
      threshold: 0,
      missingLeft: false,
      left: leaf,
      right: leaf,
    };
    const sketches = [
      { ...split, threshold: 1 },
      { ...split, threshold: 2 },
      { ...split, missingLeft: true },
      { ...split, categories: [1, 32] },
      { ...split, categories: [1, 32] },
      { ...split, categories: [1, 2] },
      { ...split, categories: [1, 32], missingLeft: true },
    ];
    const ensemble = createTreeEnsemble({
      columns: ['a'],
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      link: 'identity',
      trees: sketches.map((sketch) => treeInput(sketch)),
    });
    const { column, columnCount } = createLaneTests(ensemble);
    expect(ensemble.roots.reduce<number[]>((all, root) => [...all, column[root]!], [])).toEqual([
      0, 0, 1, 2, 2, 3, 4,
    ]);
    expect(columnCount).toBe(5);
  });

  it('tell lists of categories of one length and hash apart', () => {
    const leaf = { share: 0.5, leaf: [1] };
    // 31 * 1 + 40 = 31 * 2 + 9
    const trees = [
      [1, 40],
      [2, 9],
    ].map((categories) =>
      treeInput({
        share: 1,
        column: 0,
        threshold: 0,
        missingLeft: false,
        categories,
        left: leaf,
        right: leaf,
      }),
    );
    const ensemble = createTreeEnsemble({
      columns: ['a'],
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      link: 'identity',
      trees,
    });
    expect(createLaneTests(ensemble).columnCount).toBe(2);
  });
});
