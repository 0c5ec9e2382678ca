import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';

/** The part that a tree has in its model. */
export interface TreePlace {
  /** The output it adds to, unless its leaves answer all. */
  readonly output: number;
  /** By what its answers are multiplied. */
  readonly weight: number;
  /** Numbers in each leaf of the model: 1, or one per output. */
  readonly width: number;
}

/** What the leaves of one tree answer: `width` numbers per node, of which those of inner nodes mean nothing. */
export function readAnswers(
  tree: JsonValue,
  threshold: Float32Array,
  { output, width }: TreePlace,
): Float32Array {
  if (leafSize(tree) <= 1) {
    // the answer of a leaf stands where the threshold of an inner node does
    return width === 1 ? threshold : spread(threshold, output, width);
  }
  if (leafSize(tree) !== width) {
    refuseBroken(`${tree.path}: leaves of ${leafSize(tree)} values for ${width} outputs`);
  }
  const vectors = tree.find('leaf_weights');
  // up to 3.1 each node has its vector; inner nodes may have none
  if (vectors === undefined) return Float32Array.from(tree.at('base_weights').numbersOrNaN());
  return gather(tree, Float32Array.from(vectors.numbers()), width);
}

/** How many numbers a leaf of the tree answers with, 0 or 1 for one. */
export function leafSize(tree: JsonValue): number {
  return (
    tree
      .at('tree_param')
      .find('size_leaf_vector')
      ?.count(0, 2 ** 31) ?? 1
  );
}

/** One output's answers among those of all. The others are given -0, the number that changes no sum. */
function spread(answers: Float32Array, output: number, width: number): Float32Array {
  if (!(Number.isInteger(output) && output >= 0 && output < width)) {
    refuseBroken(`tree_info: expected outputs from 0 to ${width - 1}, got ${output}`);
  }
  const all = new Float32Array(answers.length * width).fill(-0);
  for (const [node, answer] of answers.entries()) all[node * width + output] = answer;
  return all;
}

/** Since 3.2 the vectors stand in an array of leaves, and a leaf has its place in it as its right child. */
function gather(tree: JsonValue, vectors: Float32Array, width: number): Float32Array {
  const left = tree.at('left_children').numbers();
  const places = tree.at('right_children').numbers();
  const all = new Float32Array(left.length * width);
  for (const [node, child] of left.entries()) {
    if (child !== -1) continue;
    const place = places[node]!;
    const vector = vectors.subarray(place * width, (place + 1) * width);
    if (!(Number.isInteger(place) && place >= 0 && vector.length === width)) {
      refuseBroken(`${tree.path}/right_children/${node}: expected the place of a leaf`);
    }
    all.set(vector, node * width);
  }
  return all;
}
