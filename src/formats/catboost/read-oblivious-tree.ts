import type { TreeInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { listAt } from './list-at.ts';
import type { FindSplit } from './list-splits.ts';

/** More splits than CatBoost itself allows in one tree; each doubles the leaves. */
const deepest = 16;

/** How many leaves a tree whose levels each ask one thing has. */
export function countLeaves(tree: JsonValue): number {
  const depth = listAt(tree, 'splits').length;
  if (depth > deepest) tree.at('splits').refuse(`at most ${deepest} splits`);
  return 2 ** depth;
}

/**
 * Spells a tree whose levels each ask one thing out into nodes, the last split at the root: so split d is bit d of the
 * number of a leaf, and so CatBoost explains it. The children of node n are 2n + 1 and 2n + 2.
 */
export function readObliviousTree(
  tree: JsonValue,
  findSplit: FindSplit,
  outputs: number,
  scale: number,
): TreeInput {
  const leaves = countLeaves(tree);
  const levels = listAt(tree, 'splits')
    .map((item) => findSplit(item))
    .toReversed();
  const leafValues = tree.at('leaf_values').numbers();
  if (leafValues.length !== leaves * outputs) {
    tree.at('leaf_values').refuse(`${leaves * outputs} numbers`);
  }
  const leafWeights = tree.find('leaf_weights')?.numbers() ?? null;
  if (leafWeights !== null && leafWeights.length !== leaves) {
    tree.at('leaf_weights').refuse(`${leaves} numbers`);
  }
  const answers = leafValues.map((value) => value * scale);
  // a file may hold a great many trees of one leaf
  if (leaves === 1)
    return {
      ...onlyLeaf,
      value: Array.from(answers),
      cover: leafWeights === null ? null : Array.from(leafWeights),
    };
  const inner = leaves - 1;
  const size = inner + leaves;
  const left = integers(size).fill(-1);
  const right = integers(size).fill(-1);
  const column = integers(size);
  const threshold = numbers(size);
  const missingLeft = size > small ? new Uint8Array(size) : Array<number>(size).fill(0);
  const value = numbers(size * outputs);
  const cover = leafWeights === null ? null : numbers(size);
  const categories = levels.some(({ codes }) => codes !== null)
    ? Array.from({ length: size }, (): readonly number[] | null => null)
    : undefined;
  // which bits of a leaf's number are turned, since a category that is found goes left
  let turned = 0;
  for (const [level, split] of levels.entries()) {
    if (split.codes !== null) turned |= 1 << (levels.length - 1 - level);
    for (let node = 2 ** level - 1; node < 2 ** (level + 1) - 1; node++) {
      left[node] = 2 * node + 1;
      right[node] = 2 * node + 2;
      column[node] = split.column;
      threshold[node] = split.threshold;
      missingLeft[node] = split.missingIsTrue || split.codes !== null ? 0 : 1;
      if (split.codes !== null) categories![node] = split.codes;
    }
  }
  for (let place = 0; place < leaves; place++) {
    const leaf = place ^ turned;
    for (let k = 0; k < outputs; k++) {
      value[(inner + place) * outputs + k] = answers[leaf * outputs + k]!;
    }
    if (cover !== null) cover[inner + place] = leafWeights![leaf]!;
  }
  if (cover !== null) {
    for (let node = inner - 1; node >= 0; node--) {
      cover[node] = cover[2 * node + 1]! + cover[2 * node + 2]!;
    }
  }
  return { output: 0, left, right, column, threshold, missingLeft, value, cover, categories };
}

/** All but the answers of a tree that asks nothing. */
const onlyLeaf = {
  output: 0,
  left: [-1],
  right: [-1],
  column: [0],
  threshold: [0],
  missingLeft: [0],
} as const;

/** Up to so many numbers the object around a typed array is larger than what is in it. */
const small = 16;

function integers(count: number): Int32Array | number[] {
  return count > small ? new Int32Array(count) : Array<number>(count).fill(0);
}

function numbers(count: number): Float64Array | number[] {
  return count > small ? new Float64Array(count) : Array<number>(count).fill(0);
}
