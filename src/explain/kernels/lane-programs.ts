import type { KernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { gaussRadau } from '../gauss-radau.ts';
import { meansBelow, type TreeAnnotations } from './annotate-trees.ts';
import { blockRows, type LaneTests } from './lane-tests.ts';
import { createLaneTrees, type LaneTrees } from './lane-trees.ts';

/** What programs are written from. */
export interface LaneSource {
  readonly ensemble: TreeEnsemble;
  readonly ratios: Float64Array;
  readonly annotations: TreeAnnotations;
  readonly tests: LaneTests;
}

/** Where the programs of each output stand; of use after `commit`. */
export interface LanePrograms {
  /** Of each output: the directory of its trees, from and to. */
  readonly trees: readonly (readonly [number, number])[];
  /** The frame above every root. */
  readonly frame: number;
}

/** Bytes of a column of a block. */
export const laneBytes: number = blockRows * 8;
/** Bytes of a node's record, and of a step. */
export const nodeBytes = 104;
export const stepBytes = 8;

// operations of assembly/shap-lanes.ts
const operations = { enter: 0, leave: 4, pair: 8 };
const withMoments = 1;
const aboveLeaf = 1;

/** How many points beside that at 0 are exact for products over so many columns but one. */
export function pointsFor(distinctColumns: number): number {
  return Math.max(1, Math.ceil((distinctColumns - 1) / 2));
}

function frameBytes(points: number): number {
  return 32 * points + (blockRows / 4) * (192 + 96 * points);
}

/**
 * Places a program for each tree and output.
 * @param resultOf of each column: which of a block's results is its attribution
 * @returns `null` when the memory has no room for them
 */
export function placeLanePrograms(
  memory: KernelMemory<object>,
  source: LaneSource,
  resultOf: Int32Array,
): LanePrograms | null {
  const { ensemble, ratios, annotations } = source;
  const { distinctColumns, treeDepth } = annotations;
  const { left, leafSize, outputs, roots, treeOutput } = ensemble;
  const points = distinctColumns.map(pointsFor);
  const workspace = points.reduce(
    (most, count, tree) => Math.max(most, (treeDepth[tree]! + 1) * frameBytes(count)),
    0,
  );
  const bytes = countInner(left) * (nodeBytes + 2 * stepBytes) + roots.length * 16;
  if (!memory.hasRoomFor(bytes * leafSize + workspace + 2 ** 16)) return null;

  const frame = memory.reserve(workspace);
  const rules = new Map<number, { readonly address: number; readonly weightAtZero: number }>();
  for (const count of points) {
    if (rules.has(count)) continue;
    const { weightAtZero, ...rule } = gaussRadau(count);
    rules.set(count, { address: placeRule(memory, rule, () => 1), weightAtZero });
  }
  const trees = createLaneTrees(ensemble, annotations);
  let means = meansBelow(ensemble, ratios, 0);
  const directories = Array.from({ length: outputs }, (_, output) => {
    if (leafSize > 1 && output > 0) means = meansBelow(ensemble, ratios, output);
    const directory: number[] = [];
    for (const [tree, root] of roots.entries()) {
      if (left[root] === -1 || (leafSize === 1 && treeOutput[tree] !== output)) continue;
      const rule = rules.get(points[tree]!)!;
      const steps = placeProgram(memory, source, trees, {
        root,
        end: roots[tree + 1] ?? left.length,
        leafOutput: leafSize === 1 ? 0 : output,
        points: points[tree]!,
        rule,
        means,
        frame,
        resultOf,
      });
      directory.push(...steps, points[tree]!, rule.address);
    }
    const start = memory.place(Uint32Array.from(directory));
    return [start, start + directory.length * 4] as const;
  });
  return { trees: directories, frame };
}

/** How many nodes are not leaves. */
export function countInner(left: Int32Array): number {
  return left.reduce((count, child) => count + (child === -1 ? 0 : 1), 0);
}

/** Places a rule: per point t and a number made of it, then the weights, each in both lanes. */
export function placeRule(
  memory: KernelMemory<object>,
  { nodes, weights }: { readonly nodes: Float64Array; readonly weights: Float64Array },
  beside: (t: number) => number,
): number {
  const ofPoints = Array.from(nodes, (t) => [t, t, beside(t), beside(t)]);
  const ofWeights = Array.from(weights, (weight) => [weight, weight]);
  return memory.place(Float64Array.from([...ofPoints, ...ofWeights].flat()));
}

interface ProgramOptions {
  readonly root: number;
  readonly end: number;
  /** Which of a leaf's values is meant. */
  readonly leafOutput: number;
  readonly points: number;
  readonly rule: { readonly address: number; readonly weightAtZero: number };
  readonly means: Float64Array;
  readonly frame: number;
  readonly resultOf: Int32Array;
}

/** Places one tree's nodes and steps. @returns where the steps begin and end */
function placeProgram(
  memory: KernelMemory<object>,
  { ensemble, ratios, annotations, tests }: LaneSource,
  trees: LaneTrees,
  { root, end, leafOutput, points, rule, means, frame, resultOf }: ProgramOptions,
): readonly [number, number] {
  const { column, left, leafSize, value } = ensemble;
  const { depth, othersRatio, parent, previous, ratioAbove } = annotations;
  const { children, isLeaf, isMirrored, isPair, sideOfParent, sideOfPrevious } = trees;
  const words = new Uint32Array((countInner(left.subarray(root, end)) * nodeBytes) / 4);
  const numbers = new Float64Array(words.buffer);
  const nodes = memory.place(words);
  const frameOf = (node: number) => frame + (depth[node]! + 1) * frameBytes(points);
  const foursOf = (at: number) => at + 32 * points;
  const valueOf = (leaf: number) => value[leaf * leafSize + leafOutput]!;
  const isFirst = (node: number) => previous[node] === -1;

  const writeNode = (node: number, record: number): void => {
    const above = parent[node]!;
    const frameAbove = above === -1 ? frame : frameOf(above);
    words.set(
      [
        frameOf(node),
        foursOf(frameAbove),
        foursOf(frameAbove) + 32 * sideOfParent(node),
        foursOf(frameAbove) + 224 + 32 * sideOfParent(node),
        above === -1 || isFirst(above) ? rule.address : frameAbove,
        isFirst(node) ? 0 : foursOf(frameOf(previous[node]!)) + 64 + 32 * sideOfPrevious(node),
        tests.column[node]! * laneBytes,
        resultOf[column[node]!]! * laneBytes,
      ],
      (record * nodeBytes) / 4,
    );
    const [one, other] = children(node);
    const mean = means[node]!;
    const atZero = rule.weightAtZero * othersRatio[node]!;
    const zeroRight = atZero * (means[other]! - mean);
    const zeroLeft = atZero * (means[one]! - mean);
    const at = (record * nodeBytes) / 8 + 4;
    numbers.set(
      [
        tests.threshold[node]!,
        0,
        ratioAbove[node]!,
        ratios[node]!,
        zeroRight,
        zeroLeft - zeroRight,
      ],
      at,
    );
    if (isMirrored(node)) words.fill(0xffff_ffff, 2 * (at + 1), 2 * (at + 2));
    numbers.set(
      isPair(node)
        ? [valueOf(other) - mean, valueOf(one) - valueOf(other), mean]
        : [ratios[one]!, ratios[other]!, isLeaf(one) ? valueOf(one) : 0],
      at + 6,
    );
  };

  const hasMoments = (node: number) =>
    children(node).some((child) => !isLeaf(child) && isPair(child) && isFirst(child));
  const variant = {
    enter: (node: number) => (isFirst(node) ? 0 : 2) + (hasMoments(node) ? withMoments : 0),
    leave: (node: number) => (isFirst(node) ? 0 : 2) + (isLeaf(children(node)[0]) ? aboveLeaf : 0),
    pair: (node: number) => (isFirst(node) ? 0 : 1),
  };
  const records = new Map<number, number>();
  const steps: number[] = [];
  trees.walk(root, end, (step, node) => {
    const record = records.get(node) ?? records.size;
    if (record === records.size) {
      records.set(node, record);
      writeNode(node, record);
    }
    steps.push(operations[step] + variant[step](node), nodes + record * nodeBytes);
  });
  const start = memory.place(Uint32Array.from(steps));
  return [start, start + steps.length * 4];
}
