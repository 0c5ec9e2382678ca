import type { KernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { gaussRadau } from '../gauss-radau.ts';
import { meansBelow, type TreeAnnotations } from './annotate-trees.ts';
import { blockRows, type LaneTests } from './lane-tests.ts';

/** What there is to know of an ensemble whose programs are written. */
export interface LaneProgramSource {
  readonly ensemble: TreeEnsemble;
  readonly ratios: Float64Array;
  readonly annotations: TreeAnnotations;
  readonly tests: LaneTests;
  /** Of each column: which of the results is its attribution. */
  readonly resultOf: Int32Array;
}

/** Where the programs of each output stand; of use after `commit`. */
export interface LanePrograms {
  /** Of each output: the directory of its trees, from and to. */
  readonly trees: readonly (readonly [number, number])[];
  /** The frame above every root. */
  readonly frame: number;
}

const nodeBytes = 104;
const stepBytes = 8;
const laneBytes = blockRows * 8;

// operations of assembly/shap-lanes.ts
const enter = 0;
const leave = 4;
const pair = 8;
const withMoments = 1;
const withLeaf = 1;
const ofRepeated = 2;

/** Most points that a tree needs, the one at 0 aside: those are exact to the degree of its longest product. */
function pointsFor(distinctColumns: number): number {
  return Math.max(1, Math.ceil((distinctColumns - 1) / 2));
}

function frameBytes(points: number): number {
  return 32 * points + (blockRows / 4) * (192 + 96 * points);
}

/** Places a program for each tree and output. @returns `null` when the memory has no room for them. */
export function placeLanePrograms(
  memory: KernelMemory<object>,
  source: LaneProgramSource,
): LanePrograms | null {
  const { left, leafSize, outputs, roots, treeOutput } = source.ensemble;
  const { distinctColumns, treeDepth } = source.annotations;
  const inner = left.reduce((count, child) => count + (child === -1 ? 0 : 1), 0);
  let workspace = 0;
  for (const [tree, distinct] of distinctColumns.entries()) {
    workspace = Math.max(workspace, (treeDepth[tree]! + 1) * frameBytes(pointsFor(distinct)));
  }
  const programs = inner * (nodeBytes + 2 * stepBytes) * leafSize + roots.length * 16 * leafSize;
  if (!memory.hasRoomFor(programs + workspace + 2 ** 16)) return null;

  const frame = memory.reserve(workspace);
  const rules = new Map<number, { readonly address: number; readonly weightAtZero: number }>();
  const ruleFor = (points: number) => {
    const { nodes, weights, weightAtZero } = gaussRadau(points);
    const numbers = new Float64Array(6 * points);
    for (let q = 0; q < points; q++) {
      numbers.set([nodes[q]!, nodes[q]!, 1, 1], 4 * q);
      numbers.fill(weights[q]!, 4 * points + 2 * q, 4 * points + 2 * q + 2);
    }
    return { address: memory.place(numbers), weightAtZero };
  };
  const trees: [number, number][] = [];
  let means = meansBelow(source.ensemble, source.ratios, 0);
  for (let output = 0; output < outputs; output++) {
    if (leafSize > 1 && output > 0) means = meansBelow(source.ensemble, source.ratios, output);
    const directory: number[] = [];
    for (const [tree, root] of roots.entries()) {
      if (left[root] === -1 || (leafSize === 1 && treeOutput[tree] !== output)) continue;
      const points = pointsFor(distinctColumns[tree]!);
      const rule = rules.get(points) ?? ruleFor(points);
      rules.set(points, rule);
      const steps = placeProgram(memory, source, {
        root,
        end: roots[tree + 1] ?? left.length,
        output: leafSize === 1 ? 0 : output,
        means,
        points,
        rule: rule.address,
        weightAtZero: rule.weightAtZero,
        frame,
      });
      directory.push(...steps, points, rule.address);
    }
    const start = memory.place(Uint32Array.from(directory));
    trees.push([start, start + directory.length * 4]);
  }
  return { trees, frame };
}

interface ProgramOptions {
  readonly root: number;
  readonly end: number;
  readonly output: number;
  readonly means: Float64Array;
  readonly points: number;
  readonly rule: number;
  readonly weightAtZero: number;
  readonly frame: number;
}

/** Places one tree's nodes and steps in depth-first order. @returns where the steps begin and end */
function placeProgram(
  memory: KernelMemory<object>,
  { ensemble, ratios, annotations, tests, resultOf }: LaneProgramSource,
  { root, end, output, means, points, rule, weightAtZero, frame }: ProgramOptions,
): readonly [number, number] {
  const { column, left, leafSize, right, value } = ensemble;
  const { depth, othersRatio, parent, previous, ratioAbove, rightOfPrevious } = annotations;
  const isLeaf = (node: number) => left[node] === -1;
  const isPair = (node: number) => isLeaf(left[node]!) && isLeaf(right[node]!);
  const isMirrored = (node: number) => isLeaf(right[node]!) && !isLeaf(left[node]!);
  const hasMoments = (node: number) =>
    [left[node]!, right[node]!].some(
      (child) => !isLeaf(child) && isPair(child) && previous[child] === -1,
    );
  const frameOf = (node: number) => frame + (depth[node]! + 1) * frameBytes(points);
  const valueOf = (leaf: number) => value[leaf * leafSize + output]!;
  const foursOf = (at: number) => at + 32 * points;

  let inner = 0;
  let stepCount = 0;
  for (let node = root; node < end; node++) {
    if (isLeaf(node)) continue;
    inner++;
    stepCount += isPair(node) ? 1 : 2;
  }
  const words = new Uint32Array((inner * nodeBytes) / 4);
  const numbers = new Float64Array(words.buffer);
  const steps = new Uint32Array(stepCount * 2);
  const nodes = memory.place(words);
  let nextNode = 0;
  let nextStep = 0;

  const writeNode = (node: number): void => {
    const mirrored = isMirrored(node);
    const above = parent[node]!;
    const frameAbove = above === -1 ? frame : frameOf(above);
    const side = above !== -1 && (node === right[above]) !== isMirrored(above) ? 1 : 0;
    const before = previous[node]!;
    const sideBefore =
      before !== -1 && (rightOfPrevious[node] === 1) !== isMirrored(before) ? 1 : 0;
    words.set(
      [
        frameOf(node),
        foursOf(frameAbove),
        foursOf(frameAbove) + 32 * side,
        foursOf(frameAbove) + 224 + 32 * side,
        above !== -1 && previous[above] !== -1 ? frameAbove : rule,
        before === -1 ? 0 : foursOf(frameOf(before)) + 64 + 32 * sideBefore,
        tests.column[node]! * laneBytes,
        resultOf[column[node]!]! * laneBytes,
      ],
      (nextNode * nodeBytes) / 4,
    );
    const [one, other] = mirrored ? [right[node]!, left[node]!] : [left[node]!, right[node]!];
    const mean = means[node]!;
    const atZero = weightAtZero * othersRatio[node]!;
    const zeroRight = atZero * (means[other]! - mean);
    const at = (nextNode * nodeBytes) / 8;
    numbers.set(
      [
        tests.threshold[node]!,
        0,
        ratioAbove[node]!,
        ratios[node]!,
        zeroRight,
        atZero * (means[one]! - mean) - zeroRight,
      ],
      at + 4,
    );
    if (mirrored) words.fill(0xffff_ffff, 2 * (at + 5), 2 * (at + 6));
    numbers.set(
      isPair(node)
        ? [valueOf(other) - mean, valueOf(one) - valueOf(other), mean]
        : [ratios[one]!, ratios[other]!, isLeaf(one) ? valueOf(one) : 0],
      at + 10,
    );
    nextNode++;
  };

  const addStep = (operation: number, record: number): void => {
    steps.set([operation, nodes + record * nodeBytes], nextStep);
    nextStep += 2;
  };

  const open: { readonly node: number; readonly record: number }[] = [];
  const close = (): void => {
    const { node, record } = open.pop()!;
    const leaf = isLeaf(left[node]!) || isLeaf(right[node]!) ? withLeaf : 0;
    addStep(leave + (previous[node] === -1 ? 0 : ofRepeated) + leaf, record);
  };
  for (let node = root; node < end; node++) {
    if (isLeaf(node)) continue;
    while (open.length > 0 && open.at(-1)!.node !== parent[node]) close();
    const repeated = previous[node] !== -1;
    if (isPair(node)) addStep(pair + (repeated ? 1 : 0), nextNode);
    else {
      const moments = hasMoments(node) ? withMoments : 0;
      addStep(enter + (repeated ? ofRepeated : 0) + moments, nextNode);
      open.push({ node, record: nextNode });
    }
    writeNode(node);
  }
  while (open.length > 0) close();
  const start = memory.place(steps);
  return [start, start + steps.byteLength];
}
