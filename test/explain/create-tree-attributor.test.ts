import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributor } from '../../src/explain/attributor.ts';
import { createTreeAttributor } from '../../src/explain/create-tree-attributor.ts';
import { createTreeShap } from '../../src/explain/tree-shap.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { chain } from './chain.ts';
import { largestError } from './largest-error.ts';
import { randomEnsemble, randomRow, type TreeSketch, treeInput } from './random-ensemble.ts';

const columns = 4;
const ensembles = randomEnsemble(columns, { varied: true });
const severalRows = fc
  .array(randomRow(columns), { minLength: 1, maxLength: 20 })
  .map((rows) => Float64Array.from(rows.flatMap((row) => [...row])));

function attribute(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const attributions = new Float64Array(row.length * ensemble.outputs);
  createTreeAttributor(ensemble).attribute(row, attributions);
  return attributions;
}

/** All that an attributor says of some rows, asked of each alone and of all together. */
function askAll(attributor: Attributor, rows: Float64Array) {
  const count = rows.length / columns;
  const outputs = attributor.base.length;
  const ask = (width: number, work: (row: Float64Array, result: Float64Array) => void) => {
    const results = new Float64Array(count * width);
    for (let index = 0; index < count; index++) {
      const row = rows.subarray(index * columns, (index + 1) * columns);
      work(row, results.subarray(index * width, (index + 1) * width));
    }
    return results;
  };
  const attributions = new Float64Array(count * columns * outputs);
  const scores = new Float64Array(count * outputs);
  attributor.attributeRows(rows, count, attributions);
  attributor.scoreRows(rows, count, scores);
  return {
    attributions: ask(columns * outputs, (row, result) => attributor.attribute(row, result)),
    scores: ask(outputs, (row, result) => attributor.score(row, result)),
    together: { attributions, scores },
  };
}

function swapColumns(ensemble: TreeEnsemble): TreeEnsemble {
  return { ...ensemble, column: ensemble.column.map((column) => [1, 0][column] ?? column) };
}

describe('the attributor of an ensemble', () => {
  it('scores as the plain computation does, bit for bit, one row or many', () => {
    fc.assert(
      fc.property(ensembles, severalRows, (ensemble, rows) => {
        const expected = askAll(createTreeShap(ensemble), rows).scores;
        const { scores, together } = askAll(createTreeAttributor(ensemble), rows);
        expect(scores).toEqual(expected);
        expect(together.scores).toEqual(expected);
      }),
    );
  });

  it('attributes many rows as each alone', () => {
    fc.assert(
      fc.property(ensembles, severalRows, (ensemble, rows) => {
        const { attributions, together } = askAll(createTreeAttributor(ensemble), rows);
        const width = columns * ensemble.outputs;
        expect(largestError(together.attributions, attributions, width)).toBeLessThan(1e-12);
      }),
    );
  });

  it('attributes exactly zero to a column that no tree looks at', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns + 1), (ensemble, row) => {
        const wider = { ...ensemble, columns: [...ensemble.columns, 'unused'] };
        const unused = attribute(wider, row).subarray(columns * ensemble.outputs);
        expect([...unused].every((value) => value === 0)).toBe(true);
      }),
    );
  });

  it('swaps the attributions when two columns swap places', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), (ensemble, row) => {
        const { outputs } = ensemble;
        const plain = attribute(ensemble, row);
        const swapped = attribute(
          swapColumns(ensemble),
          Float64Array.of(row[1]!, row[0]!, ...row.slice(2)),
        );
        const expected = Float64Array.of(
          ...plain.subarray(outputs, 2 * outputs),
          ...plain.subarray(0, outputs),
          ...plain.subarray(2 * outputs),
        );
        expect(swapped).toEqual(expected);
      }),
    );
  });

  it('moves no sum over classes where the classes of every leaf add up to one', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const level = fc.record({ column: fc.nat(columns - 1), share: unit, value: unit });
    const leaf = (share: number, value: number) => ({ share, leaf: [value, 1 - value] });
    const tree = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) =>
      levels.reduce<TreeSketch>(
        (below, { column, share, value }) => ({
          share: 1,
          column,
          threshold: value - 0.5,
          missingLeft: value < 0.5,
          left: leaf(share, value),
          right: { ...below, share: 1 - share },
        }),
        leaf(1, 0.25),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 5 }),
        randomRow(columns),
        (trees, row) => {
          const ensemble = createTreeEnsemble({
            columns: Array.from({ length: columns }, (_, c) => `c${c}`),
            outputs: 2,
            leafSize: 2,
            arithmetic: 'float64',
            base: [0, 0],
            divisor: trees.length,
            link: 'probability',
            trees: trees.map((sketch) => treeInput(sketch)),
          });
          const attributions = attribute(ensemble, row);
          for (let c = 0; c < columns; c++) {
            expect(Math.abs(attributions[2 * c]! + attributions[2 * c + 1]!)).toBeLessThan(1e-14);
          }
        },
      ),
    );
  });

  it('serves paths that are too long for the kernel as the plain computation does', () => {
    const ensemble = chain(300, 300, createSeededRandom(1), () => 0.99);
    const row = new Float64Array(300).fill(2);
    const expected = new Float64Array(300);
    createTreeShap(ensemble).attribute(row, expected);
    expect(attribute(ensemble, row)).toEqual(expected);
  });

  it('refuses trees without covers', () => {
    const ensemble = chain(3, 3, createSeededRandom(1), () => 0.5);
    expect(() => createTreeAttributor({ ...ensemble, cover: null })).toThrow(
      expect.objectContaining({ code: 'NOT_EXPLAINABLE' }),
    );
  });
});
