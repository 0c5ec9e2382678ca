import { expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import { createFastEngine, referenceEngine } from '../../../src/training/trees/tree-engines.ts';

// the answers are those of XGBoost 3.4.1
it.each([
  ['reference', referenceEngine],
  ['fast', createFastEngine()],
])(
  'rows of weight 1e-17 beside rows of weight 1 have leaves of their own, by the %s engine',
  async (_, engine) => {
    const rows = 110;
    const isLight = (row: number) => row >= 100;
    const from = (heavy: number, light: number) =>
      Float32Array.from({ length: rows }, (_value, row) => (isLight(row) ? light : heavy));
    const { booster } = await trainBoosting(
      {
        table: {
          rows,
          columns: [{ name: 'x', type: 'number', values: from(Number.NaN, 0), categories: [] }],
        },
        labels: from(1, 1e7),
        weights: from(1, 1e-17),
        parameters: { num_boost_round: 1, lambda: 0, min_child_weight: 0, eta: 1 },
      },
      engine,
    );
    expect(booster.baseScores).toEqual([1]);
    expect([...booster.trees[0]!.condition]).toEqual([Math.fround(1e-5), 9_999_999, -0]);
  },
);
