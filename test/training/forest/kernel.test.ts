import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import { createKernelGrower } from '../../../src/training/forest/create-kernel-grower.ts';
import { type ClassWeights, createSampler } from '../../../src/training/forest/draw-samples.ts';
import { growTree } from '../../../src/training/forest/grow-tree.ts';
import type { GrowingPlan } from '../../../src/training/forest/growing-plan.ts';
import { type ColumnShape, drawTable } from './draw-table.ts';

const numbers: ColumnShape[] = [{ bins: 256 }, { bins: 2 }, { bins: 1 }, { bins: 40 }];
const withMissing: ColumnShape[] = [
  { bins: 255, missing: 0.2 },
  { bins: 256, missing: 0.1 },
  { bins: 1, missing: 0.3 },
  { bins: 9, missing: 0.9 },
];
const categories: ColumnShape[] = [
  { bins: 5, isCategory: true },
  { bins: 300, isCategory: true, missing: 0.1 },
  { bins: 64, isCategory: true, missing: 0.05 },
  { bins: 2000 },
];

interface Setting extends Partial<GrowingPlan> {
  readonly rows?: number;
  readonly weighted?: boolean;
  readonly classWeights?: ClassWeights;
  readonly draws?: number | null;
}

function prepare(shapes: readonly ColumnShape[], setting: Setting, seed: number) {
  const { rows = 1500, weighted = false, classWeights = 'none', draws = rows, ...rest } = setting;
  const { table, signal } = drawTable(rows, shapes, seed);
  const random = createSeededRandom(seed + 1);
  const classes = rest.classes ?? 2;
  const noisy = signal.map((value) => value + 0.6 * (random() - 0.5));
  const labels =
    classes === 0
      ? noisy.map((value) => Math.round(value * 40) / 40)
      : noisy.map((value) =>
          Math.max(0, Math.min(classes - 1, Math.floor((value + 0.5) * classes))),
        );
  const plan: GrowingPlan = {
    table,
    criterion: classes === 0 ? 'squared_error' : 'gini',
    classes,
    values: classes === 0 ? labels : new Float64Array(0),
    columnsPerSplit: 2,
    maxDepth: Infinity,
    minRowsToSplit: 2,
    minRowsInLeaf: 1,
    minWeightInLeaf: 0,
    minDecrease: 0,
    maxLeaves: null,
    ...rest,
  };
  const weights = weighted ? labels.map(() => (random() < 0.1 ? 0 : random() * 3)) : null;
  const sample = createSampler({ classes, labels, weights, classWeights, draws, seed }, 0.1);
  return { plan, sample };
}

const settings: Record<string, Setting> = {
  'two classes': {},
  'leaves of five rows': { minRowsInLeaf: 5, minRowsToSplit: 20 },
  'weights and balanced classes': { weighted: true, classWeights: 'balanced_subsample' },
  'given class weights': { classWeights: [0.3, 1.7], draws: null },
  'rows drawn by their weights': { weighted: true, classWeights: [0.3, 1.7] },
  entropy: { criterion: 'entropy', weighted: true, draws: null },
  'best first': { maxLeaves: 37, minDecrease: 1e-4 },
  'limits of depth, weight and decrease': { maxDepth: 6, minWeightInLeaf: 0.01, minDecrease: 1e-3 },
  'every row once': { draws: null, columnsPerSplit: 4 },
  'three classes': { classes: 3 },
  'seven classes, entropy, best first': {
    classes: 7,
    criterion: 'entropy',
    maxLeaves: 200,
    weighted: true,
    draws: null,
  },
  'a regression': { classes: 0, minRowsInLeaf: 2 },
  'a regression with weights, best first': {
    classes: 0,
    weighted: true,
    draws: null,
    maxLeaves: 100,
  },
  'a regression of few rows': { classes: 0, rows: 12, columnsPerSplit: 4 },
  'many rows': { rows: 20_000, minRowsInLeaf: 3 },
};

describe('the WebAssembly of a tree grows the plain tree, number for number', () => {
  for (const [table, shapes] of Object.entries({ numbers, withMissing, categories })) {
    it.each(Object.entries(settings))(`${table}: %s`, (_, setting) => {
      const { plan, sample } = prepare(shapes, setting, 7);
      const grow = createKernelGrower(plan)!;
      for (const tree of [0, 1, 2]) {
        const plain = growTree(plan, sample(tree));
        expect(grow(sample(tree))).toEqual(plain);
        expect(plain.left.length).toBeGreaterThan(2);
      }
    });
  }
});
