// What: the trees of the model out of those of a LightGBM file, with the columns that they look at.
// Source: microsoft/LightGBM include/LightGBM/tree.h, `NumericalDecision`, `CategoricalDecision` and `Predict`; src/c_api.cpp,
// `RowPairFunctionFromDenseMatrix`, which takes values up to the zero threshold for 0 before any tree sees them.
// Complexity: linear in the nodes.
// Invariant: a row reaches the leaf that it reaches there.
import type { TreeInput } from '../../model/index.ts';
import { refuseBroken } from '../refusals.ts';
import { bitOf, type FeatureColumns, type Treatment } from './feature-columns.ts';
import { decisions, type LightgbmTree } from './lightgbm-tree.ts';
import { aboveZeroThreshold, zeroThreshold } from './zero-threshold.ts';

const { categorical, defaultLeft, missing } = decisions;

/** The treatments that the trees give to each feature, as bits. Refuses trees that look at a feature that is not there, or in no known way. */
export function findUses(trees: readonly LightgbmTree[], features: number): Uint8Array {
  const uses = new Uint8Array(features);
  const use = (tree: number, feature: number, treatment: Treatment): void => {
    const known = uses[feature] ?? refuseBroken(`tree ${tree}: feature ${feature} of ${features}`);
    uses[feature] = known | bitOf(treatment);
  };
  for (const [index, tree] of trees.entries()) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node] === -1) continue;
      const decision = tree.decision[node]!;
      const kind = decision >> missing.shift;
      if (!(Number.isInteger(decision) && kind >= missing.none && kind <= missing.nan)) {
        refuseBroken(`tree ${index}, node ${node}: decision type ${decision}`);
      }
      use(index, tree.feature[node]!, treatmentOf(decision));
    }
    for (const leaf of tree.linear ?? []) {
      if (leaf === null) continue;
      for (let term = 0; term < leaf.columns.length; term++) {
        use(index, leaf.columns[term]!, 'exact-zero');
      }
    }
  }
  return uses;
}

/** The tree that stands at `index`; the trees of one iteration add to one output each, in order. */
export function createTree(
  tree: LightgbmTree,
  index: number,
  outputs: number,
  columns: FeatureColumns,
): TreeInput {
  const nodes = tree.left.length;
  const output = index % outputs;
  // a file may hold a great many trees of one leaf
  if (nodes === 1 && tree.linear === undefined) {
    return { output, ...one, value: tree.value, cover: tree.count };
  }
  const column = Array<number>(nodes).fill(0);
  const threshold = Array<number>(nodes).fill(0);
  const missingLeft = Array<boolean>(nodes).fill(false);
  for (let node = 0; node < nodes; node++) {
    if (tree.left[node] === -1) continue;
    const decision = tree.decision[node]!;
    const limit = tree.threshold[node]!;
    column[node] = columns.find(tree.feature[node]!, treatmentOf(decision));
    // a missing category goes right, whatever else the decision says
    if ((decision & categorical) !== 0) continue;
    threshold[node] = pastZero(limit);
    missingLeft[node] =
      decision >> missing.shift === missing.none
        ? // where nothing was missing in training, NaN is 0
          limit >= 0
        : (decision & defaultLeft) !== 0;
  }
  return {
    output,
    left: tree.left,
    right: tree.right,
    column,
    threshold,
    missingLeft,
    value: tree.value,
    cover: tree.count,
    categories: tree.categories,
    linear: tree.linear?.map((leaf) =>
      leaf === null
        ? null
        : {
            ...leaf,
            columns: Array.from(leaf.columns, (feature) => columns.find(feature, 'exact-zero')),
          },
    ),
  };
}

/** All but the value of a tree of one leaf. */
const one = { left: [-1], right: [-1], column: [0], threshold: [0], missingLeft: [0] };

function treatmentOf(decision: number): Treatment {
  const isZero = decision >> missing.shift === missing.zero && (decision & categorical) === 0;
  return isZero ? 'zero-missing' : 'plain';
}

/** A threshold among the values that count as 0, moved to where it lets all of them pass, or none. */
function pastZero(threshold: number): number {
  if (threshold >= 0 && threshold < zeroThreshold) return zeroThreshold;
  return threshold < 0 && threshold >= -zeroThreshold ? -aboveZeroThreshold : threshold;
}
