import { SpillwayError } from '../core/index.ts';
import type { Link } from './link.ts';
import type { CategoricalNodes, LinearLeaves, TreeEnsemble } from './tree-ensemble.ts';

/** One tree as a reader found it: parallel arrays, node 0 is the root, children are indices into the same tree. */
export interface TreeInput {
  /** The output the tree adds to; ignored when leaves answer all outputs. */
  readonly output: number;
  /** Index of the left child, -1 for a leaf. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly column: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  readonly missingLeft: ArrayLike<number | boolean>;
  /** `leafSize` numbers per node; those of inner nodes are not looked at. */
  readonly value: ArrayLike<number>;
  /** Training weight per node, or `null` when the file has none. */
  readonly cover: ArrayLike<number> | null;
  /** Per node the codes of the categories that go left, ascending; `null` for a node with a threshold. @default no node looks for categories */
  readonly categories?: readonly (ArrayLike<number> | null)[] | undefined;
  /** Per node what a leaf adds up, `null` for one that answers its `value` only. @default none does */
  readonly linear?: readonly (LinearLeafInput | null)[] | undefined;
}

/** A leaf that answers `constant + sum of coefficients[i] * row[columns[i]]`. */
export interface LinearLeafInput {
  readonly constant: number;
  readonly columns: ArrayLike<number>;
  readonly coefficients: ArrayLike<number>;
}

/** What `createTreeEnsemble` needs beside the trees; the fields are those of `TreeEnsemble`. */
export interface TreeEnsembleInput {
  readonly columns: readonly string[];
  readonly outputs: number;
  readonly leafSize: number;
  /** @default that of `arithmetic` */
  readonly inputs?: 'float32' | 'float64' | undefined;
  /** @default '<' */
  readonly comparison?: '<' | '<=' | undefined;
  readonly arithmetic: 'float32' | 'float64';
  readonly base: ArrayLike<number>;
  /** @default 1 */
  readonly divisor?: number | undefined;
  /** @default -0 for each output, the number that changes no sum, be it -0 */
  readonly offset?: ArrayLike<number> | undefined;
  readonly link: Link;
  /** @default 1 */
  readonly slope?: number | undefined;
  readonly trees: readonly TreeInput[];
}

/**
 * Checks every tree and freezes them into one ensemble; nodes that the root does not reach (XGBoost keeps pruned ones)
 * are left out. Every reader ends here, so what predicts never meets a child out of range, a cycle, a node with two
 * parents, a column that does not exist or a threshold that is NaN.
 * @throws SpillwayError `INVALID_MODEL` naming the tree, the node and what is wrong.
 */
export function createTreeEnsemble(input: TreeEnsembleInput): TreeEnsemble {
  const { leafSize, outputs, trees } = input;
  if (leafSize !== 1 && leafSize !== outputs)
    refuse(`leaves of ${leafSize} values for ${outputs} outputs`);
  if (input.base.length !== outputs)
    refuse(`${input.base.length} base scores for ${outputs} outputs`);
  const { offset = new Float64Array(outputs).fill(-0), divisor = 1, slope = 1 } = input;
  if (offset.length !== outputs) refuse(`${offset.length} offsets for ${outputs} outputs`);
  for (const [name, numbers] of [
    ['base score', input.base],
    ['offset', offset],
    ['divisor', [divisor]],
    ['slope', [slope]],
  ] as const) {
    if (!Array.prototype.every.call(numbers, Number.isFinite)) refuse(`a ${name} is not finite`);
  }
  if (divisor === 0) refuse('a divisor of 0');
  const orders = trees.map((tree, index) => reachableNodes(tree, index, input));
  const size = orders.reduce((sum, order) => sum + order.length, 0);
  const ensemble = {
    kind: 'tree-ensemble' as const,
    columns: Object.freeze([...input.columns]),
    outputs,
    leafSize,
    inputs: input.inputs ?? input.arithmetic,
    comparison: input.comparison ?? '<',
    arithmetic: input.arithmetic,
    base: Float64Array.from(input.base),
    divisor,
    offset: Float64Array.from(offset),
    link: input.link,
    slope,
    roots: new Int32Array(trees.length),
    treeOutput: Int32Array.from(trees, (tree) => tree.output),
    left: new Int32Array(size).fill(-1),
    right: new Int32Array(size).fill(-1),
    column: new Int32Array(size),
    threshold: new Float64Array(size),
    missingLeft: new Uint8Array(size),
    value: new Float64Array(size * leafSize),
    cover: trees.every((tree) => tree.cover !== null) ? new Float64Array(size) : null,
    categorical: freezeCategories(trees, orders, size),
    linearLeaves: freezeLinearLeaves(trees, orders, size, input),
  };
  let start = 0;
  for (const [index, tree] of trees.entries()) {
    ensemble.roots[index] = start;
    copyTree(tree, orders[index]!, start, ensemble);
    start += orders[index]!.length;
  }
  return Object.freeze(ensemble);
}

