import type { ForestTree } from './forest-tree.ts';

/** What the answers of leaves are made from. */
export interface AnswerRule {
  /** How many classes there are; 0 for a regression. */
  readonly classes: number;
  /** How many trees are added up. */
  readonly trees: number;
  /** Regression: the centre of the targets. */
  readonly centre: number;
}

/** Steps of an answer between 0 and 1, so that a sum of answers up to 1 is exact in float32, in any order. */
const steps = 2 ** 24;

/** How many outputs a forest has: one for a regression and for two classes, of which the second is the output. */
export function countOutputs(classes: number): number {
  return classes > 2 ? classes : 1;
}

/**
 * What each node adds to the answer of the forest, output by output: its share of the class, or its mean target, divided by
 * the number of trees. Shares are rounded to multiples of 2^-24, and that of a pure node so that no sum is above 1;
 * means to float32.
 */
export function answerNodes(
  tree: ForestTree,
  { classes, trees, centre }: AnswerRule,
): Float32Array {
  const nodes = tree.left.length;
  const outputs = countOutputs(classes);
  const answers = new Float32Array(nodes * outputs);
  const most = Math.floor(steps / trees);
  for (let node = 0; node < nodes; node++) {
    for (let output = 0; output < outputs; output++) {
      const value = valueOf(tree, node, { classes, output, centre });
      answers[node * outputs + output] =
        classes === 0 ? value / trees : Math.min(most, Math.round((value * steps) / trees)) / steps;
    }
  }
  return answers;
}

/** The share of the class of an output, or the mean target, of the rows of a node. */
export function valueOf(
  tree: ForestTree,
  node: number,
  {
    classes,
    output,
    centre,
  }: { readonly classes: number; readonly output: number; readonly centre: number },
): number {
  const weight = tree.weight[node]!;
  if (classes === 0) return centre + tree.sums[node]! / weight;
  return tree.sums[node * classes + (classes === 2 ? 1 : output)]! / weight;
}
