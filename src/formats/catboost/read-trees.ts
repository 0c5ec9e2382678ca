import type { TreeInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import type { FindSplit } from './list-splits.ts';
import { answerOf, readNestedTree } from './read-nested-tree.ts';
import { countLeaves, readObliviousTree } from './read-oblivious-tree.ts';

/** What is added up: trees, and numbers added at the end. */
export interface Trees {
  readonly trees: readonly TreeInput[];
  readonly outputs: number;
  readonly offset: Float64Array;
}

/** Reads the trees, of either kind, with their scale in their leaves; a scale other than 1 rounds each leaf once more. */
export function readTrees(document: JsonValue, findSplit: FindSplit, bytes: number): Trees {
  const oblivious = document.find('oblivious_trees')?.items();
  const items = oblivious ?? document.at('trees').items();
  const { scale, bias } = readScaleAndBias(document);
  const outputs = items.length === 0 ? bias.length : countOutputs(items[0]!);
  if (bias.length !== outputs) {
    refuseBroken(`scale_and_bias: ${bias.length} numbers of bias for ${outputs} outputs`);
  }
  if (outputs > limits.outputs) {
    refuseUnsupported(`${outputs} outputs`, `at most ${limits.outputs} can be read`);
  }
  if (oblivious === undefined) {
    const trees = items.map((tree) => readNestedTree(tree, findSplit, outputs, scale));
    return { trees, outputs, offset: bias };
  }
  // a tree by itself takes as much memory as eight nodes
  const nodes = items.reduce((sum, tree) => sum + 2 * countLeaves(tree) + 7, 0);
  const most = limits.spelledNodesAnyway + Math.floor(bytes * limits.spelledNodesRatio);
  if (nodes * (20 + outputs) > most * 21 || nodes * outputs > limits.leafValues) {
    refuseUnsupported(
      `${nodes} nodes of ${outputs} values in a file of ${bytes} bytes`,
      'fewer can be read, and more in trees of grow_policy="Depthwise"',
    );
  }
  const trees = items.map((tree) => readObliviousTree(tree, findSplit, outputs, scale));
  return { trees, outputs, offset: bias };
}

/** How many numbers a leaf of the first tree has; the others are held to it. */
function countOutputs(first: JsonValue): number {
  const values = first.find('leaf_values')?.numbers();
  if (values !== undefined) return Math.max(1, Math.ceil(values.length / countLeaves(first)));
  let leaf = first;
  for (let next = leaf.find('left'); next !== undefined; next = leaf.find('left')) leaf = next;
  return Math.max(1, answerOf(leaf).length);
}

function readScaleAndBias(document: JsonValue): { scale: number; bias: Float64Array } {
  const pair = document.at('scale_and_bias');
  const [scale, bias, ...others] = pair.items();
  if (scale === undefined || bias === undefined || others.length > 0) return pair.refuse('a pair');
  return { scale: scale.number(), bias: bias.numbers() };
}