/** The nodes in preorder, left before right, so that a path walks forward through memory. */
function reachableNodes(tree: TreeInput, index: number, input: TreeEnsembleInput): Int32Array {
  const count = tree.left.length;
  if (count === 0) refuse('no nodes', index);
  if (
    input.leafSize === 1 &&
    !(Number.isInteger(tree.output) && tree.output >= 0 && tree.output < input.outputs)
  ) {
    refuse(`adds to output ${tree.output} of ${input.outputs}`, index);
  }
  for (const [name, array, expected] of [
    ['right', tree.right, count],
    ['column', tree.column, count],
    ['threshold', tree.threshold, count],
    ['missingLeft', tree.missingLeft, count],
    ['value', tree.value, count * input.leafSize],
    ['cover', tree.cover, count],
    ['categories', tree.categories, count],
    ['linear', tree.linear, count],
  ] as const) {
    if (array !== null && array !== undefined && array.length !== expected)
      refuse(`${array.length} entries of ${name}, expected ${expected}`, index);
  }
  const seen = new Uint8Array(count);
  const order = new Int32Array(count);
  const stack = [0];
  let length = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!(Number.isInteger(node) && node >= 0 && node < count))
      refuse(`child ${node} of ${count} nodes`, index);
    if (seen[node] === 1) refuse('has two parents or is its own ancestor', index, node);
    seen[node] = 1;
    order[length++] = node;
    checkNode(tree, index, node, input);
    if (tree.left[node] !== -1) stack.push(tree.right[node]!, tree.left[node]!);
  }
  return order.subarray(0, length);
}

function checkNode(tree: TreeInput, index: number, node: number, input: TreeEnsembleInput): void {
  const cover = tree.cover?.[node] ?? 0;
  if (!(Number.isFinite(cover) && cover >= 0)) refuse(`cover ${cover}`, index, node);
  if (tree.left[node] === -1) {
    for (let k = 0; k < input.leafSize; k++) {
      const value = tree.value[node * input.leafSize + k];
      if (!Number.isFinite(value)) refuse(`leaf value ${value}`, index, node);
    }
    return;
  }
  const column = tree.column[node]!;
  if (!(Number.isInteger(column) && column >= 0 && column < input.columns.length)) {
    refuse(`looks at column ${column} of ${input.columns.length}`, index, node);
  }
  const categories = tree.categories?.[node] ?? null;
  if (categories !== null) checkCategories(categories, index, node);
  // may be infinite: such a node tells missing values from all others
  else if (Number.isNaN(tree.threshold[node]!)) refuse('threshold NaN', index, node);
}

function checkCategories(categories: ArrayLike<number>, index: number, node: number): void {
  for (let at = 0; at < categories.length; at++) {
    const code = categories[at]!;
    if (!(Number.isInteger(code) && code >= 0 && code < 2 ** 31)) {
      refuse(`looks for category ${code}`, index, node);
    }
    if (at > 0 && code <= categories[at - 1]!) {
      refuse('categories that do not ascend', index, node);
    }
  }
}

