// What: a tree of histogram gradient boosting as parallel arrays.
// Source: scikit-learn sklearn/ensemble/_hist_gradient_boosting/predictor.py and _predictor.pyx (`_predict_one_from_raw_data`).
// Complexity: linear in the nodes, 256 per node that looks for categories.
// Invariant: x goes left when it is at most the threshold, or its category is in the node's set.
import type { TreeInput } from '../../model/index.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';

const wordsPerSet = 8;
const bitsPerWord = 32;

/** Reads a `TreePredictor` that adds to `output`. */
export function readHistTree(tree: PickleValue, output: number): TreeInput {
  const nodes = tree.at('nodes');
  const isLeaf = nodes.field('is_leaf');
  const isCategorical = nodes.field('is_categorical');
  return {
    output,
    left: nodes.field('left').map((child, node) => (isLeaf[node] === 0 ? child : -1)),
    right: nodes.field('right'),
    column: nodes.field('feature_idx'),
    threshold: nodes.field('num_threshold'),
    missingLeft: nodes.field('missing_go_to_left'),
    value: nodes.field('value'),
    cover: nodes.field('count'),
    ...(isCategorical.includes(1) && { categories: readSets(tree, isLeaf, isCategorical) }),
  };
}

function readSets(
  tree: PickleValue,
  isLeaf: Float64Array,
  isCategorical: Float64Array,
): (Int32Array | null)[] {
  const places = tree.at('nodes').field('bitset_idx');
  const sets = tree.at('raw_left_cat_bitsets');
  const words = sets.numbers();
  if (words.length % wordsPerSet !== 0) sets.refuse(`rows of ${wordsPerSet} numbers`);
  return Array.from(isLeaf, (leaf, node) => {
    if (leaf !== 0 || isCategorical[node] === 0) return null;
    const start = places[node]! * wordsPerSet;
    if (!(start >= 0 && start + wordsPerSet <= words.length)) sets.refuse('a set for each node');
    return codesOf(words.subarray(start, start + wordsPerSet));
  });
}

function codesOf(words: Float64Array): Int32Array {
  const codes: number[] = [];
  for (let code = 0; code < wordsPerSet * bitsPerWord; code++) {
    if ((words[Math.floor(code / bitsPerWord)]! >>> (code % bitsPerWord)) & 1) codes.push(code);
  }
  return Int32Array.from(codes);
}
