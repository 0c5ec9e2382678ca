import type { TreeInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

/**
 * One tree of an XGBoost model, its answers times `weight`. Nodes that were pruned are still in the arrays; the root does
 * not reach them.
 */
export function readTree(tree: JsonValue, output: number, weight: number): TreeInput {
  const parameters = tree.at('tree_param');
  const leafSize = parameters.find('size_leaf_vector');
  if ((leafSize?.count(0, 2 ** 31) ?? 0) > 1) {
    refuseUnsupported('vector leaf', 'train with multi_strategy="one_output_per_tree"');
  }
  if (tree.find('split_type')?.numbers().some(Boolean)) {
    refuseUnsupported('categorical split', 'train on categories encoded as numbers');
  }
  const left = tree.at('left_children').numbers();
  const nodes = parameters.at('num_nodes').count(1, 2 ** 31);
  if (nodes !== left.length) {
    refuseBroken(`${tree.path}: num_nodes says ${nodes}, left_children has ${left.length}`);
  }
  // the answer of a leaf stands where the threshold of an inner node does
  const threshold = Float32Array.from(tree.at('split_conditions').numbers());
  return {
    output,
    left,
    right: tree.at('right_children').numbers(),
    column: tree.at('split_indices').numbers(),
    threshold,
    // booleans before 1.6
    missingLeft: tree.at('default_left').flags(),
    // rounded to float32 before it is added, as `Booster.predict` does
    value: threshold.map((answer) => answer * weight),
    cover: Float32Array.from(tree.at('sum_hessian').numbers()),
  };
}