function freezeCategories(
  trees: readonly TreeInput[],
  orders: readonly Int32Array[],
  size: number,
): CategoricalNodes | null {
  if (!trees.some((tree) => tree.categories?.some((categories) => categories !== null)))
    return null;
  const count = new Int32Array(size).fill(-1);
  const start = new Int32Array(size);
  const lists = inOrder(trees, orders, (tree, node) =>
    tree.left[node] === -1 ? null : (tree.categories?.[node] ?? null),
  );
  let length = 0;
  for (const [at, list] of lists.entries()) {
    start[at] = length;
    if (list === null) continue;
    count[at] = list.length;
    length += list.length;
  }
  const categories = new Int32Array(length);
  for (const [at, list] of lists.entries()) if (list !== null) categories.set(list, start[at]);
  return Object.freeze({ count, start, categories });
}

function freezeLinearLeaves(
  trees: readonly TreeInput[],
  orders: readonly Int32Array[],
  size: number,
  input: TreeEnsembleInput,
): LinearLeaves | null {
  if (!trees.some((tree) => tree.linear?.some((leaf) => leaf !== null))) return null;
  if (input.leafSize !== 1) refuse(`linear leaves of ${input.leafSize} values`);
  const count = new Int32Array(size).fill(-1);
  const start = new Int32Array(size);
  const constant = new Float64Array(size);
  const leaves = inOrder(trees, orders, (tree, node) =>
    tree.left[node] === -1 ? (tree.linear?.[node] ?? null) : null,
  );
  let length = 0;
  for (const [at, leaf] of leaves.entries()) {
    start[at] = length;
    if (leaf === null) continue;
    checkLinearLeaf(leaf, input.columns.length);
    count[at] = leaf.columns.length;
    constant[at] = leaf.constant;
    length += leaf.columns.length;
  }
  const column = new Int32Array(length);
  const coefficient = new Float64Array(length);
  for (const [at, leaf] of leaves.entries()) {
    if (leaf === null) continue;
    column.set(leaf.columns, start[at]);
    coefficient.set(leaf.coefficients, start[at]);
  }
  return Object.freeze({ count, start, constant, column, coefficient });
}

function checkLinearLeaf(
  { constant, columns, coefficients }: LinearLeafInput,
  columnCount: number,
): void {
  if (columns.length !== coefficients.length) {
    refuse(`a leaf of ${columns.length} columns and ${coefficients.length} coefficients`);
  }
  if (!Number.isFinite(constant) || !Array.prototype.every.call(coefficients, Number.isFinite)) {
    refuse('a coefficient of a leaf is not finite');
  }
  for (const column of Array.from(columns)) {
    if (!(Number.isInteger(column) && column >= 0 && column < columnCount)) {
      refuse(`a leaf adds up column ${column} of ${columnCount}`);
    }
  }
}

/** What `pick` says of each node, in the order of the frozen nodes. */
function inOrder<Item>(
  trees: readonly TreeInput[],
  orders: readonly Int32Array[],
  pick: (tree: TreeInput, node: number) => Item,
): Item[] {
  return trees.flatMap((tree, index) => Array.from(orders[index]!, (node) => pick(tree, node)));
}

type Arrays = Pick<
  TreeEnsemble,
  'leafSize' | 'left' | 'right' | 'column' | 'threshold' | 'missingLeft' | 'value' | 'cover'
>;

function copyTree(tree: TreeInput, order: Int32Array, start: number, into: Arrays): void {
  const position = new Int32Array(tree.left.length);
  for (let offset = 0; offset < order.length; offset++) position[order[offset]!] = start + offset;
  for (let offset = 0; offset < order.length; offset++) {
    const node = order[offset]!;
    const at = start + offset;
    if (into.cover !== null) into.cover[at] = tree.cover![node]!;
    if (tree.left[node] === -1) {
      for (let k = 0; k < into.leafSize; k++)
        into.value[at * into.leafSize + k] = tree.value[node * into.leafSize + k]!;
      continue;
    }
    into.left[at] = position[tree.left[node]!]!;
    into.right[at] = position[tree.right[node]!]!;
    into.column[at] = tree.column[node]!;
    into.threshold[at] = tree.threshold[node]!;
    into.missingLeft[at] = tree.missingLeft[node] ? 1 : 0;
  }
}

function refuse(what: string, tree?: number, node?: number): never {
  const where =
    tree === undefined
      ? ''
      : node === undefined
        ? `tree ${tree}: `
        : `tree ${tree}, node ${node}: `;
  throw new SpillwayError('INVALID_MODEL', `${where}${what}`, { details: { tree, node } });
}
