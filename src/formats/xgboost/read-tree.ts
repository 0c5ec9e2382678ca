import type { TreeInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';
import { leafSize, readAnswers, type TreePlace } from './read-answers.ts';
import { readNodeCategories } from './read-node-categories.ts';

/** One tree of an XGBoost model. Nodes that were pruned are still in the arrays; the root does not reach them. */
export function readTree(tree: JsonValue, place: TreePlace): TreeInput {
  const { output, weight } = place;
  const left = tree.at('left_children').numbers();
  const nodes = countNodes(tree);
  if (nodes !== left.length) {
    refuseBroken(`${tree.path}: num_nodes says ${nodes}, left_children has ${left.length}`);
  }
  const categories = readNodeCategories(tree, left);
  const conditions = tree.at('split_conditions');
  const isVector = leafSize(tree) > 1;
  // up to 3.1 leaves that answer vectors have NaN here, and nodes that look for categories
  const threshold = Float32Array.from(
    isVector || categories !== null ? conditions.numbersOrNaN() : conditions.numbers(),
  );
  // trees of vectors have covers since 3.2
  const covers = isVector ? tree.find('sum_hessian') : tree.at('sum_hessian');
  const input: TreeInput = {
    output,
    left,
    right: tree.at('right_children').numbers(),
    column: tree.at('split_indices').numbers(),
    threshold,
    // booleans before 1.6
    missingLeft: tree.at('default_left').flags(),
    // rounded to float32 before it is added, as `Booster.predict` does
    value: readAnswers(tree, threshold, place).map((answer) => answer * weight),
    cover: covers === undefined ? null : Float32Array.from(covers.numbers()),
  };
  return categories === null ? input : listedGoLeft(input, categories);
}

/** XGBoost sends the categories that a node lists to the right, and here they go left: such nodes change sides. */
function listedGoLeft(
  tree: TreeInput,
  categories: readonly (readonly number[] | null)[],
): TreeInput {
  const choose = <Item>(one: ArrayLike<Item>, other: ArrayLike<Item>): Item[] =>
    // as long as `one`, so that arrays of different lengths are still noticed
    Array.from(one, (item, node) => ((categories[node] ?? null) === null ? item : other[node]!));
  return {
    ...tree,
    left: choose(tree.left, tree.right),
    right: choose(tree.right, tree.left),
    missingLeft: choose<number | boolean>(
      tree.missingLeft,
      Array.from(tree.missingLeft, (flag) => !flag),
    ),
    categories,
  };
}

/** How many nodes the tree says it has. */
export function countNodes(tree: JsonValue): number {
  return tree
    .at('tree_param')
    .at('num_nodes')
    .count(1, 2 ** 31);
}
