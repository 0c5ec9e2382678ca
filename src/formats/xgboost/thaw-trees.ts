// What: the trees of an ensemble in the arrays and the node order of XGBoost's file.
// Source: `TreeEnsemble` of src/model/tree-ensemble.ts; dmlc/xgboost include/xgboost/tree_model.h.
// Complexity: linear in the nodes.
// Invariant: what is written reads back to the same arrays, but for thresholds that are moved to the float32 that sends the
// same float32 to each side.
import type { TreeEnsemble } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { BoosterTree } from './booster.ts';

const { fround } = Math;

/** The trees of an ensemble whose inputs are float32; refuses numbers that are none. */
export function thawTrees(ensemble: TreeEnsemble): BoosterTree[] {
  return Array.from(ensemble.roots, (root) => thawTree(ensemble, root));
}

function thawTree(ensemble: TreeEnsemble, root: number): BoosterTree {
  const { leafSize, left, right } = ensemble;
  const order = [root];
  const parent = [-1];
  const tree = {
    left: [] as number[],
    right: [] as number[],
    categories: [] as (Int32Array | null)[],
  };
  // children take the next two numbers when their parent's turn comes
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!;
    const isLeaf = left[node] === -1;
    const categories = isLeaf ? null : categoriesOf(ensemble, node);
    tree.categories.push(categories);
    tree.left.push(isLeaf ? -1 : order.length);
    tree.right.push(isLeaf ? -1 : order.length + 1);
    if (isLeaf) continue;
    parent.push(at, at);
    // XGBoost sends the categories that a node lists to the right, and here they go left
    if (categories === null) order.push(left[node]!, right[node]!);
    else order.push(right[node]!, left[node]!);
  }
  const pick = (choose: (node: number) => number): Float32Array => Float32Array.from(order, choose);
  const leafValue = (node: number): number => exactly(ensemble.value[node]!, 'a leaf');
  const isVector = leafSize > 1;
  const condition = pick((node) => {
    if (left[node] === -1) return isVector ? 0 : leafValue(node);
    // no answer hangs on it where categories decide; versions leave different numbers there, be it NaN
    const isCode = (ensemble.categorical?.count[node] ?? -1) >= 0;
    return isCode ? ensemble.threshold[node]! : thresholdOf(ensemble, node);
  });
  return {
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    parent: Int32Array.from(parent),
    column: Int32Array.from(order, (node) => ensemble.column[node]!),
    condition,
    missingLeft: Uint8Array.from(order, (node, at) => {
      const goesLeft = ensemble.missingLeft[node]!;
      return tree.categories[at] === null ? goesLeft : 1 - goesLeft;
    }),
    gain: new Float32Array(order.length),
    cover: pick((node) => exactly(ensemble.cover?.[node] ?? 0, 'a cover')),
    weight: pick((node) => (left[node] === -1 && !isVector ? leafValue(node) : 0)),
    categories: tree.categories,
    ...(isVector && { answers: answersOf(ensemble, order) }),
  };
}

function answersOf(
  { left, leafSize, value }: TreeEnsemble,
  order: readonly number[],
): Float32Array {
  const answers = new Float32Array(order.length * leafSize);
  for (const [at, node] of order.entries()) {
    if (left[node] !== -1) continue;
    for (let output = 0; output < leafSize; output++) {
      answers[at * leafSize + output] = exactly(value[node * leafSize + output]!, 'a leaf');
    }
  }
  return answers;
}

function categoriesOf({ categorical }: TreeEnsemble, node: number): Int32Array | null {
  const count = categorical?.count[node] ?? -1;
  if (categorical === null || count === -1) return null;
  if (count === 0) {
    refuseUnsupported('a node that looks for no category', 'XGBoost has none such');
  }
  const start = categorical.start[node]!;
  const categories = categorical.categories.slice(start, start + count);
  if (categories[count - 1]! >= 2 ** 24) {
    refuseUnsupported('a category from 2^24 on', 'XGBoost takes it for none');
  }
  return categories;
}

/** The float32 t for which x < t says of every float32 x what the node says. */
function thresholdOf({ comparison, threshold }: TreeEnsemble, node: number): number {
  const exact = threshold[node]!;
  const rounded = fround(exact);
  if (comparison === '<') return rounded < exact ? nextAbove(rounded) : rounded;
  if (exact === Number.POSITIVE_INFINITY) {
    refuseUnsupported('a threshold that infinity does not exceed', 'XGBoost compares with <');
  }
  return rounded <= exact ? nextAbove(rounded) : rounded;
}

/** The smallest float32 above a finite one, or above -Infinity. */
function nextAbove(x: number): number {
  if (x === 0) return 2 ** -149;
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, x);
  bits.setInt32(0, bits.getInt32(0) + (x > 0 ? 1 : -1));
  return bits.getFloat32(0);
}

function exactly(x: number, what: string): number {
  if (fround(x) !== x) {
    refuseUnsupported(`${what} of ${x}, which is no float32`, 'XGBoost keeps and adds float32');
  }
  return x;
}
