// What: what onnxruntime makes of the votes of a TreeEnsembleClassifier: which scores, which link, which label.
// Source: onnxruntime core/providers/cpu/ml/tree_ensemble_aggregator.h (`TreeAggregatorClassifier`), tried with 1.31.
// Complexity: linear in the votes.
// Invariant: what stands in the file of two classes is one score when all votes are for one class; its label is the second
// class above 0.5 when no vote is negative, else above 0, whatever the post_transform.
import type { Label, Link } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { ForestNodes } from './forest-nodes.ts';
import type { GraphNode } from './graph-node.ts';
import { pair, type ScoreView, viewAll } from './graph-values.ts';
import { transforms } from './links-of-transforms.ts';

/** How votes become scores and labels. */
export interface ClassPlan {
  /** With the votes that are counted. */
  readonly forest: ForestNodes;
  readonly offset: readonly number[];
  readonly link: Link;
  readonly view: readonly ScoreView[];
  readonly above: number | null;
  readonly warnings: readonly string[];
}

/** Plans a classifier of `classes` with these votes, base values and `post_transform`. */
export function planClasses(
  node: GraphNode,
  classes: readonly Label[],
  forest: ForestNodes,
  base: readonly number[],
): ClassPlan {
  const transform = node.text('post_transform') ?? 'NONE';
  const link =
    transforms.get(transform) ?? node.refuse(`post_transform "${transform.slice(0, 32)}"`);
  if (classes.length < 2) {
    refuseUnsupported('a classifier of one class', 'there is nothing to tell apart');
  }
  if (link === 'probit') {
    refuseUnsupported('post_transform PROBIT of a classifier', 'its answers are no probabilities');
  }
  if (classes.length > 2) return planMany(node, classes.length, forest, base, link);
  const voted = new Set(forest.votes.output);
  if (base.length > (voted.size > 1 || voted.has(1) ? 0 : 1)) {
    refuseUnsupported(
      `${base.length} base values for two classes`,
      'onnxruntime counts them otherwise than the definition says; write one base value and votes for one class',
    );
  }
  return voted.size > 1 ? planBoth(forest, link) : planOne(forest, base, link, transform);
}

/** All votes are for one class. */
function planOne(
  forest: ForestNodes,
  base: readonly number[],
  link: Link,
  transform: string,
): ClassPlan {
  const isSecond = forest.votes.output[0] === 1;
  if (isSecond && transform === 'SOFTMAX_ZERO') {
    refuseUnsupported('post_transform SOFTMAX_ZERO of one score', 'its answers are 0 and 1 only');
  }
  // softmax of 0 and the score, or of nothing when the votes are for the first class
  const isLogistic = link === 'independent-logistic' || (isSecond && link === 'softmax');
  return {
    forest: countVotes(forest, (output) => (output === (isSecond ? 1 : 0) ? 0 : null)),
    offset: base.length === 0 ? [0] : base,
    link: isLogistic ? 'logistic' : 'identity',
    view: pair,
    above: forest.votes.weight.every((weight) => weight >= 0) ? 0.5 : 0,
    warnings: [],
  };
}

/** Votes for both of two classes. */
function planBoth(forest: ForestNodes, link: Link): ClassPlan {
  const warnings = [
    'onnxruntime labels a row 1 wherever the score of the second class is above 0; here the label is the class with the higher score, as the definition says',
  ];
  if (link === 'identity' && isComplementary(forest)) {
    const second = countVotes(forest, (output) => (output === 1 ? 0 : null));
    return { forest: second, offset: [0], link, view: pair, above: 0.5, warnings };
  }
  return { forest, offset: [0, 0], link, view: viewAll(2), above: null, warnings };
}

function planMany(
  node: GraphNode,
  count: number,
  forest: ForestNodes,
  base: readonly number[],
  link: Link,
): ClassPlan {
  if (base.length !== 0 && base.length !== count) {
    node.refuse(`${base.length} base values for ${count} classes`);
  }
  // onnxruntime never labels a row with a class that none of its leaves has voted for, be its score of 0 the highest
  if (base.length === 0 && forest.votes.weight.some((weight) => weight <= 0)) {
    const always = alwaysVoted(forest);
    if (always.size < count) {
      refuseUnsupported(
        'leaves without a vote for each class and votes of 0 or less',
        'write base values, or a vote of each leaf for each class',
      );
    }
  }
  const offset = base.length === 0 ? Array.from({ length: count }, () => 0) : base;
  return { forest, offset, link, view: viewAll(count), above: null, warnings: [] };
}

/** The votes that `pick` gives an output. */
function countVotes(forest: ForestNodes, pick: (output: number) => number | null): ForestNodes {
  const { output, start, weight } = forest.votes;
  const starts = new Int32Array(start.length);
  const outputs: number[] = [];
  const weights: number[] = [];
  for (let leaf = 0; leaf + 1 < start.length; leaf++) {
    for (let vote = start[leaf]!; vote < start[leaf + 1]!; vote++) {
      const picked = pick(output[vote]!);
      if (picked === null) continue;
      outputs.push(picked);
      weights.push(weight[vote]!);
    }
    starts[leaf + 1] = outputs.length;
  }
  const votes = {
    start: starts,
    output: Int32Array.from(outputs),
    weight: Float64Array.from(weights),
  };
  return { ...forest, votes, outputs: 1 };
}

/** Whether the two votes of each leaf share out one tree's part of 1. */
function isComplementary({ roots, votes }: ForestNodes): boolean {
  for (let leaf = 0; leaf + 1 < votes.start.length; leaf++) {
    const start = votes.start[leaf]!;
    const count = votes.start[leaf + 1]! - start;
    if (count === 0) continue;
    const sum = votes.weight[start]! + (count === 2 ? votes.weight[start + 1]! : Number.NaN);
    if (!(Math.abs(sum * roots.length - 1) < 1e-5)) return false;
  }
  return true;
}

/** The classes that every row gets a vote for: those that all leaves of some tree vote for. */
function alwaysVoted({ no, roots, votes, yes }: ForestNodes): Set<number> {
  const always = new Set<number>();
  const seen = new Uint8Array(yes.length);
  for (const root of roots) {
    let common = null as readonly number[] | null;
    const stack = [root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node >= 0) {
        if (seen[node] === 1) continue;
        seen[node] = 1;
        stack.push(yes[node] ?? -1, no[node] ?? -1);
        continue;
      }
      const here: readonly number[] = [
        ...votes.output.subarray(votes.start[~node], votes.start[~node + 1]),
      ];
      const before: readonly number[] | null = common;
      common = before === null ? here : here.filter((output) => before.includes(output));
    }
    for (const output of common ?? []) always.add(output);
  }
  return always;
}
