import type { TreeInput } from '../../model/index.ts';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { leafSize } from './read-answers.ts';
import type { TreeBooster } from './read-booster.ts';
import { countNodes, readTree } from './read-tree.ts';

/**
 * The first `used` trees of a model. When the leaves of one answer all outputs, those of all are made to: training that
 * goes on with another `multi_strategy` leaves both kinds in one file.
 */
export function readTrees(
  { forest, weights }: TreeBooster,
  outputs: number,
  used: number,
): { trees: TreeInput[]; leafSize: number } {
  const all = forest.at('trees').items();
  const treeOutputs = forest.at('tree_info').numbers();
  const count = forest
    .at('gbtree_model_param')
    .at('num_trees')
    .count(0, 2 ** 31);
  if (all.length !== count || treeOutputs.length !== count) {
    refuseBroken(
      `num_trees says ${count}, trees has ${all.length} and tree_info ${treeOutputs.length}`,
    );
  }
  if (weights.length > count) {
    refuseBroken(`weight_drop has ${weights.length} numbers for ${count} trees`);
  }
  const trees = all.slice(0, used);
  const width = trees.some((tree) => leafSize(tree) > 1) ? outputs : 1;
  const nodes = trees.reduce((sum, tree) => sum + countNodes(tree), 0);
  const written = trees.reduce((sum, tree) => sum + countNodes(tree) * leafSize(tree), 0);
  // a tree of single numbers is widened by vectors elsewhere, for which there are no bytes in the file
  if (nodes * width > Math.min(limits.leafValues, 1_048_576 + 4 * written)) {
    refuseUnsupported(`${nodes} nodes of ${width} values`, 'fewer values can be read');
  }
  return {
    leafSize: width,
    trees: trees.map((tree, index) => {
      const id = tree.find('id')?.number() ?? index;
      if (id !== index) refuseBroken(`${tree.path}/id: expected ${index}, got ${id}`);
      const weight = weights[index] ?? 1;
      return readTree(tree, { output: treeOutputs[index]!, weight, width });
    }),
  };
}
