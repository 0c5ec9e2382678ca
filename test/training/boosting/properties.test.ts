import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTreeAnswers } from '../../../src/training/boosting/add-tree-answers.ts';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import {
  type BoostingParameters,
  type TrainingColumn,
  type TrainingTable,
} from '../../../src/training/index.ts';
import { createFastEngine, referenceEngine } from '../../../src/training/trees/tree-engines.ts';
import { makeGaps, uniforms } from './training-sets.ts';

const { table: all, targets } = makeGaps();
const rows = 600;
/** Few rows, so that each value has a bin of its own and cuts do not depend on order or weights. */
const table: TrainingTable = {
  rows,
  columns: all.columns.map((column) => ({ ...column, values: column.values.slice(0, rows) })),
};
const labels = targets['binary']!.slice(0, rows);
const parameters: BoostingParameters = {
  objective: 'binary:logistic',
  num_boost_round: 6,
  max_depth: 4,
  max_bin: 1000,
  base_score: 0.4,
};

function choose(from: TrainingTable, order: readonly number[]): TrainingTable {
  const pick = ({ values, ...column }: TrainingColumn) => ({
    ...column,
    values: Float32Array.from(order, (row) => values[row]!),
  });
  return { rows: order.length, columns: from.columns.map(pick) };
}

describe.each([
  ['reference', referenceEngine],
  ['fast', createFastEngine()],
])('trees of the %s engine', (_name, engine) => {
  const train = async (of: TrainingTable, y: ArrayLike<number>, more: object = {}) =>
    (await trainBoosting({ table: of, labels: y, parameters, ...more }, engine)).booster.trees;

  it('are the same bits for shuffled rows with the same cuts', async () => {
    const keys = uniforms(5, rows);
    const order = [...keys.keys()].toSorted((a, b) => keys[a]! - keys[b]!);
    const shuffled = await train(
      choose(table, order),
      order.map((row) => labels[row]!),
    );
    expect(shuffled).toEqual(await train(table, labels));
  });

  it('are the same bits for weight 2 as for the row twice', async () => {
    const weights = Float32Array.from(uniforms(6, rows), (uniform) => (uniform < 0.4 ? 2 : 1));
    const order = [...weights.keys()].flatMap((row) => (weights[row] === 2 ? [row, row] : [row]));
    const twice = await train(
      choose(table, order),
      order.map((row) => labels[row]!),
    );
    expect(await train(table, labels, { weights })).toEqual(twice);
  });

  it('do not change with rows of weight 0, but for the cuts of columns that they alone have', async () => {
    const weights = Float32Array.from({ length: rows }, (_, row) => (row < 500 ? 1 : 0));
    const first = [...weights.keys()].slice(0, 500);
    const without = await train(choose(table, first), labels.slice(0, 500));
    const numbers = (trees: Awaited<typeof without>) =>
      trees.map(({ left, column, condition, gain }) => ({ left, column, condition, gain }));
    expect(numbers(await train(table, labels, { weights }))).toEqual(numbers(without));
  });

  it('do not change with a constant column, an empty one, or one category', async () => {
    const values = (value: number) => new Float32Array(rows).fill(value);
    const more: TrainingColumn[] = [
      { name: 'constant', type: 'number', values: values(7), categories: [] },
      { name: 'empty', type: 'number', values: values(Number.NaN), categories: [] },
      { name: 'single', type: 'category', values: values(0), categories: ['only'] },
    ];
    const wider = { rows, columns: [...table.columns, ...more] };
    const trained = await trainBoosting({ table: wider, labels, parameters }, engine);
    expect(trained.booster.trees).toEqual(await train(table, labels));
    expect(trained.warnings).toEqual([
      'constant: all values are equal',
      'empty: all values are missing',
      'single: all values are equal',
    ]);
  });

  it('are the same bits for the same seed and others for another one', async () => {
    const sampled = { ...parameters, subsample: 0.5, colsample_bynode: 0.5 };
    const withSeed = async (seed: number) =>
      await train(table, labels, { parameters: { ...sampled, seed } });
    expect(await withSeed(3)).toEqual(await withSeed(3));
    expect(await withSeed(4)).not.toEqual(await withSeed(3));
    expect(await withSeed(3 + 2 ** 40)).not.toEqual(await withSeed(3));
  });

  it.each([{ grow_policy: 'depthwise' }, { grow_policy: 'lossguide', max_leaves: 40 }] as const)(
    'rise and fall as monotone constraints say: %o',
    async (growth) => {
      const constrained: BoostingParameters = {
        ...parameters,
        ...growth,
        num_boost_round: 15,
        monotone_constraints: { x0: 1, x1: -1, x3: 1 },
      };
      const trees = await train(table, labels, { parameters: constrained });
      const answer = (row: readonly number[]): number => {
        const margins = new Float32Array(1);
        for (const tree of trees) {
          addTreeAnswers(
            tree,
            row.map((value) => Float32Array.of(value)),
            margins,
          );
        }
        return margins[0]!;
      };
      const value = fc.oneof(fc.float({ min: -2, max: 2, noNaN: true }), fc.constant(Number.NaN));
      const number = fc.float({ min: -2, max: 2, noNaN: true });
      const whole = fc.tuple(
        ...Array.from({ length: 6 }, () => value),
        ...[3, 40, 400].map((count) => fc.integer({ min: 0, max: count - 1 })),
      );
      fc.assert(
        fc.property(whole, fc.constantFrom(0, 1, 3), number, number, (row, column, a, b) => {
          const at = (x: number) => answer(row.with(column, x));
          const difference = at(Math.max(a, b)) - at(Math.min(a, b));
          expect(column === 1 ? -difference : difference).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 300 },
      );
    },
  );
});
