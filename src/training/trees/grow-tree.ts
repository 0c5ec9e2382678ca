import type { BoosterTree } from '../../formats/index.ts';
import { dealPiece } from './deal-work.ts';
import type { GradientSums } from './find-split.ts';
import { findSplits } from './find-splits.ts';
import { recordBytes } from './grower-layout.ts';
import type { FastNode, GrowerParts } from './grower-parts.ts';
import { type LoadedRound, loadRound } from './load-round.ts';
import { createOpenNodes } from './open-nodes.ts';
import { nodesAtOnce } from './reference-grower.ts';
import { commands } from './run-share.ts';
import { createSplitScores, noBounds, type SplitScores } from './split-scores.ts';
import { createTreeBuilder, type TreeBuilder } from './tree-builder.ts';
import type { GrowingRound } from './tree-grower.ts';

const { fround } = Math;

/** Grows one tree. */
export function growTree(parts: GrowerParts, given: GrowingRound): BoosterTree {
  const { layout, parameters, slots } = parts;
  const scores = createSplitScores(parameters);
  const sampled = given.rows?.length ?? layout.rows;
  const round = loadRound(parts, given);
  const { sums } = round;
  const weight = scores.weighWithin(sums.gradient, sums.hessian, noBounds);
  const root: FastNode = {
    id: 0,
    depth: 0,
    first: 0,
    count: sampled,
    firstOther: sampled,
    others: layout.rows - sampled,
    sums,
    weight,
    gain: scores.gainOf(sums.gradient, sums.hessian, weight),
    bounds: noBounds,
    split: null,
    isPruned: false,
    slot: -1,
  };
  const tree = createTreeBuilder(sums.hessian);
  const open = createOpenNodes<FastNode>(parameters.grow_policy);
  const leaves: FastNode[] = [];
  let lastPruned = -1;
  const sort = (nodes: readonly FastNode[]): void => {
    for (const node of nodes) {
      if (node.split === null) leaves.push(node);
      else open.add(node);
      if (node.isPruned) lastPruned = node.id;
    }
  };

  slots.clear();
  findSplits(parts, scores, round, [[root]]);
  sort([root]);
  // a split replaces a leaf by two
  let leafCount = 1;
  for (let nodes = open.take(); nodes.length > 0; nodes = open.take()) {
    const room = parameters.max_leaves > 0 ? parameters.max_leaves - leafCount : nodes.length;
    leaves.push(...nodes.slice(room));
    const split = nodes.slice(0, room);
    leafCount += split.length;
    // all that is left after whole batches of a level is pruned: XGBoost ends the tree
    const isLast =
      parameters.grow_policy === 'depthwise' &&
      nodes.length % nodesAtOnce === 0 &&
      lastPruned > nodes.at(-1)!.id;
    // each of them ends with two histograms
    const most = Math.min(layout.mostJobs, layout.slotCount >>> 1);
    for (let start = 0; start < split.length; start += most) {
      const children = splitNodes(parts, scores, tree, round, split.slice(start, start + most));
      if (isLast) leaves.push(...children);
      else sort(children);
    }
  }
  answer(parts, tree, round, leaves);
  return tree.finish();
}

/** Splits nodes and finds the splits of their children. @returns the children, by their numbers. */
function splitNodes(
  parts: GrowerParts,
  scores: SplitScores,
  tree: TreeBuilder,
  round: LoadedRound,
  nodes: readonly FastNode[],
): FastNode[] {
  const { layout, slots, views } = parts;
  partition(parts, nodes);
  const families = nodes.map((node, job) => {
    const at = (layout.jobs + job * recordBytes.job) >>> 2;
    slots.secure(node);
    return createChildren(node, scores, tree, views.words[at + 6]!, views.words[at + 7]!);
  });
  findSplits(parts, scores, round, families, nodes);
  return families.flat();
}

