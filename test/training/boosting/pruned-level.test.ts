import { expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import { createFastEngine, referenceEngine } from '../../../src/training/trees/tree-engines.ts';

/**
 * Level 9 has 512 nodes: 256 are worth a split, and of those one split more. `isRightLater` says whether all that `gamma`
 * forbids comes after them, or before.
 */
function makeTraining(isRightLater: boolean) {
  const rows = 2048;
  const bit = (place: number) =>
    Float32Array.from({ length: rows }, (_, row) => (row >> place) & 1);
  const columns = [10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(bit);
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const [side, ...others] = columns.map((column) => column[row]!);
    const last = others.splice(8);
    const shared = others.reduce((sum, value, place) => sum + (3 - 0.2 * place) * value, 0);
    const isSplit = (side === 0) === isRightLater;
    return 6 * side! + shared + (isSplit ? 1.2 * last[0]! + 0.9 * last[1]! : 0.05 * last[0]!);
  });
  const table = {
    rows,
    columns: columns.map((values, index) => ({
      name: `x${index}`,
      type: 'number' as const,
      values,
      categories: [],
    })),
  };
  return { table, labels };
}

// the numbers of nodes are those of XGBoost 3.4.1, which splits 256 nodes of a level at a time
it.each([
  ['after', true, 1535],
  ['before', false, 2559],
] as const)(
  'a level of which 256 nodes are split ends the tree when those that gamma forbids come %s them',
  async (_, isRightLater, nodes) => {
    for (const engine of [referenceEngine, createFastEngine()]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { booster } = await trainBoosting(
        {
          ...makeTraining(isRightLater),
          parameters: {
            num_boost_round: 1,
            max_depth: 12,
            min_child_weight: 0,
            gamma: 0.3,
            lambda: 0,
            eta: 1,
          },
        },
        engine,
      );
      expect(booster.trees[0]!.left).toHaveLength(nodes);
    }
  },
);
