// What: the trees of the model out of those of a LightGBM file, with the columns that they look at.
// Source: microsoft/LightGBM include/LightGBM/tree.h, `NumericalDecision`, `CategoricalDecision` and `Predict`; src/c_api.cpp,
// `RowPairFunctionFromDenseMatrix`, which takes values up to the zero threshold for 0 before any tree sees them.
// Complexity: linear in the nodes.
// Invariant: a row reaches the leaf that it reaches there.
import type { LinearLeafInput, TreeInput } from '../../model/index.ts';
import { refuseBroken } from '../refusals.ts';
import type { FeatureColumns } from './feature-columns.ts';
import { decisions, type LightgbmTree } from './lightgbm-tree.ts';
import { aboveZeroThreshold, zeroThreshold } from './zero-threshold.ts';

/** The trees, of which each `outputs` in turn are one iteration. */
export function createTrees(
  trees: readonly LightgbmTree[],
  outputs: number,
  features: number,
  columns: FeatureColumns,
): TreeInput[] {
  return trees.map((tree, index) => createTree(tree, index, outputs, features, columns));
}

function createTree(
  tree: LightgbmTree,
  index: number,
  outputs: number,
  features: number,
  columns: FeatureColumns,
): TreeInput {
  const { categorical, defaultLeft, missing } = decisions;
  const nodes = tree.left.length;
  const column = Array<number>(nodes).fill(0);
  const threshold = Array<number>(nodes).fill(0);
  const missingLeft = Array<boolean>(nodes).fill(false);
  const refuseFeature = (feature: number): never =>
    refuseBroken(`tree ${index}: feature ${feature} of ${features}`);
  const check = (feature: number): number =>
    Number.isInteger(feature) && feature >= 0 && feature < features
      ? feature
      : refuseFeature(feature);
  for (let node = 0; node < nodes; node++) {
    if (tree.left[node] === -1) continue;
    const decision = tree.decision[node]!;
    const kind = decision >> missing.shift;
    if (!(Number.isInteger(decision) && kind >= missing.none && kind <= missing.nan)) {
      refuseBroken(`tree ${index}, node ${node}: decision type ${decision}`);
    }
    const feature = check(tree.feature[node]!);
    if ((decision & categorical) !== 0) {
      // a missing category goes right, whatever else the decision says
      column[node] = columns.find(feature, 'plain');
      continue;
    }
    const limit = tree.threshold[node]!;
    column[node] = columns.find(feature, kind === missing.zero ? 'zero-missing' : 'plain');
    threshold[node] = pastZero(limit);
    // where nothing was missing in training, NaN is 0
    missingLeft[node] = kind === missing.none ? limit >= 0 : (decision & defaultLeft) !== 0;
  }
  const linear = tree.linear?.map((leaf) =>
    leaf === null
      ? null
      : createLeaf(leaf, (feature) => columns.find(check(feature), 'exact-zero')),
  );
  return {
    output: index % outputs,
    left: tree.left,
    right: tree.right,
    column,
    threshold,
    missingLeft,
    value: tree.value,
    cover: tree.count,
    categories: tree.categories,
    linear,
  };
}

/** A threshold among the values that count as 0, moved to where it lets all of them pass, or none. */
function pastZero(threshold: number): number {
  if (threshold >= 0 && threshold < zeroThreshold) return zeroThreshold;
  return threshold < 0 && threshold >= -zeroThreshold ? -aboveZeroThreshold : threshold;
}

function createLeaf(leaf: LinearLeafInput, columnOf: (feature: number) => number): LinearLeafInput {
  return { ...leaf, columns: Array.from(leaf.columns, columnOf) };
}