function createChildren(
  node: FastNode,
  scores: SplitScores,
  tree: TreeBuilder,
  leftCount: number,
  leftOthers: number,
): FastNode[] {
  const { bounds, count, first, firstOther, others } = node;
  const split = node.split!;
  const total = {
    gradient: split.left.gradient + split.right.gradient,
    hessian: split.left.hessian + split.right.hessian,
  };
  const ids = tree.split(node.id, split, scores.weighWithin(total.gradient, total.hessian, bounds));
  // the weights of the children, and their own gains, are still within the bounds of their parent
  const weigh = (sums: GradientSums): number =>
    scores.weighWithin(sums.gradient, sums.hessian, bounds);
  const [leftWeight, rightWeight] = [weigh(split.left), weigh(split.right)];
  const childBounds = scores.boundChildren(split.column, bounds, leftWeight, rightWeight);
  return [
    {
      id: ids[0],
      depth: node.depth + 1,
      first,
      count: leftCount,
      firstOther,
      others: leftOthers,
      sums: split.left,
      weight: leftWeight,
      gain: scores.gainOf(split.left.gradient, split.left.hessian, leftWeight),
      bounds: childBounds[0],
      split: null,
      isPruned: false,
      slot: -1,
    },
    {
      id: ids[1],
      depth: node.depth + 1,
      first: first + leftCount,
      count: count - leftCount,
      firstOther: firstOther + leftOthers,
      others: others - leftOthers,
      sums: split.right,
      weight: rightWeight,
      gain: scores.gainOf(split.right.gradient, split.right.hessian, rightWeight),
      bounds: childBounds[1],
      split: null,
      isPruned: false,
      slot: -1,
    },
  ];
}

/** Parts the rows of nodes by their splits. */
function partition({ crew, layout, table, views }: GrowerParts, nodes: readonly FastNode[]): void {
  const loads = layout.shares.map(() => 0);
  const bytes = new Uint8Array(views.words.buffer);
  for (const [job, { count, first, firstOther, others, split }] of nodes.entries()) {
    const { categories, column, condition, missingLeft } = split!;
    const { bins, cuts } = table.columns[column]!;
    const sides = layout.sides + job * layout.sideBytes;
    if (categories === null) {
      for (let code = 0; code < bins; code++)
        bytes[sides + code] = cuts[code]! <= condition ? 1 : 0;
    } else {
      bytes.fill(1, sides, sides + bins);
      for (const code of categories) bytes[sides + code] = 0;
    }
    if (table.columns[column]!.hasMissing) bytes[sides + bins] = missingLeft ? 1 : 0;
    const thread = dealPiece(loads, count + others);
    const at = (layout.jobs + job * recordBytes.job) >>> 2;
    views.words.set([first, count, firstOther, others, column, thread], at);
  }
  crew.run(commands.part, nodes.length, 0);
}

/** Takes down what leaves answer and adds it to the margins of their rows. */
function answer(
  { crew, layout, parameters, views }: GrowerParts,
  tree: TreeBuilder,
  round: GrowingRound,
  leaves: readonly FastNode[],
): void {
  const eta = fround(parameters.eta);
  const margins = views.singles.subarray(
    layout.gradients >>> 2,
    (layout.gradients >>> 2) + layout.rows,
  );
  margins.set(round.margins);
  const loads = layout.shares.map(() => 0);
  for (let start = 0; start < leaves.length; start += layout.mostJobs) {
    const some = leaves.slice(start, start + layout.mostJobs);
    for (const [job, { count, first, firstOther, id, others, weight }] of some.entries()) {
      const value = fround(weight * eta);
      // XGBoost's file has the weight of a leaf with the step size, but for a root that is alone
      tree.answer(id, value, id === 0 ? weight : value);
      const at = (layout.jobs + job * recordBytes.job) >>> 2;
      views.words.set([first, count, firstOther, others, 0, dealPiece(loads, count + others)], at);
      views.singles[at + 4] = value;
    }
    crew.run(commands.answer, some.length, 0);
  }
  round.margins.set(margins);
}
