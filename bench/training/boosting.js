// Boosting of 80,000 rows of 20 numbers, 100 trees of depth 6, cuts and binning included, beside XGBoost on the same numbers,
// one thread each, in turns; the trees are compared before a time is taken.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainBoosting } from '../../dist/training/boosting/train-boosting.js';

/** Most that ours may take of XGBoost's time. */
export const targets = { warm: 0.8, fresh: 1.3 };

const columns = 20;
const parameters = { objective: 'binary:logistic', max_depth: 6, eta: 0.1, num_boost_round: 100 };

/** Reads what boosting-peers.py has written. */
export function readRows(folder) {
  const numbers = new Float32Array(new Uint8Array(readFileSync(join(folder, 'rows'))).buffer);
  const labels = new Float32Array(new Uint8Array(readFileSync(join(folder, 'labels'))).buffer);
  const rows = labels.length;
  const table = {
    rows,
    columns: Array.from({ length: columns }, (_, column) => ({
      name: `f${column}`,
      type: 'number',
      values: numbers.filter((_number, place) => place % columns === column),
      categories: [],
    })),
  };
  return { table, labels };
}

/** Seconds of one training, and what came out. */
export async function trainOnce({ table, labels }, threads) {
  const start = performance.now();
  const { booster } = await trainBoosting({ table, labels, parameters, threads });
  return { seconds: (performance.now() - start) / 1000, booster };
}

/** Whether a tree has the structure, the thresholds and the answers of another one. */
function isEqual(ours, theirs) {
  return (
    ours.left.length === theirs.left_children.length &&
    ours.left.every(
      (left, node) =>
        left === theirs.left_children[node] &&
        (left === -1
          ? Math.abs(ours.condition[node] - theirs.split_conditions[node]) < 1e-6
          : ours.column[node] === theirs.split_indices[node] &&
            ours.condition[node] === Math.fround(theirs.split_conditions[node])),
    )
  );
}

/** How many trees are those that XGBoost has saved. */
export function countEqualTrees(booster, folder) {
  const { learner } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const { trees } = learner.gradient_booster.model;
  return booster.trees.filter((tree, index) => isEqual(tree, trees[index])).length;
}

// a process of its own, for the first training in it
if (process.argv[2] === 'fresh') {
  const { seconds } = await trainOnce(readRows(process.argv[3]), 1);
  console.log(JSON.stringify(seconds));
}
