import { SpillwayError } from '../core/index.ts';
import type { Link, TreeEnsemble } from './tree-ensemble.ts';

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
}

/** What `createTreeEnsemble` needs beside the trees; the fields are those of `TreeEnsemble`. */
export interface TreeEnsembleInput {
  readonly columns: readonly string[];
  readonly outputs: number;
  readonly leafSize: number;
  readonly arithmetic: 'float32' | 'float64';
  readonly base: ArrayLike<number>;
  readonly divisor: number;
  readonly link: Link;
  readonly trees: readonly TreeInput[];
}

/**
 * Checks every tree and freezes them into one ensemble; nodes that the root does not reach (XGBoost keeps pruned ones)
 * are left out. Every reader ends here, so what predicts never meets a child out of range, a cycle, a node with two
 * parents, a column that does not exist or a threshold that is not finite.
 * @throws SpillwayError `INVALID_MODEL` naming the tree, the node and what is wrong.
 */
export function createTreeEnsemble(input: TreeEnsembleInput): TreeEnsemble {
  const { leafSize, outputs, trees } = input;
  if (leafSize !== 1 && leafSize !== outputs)
    refuse(`leaves of ${leafSize} values for ${outputs} outputs`);
  if (input.base.length !== outputs)
    refuse(`${input.base.length} base scores for ${outputs} outputs`);
  if (!Array.prototype.every.call(input.base, Number.isFinite))
    refuse('a base score is not finite');
  const orders = trees.map((tree, index) => reachableNodes(tree, index, input));
  const size = orders.reduce((sum, order) => sum + order.length, 0);
  const ensemble = {
    kind: 'tree-ensemble' as const,
    columns: Object.freeze([...input.columns]),
    outputs,
    leafSize,
    arithmetic: input.arithmetic,
    base: Float64Array.from(input.base),
    divisor: input.divisor,
    link: input.link,
    roots: new Int32Array(trees.length),
    treeOutput: Int32Array.from(trees, (tree) => tree.output),
    left: new Int32Array(size).fill(-1),
    right: new Int32Array(size).fill(-1),
    column: new Int32Array(size),
    threshold: new Float64Array(size),
    missingLeft: new Uint8Array(size),
    value: new Float64Array(size * leafSize),
    cover: trees.every((tree) => tree.cover !== null) ? new Float64Array(size) : null,
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
  ] as const) {
    if (array !== null && array.length !== expected)
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
  if (!Number.isFinite(tree.threshold[node]))
    refuse(`threshold ${tree.threshold[node]}`, index, node);
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
