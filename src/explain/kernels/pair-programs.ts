import type { KernelMemory } from '../../inference/index.ts';
import { gaussLegendre } from '../gauss-legendre.ts';
import { meansBelow } from './annotate-trees.ts';
import {
  countInner,
  type LanePrograms,
  type LaneSource,
  laneBytes,
  nodeBytes,
  placeRule,
  pointsFor,
  stepBytes,
} from './lane-programs.ts';
import { blockRows } from './lane-tests.ts';
import { createLaneTrees, type LaneTrees } from './lane-trees.ts';

/** The programs of each output, and the columns of every pair that some path has: the first, the second, of the next. */
export interface PairPrograms extends LanePrograms {
  readonly pairs: Int32Array;
  /** Room for what a node hands to its pairs. */
  readonly scratch: number;
}

const partnerBytes = 16;

// operations of assembly/shap-lanes.ts
const operations = { enter: 0, leave: 1, leaveLeaf: 2, pair: 3 };

function frameBytes(points: number): number {
  return 64 * points + (blockRows / 4) * (128 + 96 * points);
}

/** Places a program for each tree and output. @returns `null` when the memory has no room for them */
export function placePairPrograms(
  memory: KernelMemory<object>,
  source: LaneSource,
): PairPrograms | null {
  const { ensemble, ratios, annotations } = source;
  const { depth, distinctColumns, treeDepth } = annotations;
  const { left, leafSize, outputs, roots, treeOutput } = ensemble;
  const points = distinctColumns.map(pointsFor);
  const workspace = points.reduce(
    (most, count, tree) => Math.max(most, (treeDepth[tree]! + 1) * frameBytes(count)),
    0,
  );
  const partners = depth.reduce((sum, level, node) => sum + (left[node] === -1 ? 0 : level + 1), 0);
  const inner = countInner(left);
  const bytes = (inner * (nodeBytes + 2 * stepBytes) + roots.length * 16) * leafSize;
  if (!memory.hasRoomFor(bytes + partners * partnerBytes + workspace + 2 ** 16)) return null;

  const frame = memory.reserve(workspace);
  const scratch = memory.reserve(32 * points.reduce((most, count) => Math.max(most, count), 0));
  const rules = new Map<number, number>();
  for (const count of points) {
    if (!rules.has(count)) {
      rules.set(
        count,
        placeRule(memory, gaussLegendre(count), (t) => 1 / (1 - t)),
      );
    }
  }
  const trees = createLaneTrees(ensemble, annotations);
  const pairs = createPairs(ensemble.columns.length);
  const layouts = Array.from(roots, (root, tree): TreeLayout => {
    const count = points[tree]!;
    const layout = { root, end: roots[tree + 1] ?? left.length, points: count, frame };
    return { ...layout, ...placePartners(memory, source, trees, pairs, layout) };
  });
  let means = meansBelow(ensemble, ratios, 0);
  const directories = Array.from({ length: outputs }, (_, output) => {
    if (leafSize > 1 && output > 0) means = meansBelow(ensemble, ratios, output);
    const directory: number[] = [];
    for (const [tree, layout] of layouts.entries()) {
      if (left[layout.root] === -1 || (leafSize === 1 && treeOutput[tree] !== output)) continue;
      const leafOutput = leafSize === 1 ? 0 : output;
      const steps = placeProgram(memory, source, trees, layout, means, leafOutput);
      directory.push(...steps, layout.points, rules.get(layout.points)!);
    }
    const start = memory.place(Uint32Array.from(directory));
    return [start, start + directory.length * 4] as const;
  });
  return { trees: directories, frame, scratch, pairs: Int32Array.from(pairs.columns) };
}

interface TreeLayout {
  readonly root: number;
  readonly end: number;
  readonly points: number;
  readonly frame: number;
  /** Of each node from the root on: its partners, from and to. */
  readonly partners: Uint32Array;
}

interface Pairs {
  readonly columns: number[];
  /** The number of a pair, in either order. */
  numberOf(one: number, other: number): number;
}

/** Pairs are numbered as they are met. The first is of no columns, for what an odd partner adds. */
function createPairs(width: number): Pairs {
  const numbers = new Map<number, number>();
  const columns: number[] = [-1, -1];
  return {
    columns,
    numberOf(one, other) {
      const key = Math.min(one, other) * width + Math.max(one, other);
      const known = numbers.get(key) ?? columns.length / 2;
      if (known === columns.length / 2) {
        numbers.set(key, known);
        columns.push(one, other);
      }
      return known;
    },
  };
}

/** Places the partners of every node of a tree: per other column above it, where its nearest node leaves its state. */
function placePartners(
  memory: KernelMemory<object>,
  { ensemble, annotations }: LaneSource,
  { isLeaf, sideOfParent }: LaneTrees,
  pairs: Pairs,
  { root, end, points, frame }: Omit<TreeLayout, 'partners'>,
): Pick<TreeLayout, 'partners'> {
  const { column, columns } = ensemble;
  const { depth, parent } = annotations;
  const list: number[] = [];
  const partners = new Uint32Array(2 * (end - root));
  const seenBy = new Int32Array(columns.length).fill(-1);
  for (let node = root; node < end; node++) {
    if (isLeaf(node)) continue;
    partners[2 * (node - root)] = list.length * 4;
    seenBy[column[node]!] = node;
    let child = node;
    for (let above = parent[node]!; above !== -1; child = above, above = parent[above]!) {
      if (seenBy[column[above]!] === node) continue;
      seenBy[column[above]!] = node;
      const at = frame + (depth[above]! + 1) * frameBytes(points);
      const side = sideOfParent(child);
      const pair = pairs.numberOf(column[node]!, column[above]!);
      list.push(at + 32 + 16 * side, at + 64 * points + 64 + 32 * side, pair * laneBytes, 0);
    }
    if ((list.length / 4 - partners[2 * (node - root)]! / 16) % 2 === 1) {
      list.push(frame, frame + 64 * points + 64, 0, 0);
    }
    partners[2 * (node - root) + 1] = list.length * 4;
  }
  const start = memory.place(Uint32Array.from(list));
  return { partners: partners.map((offset) => start + offset) };
}

/** Places one tree's nodes and steps. @returns where the steps begin and end */
function placeProgram(
  memory: KernelMemory<object>,
  { ensemble, ratios, annotations, tests }: LaneSource,
  trees: LaneTrees,
  { root, end, points, frame, partners }: TreeLayout,
  means: Float64Array,
  leafOutput: number,
): readonly [number, number] {
  const { left, leafSize, value } = ensemble;
  const { depth, parent, previous, ratioAbove } = annotations;
  const { children, isLeaf, isMirrored, isPair, sideOfParent, sideOfPrevious } = trees;
  const words = new Uint32Array((countInner(left.subarray(root, end)) * nodeBytes) / 4);
  const numbers = new Float64Array(words.buffer);
  const nodes = memory.place(words);
  const frameOf = (node: number) =>
    node === -1 ? frame : frame + (depth[node]! + 1) * frameBytes(points);
  const foursOf = (node: number) => frameOf(node) + 64 * points;
  const valueOf = (leaf: number) => value[leaf * leafSize + leafOutput]!;

  const writeNode = (node: number, record: number): void => {
    const above = parent[node]!;
    const at = (record * nodeBytes) / 8;
    words.set(
      [
        frameOf(node),
        foursOf(above),
        foursOf(above) + 32 * sideOfParent(node),
        foursOf(above) + 160 + 32 * sideOfParent(node),
        frameOf(above),
        foursOf(previous[node]!) + 64 + 32 * sideOfPrevious(node),
        tests.column[node]! * laneBytes,
        partners[2 * (node - root)]!,
      ],
      2 * at,
    );
    const [one, other] = children(node);
    numbers.set([tests.threshold[node]!, 0, ratioAbove[node]!, ratios[node]!], at + 4);
    if (isMirrored(node)) words.fill(0xffff_ffff, 2 * (at + 5), 2 * (at + 6));
    words[2 * (at + 8)] = partners[2 * (node - root) + 1]!;
    const mean = means[node]!;
    numbers.set(
      isPair(node)
        ? [valueOf(other) - mean, valueOf(one) - valueOf(other), mean]
        : [ratios[one]!, ratios[other]!, isLeaf(one) ? valueOf(one) : 0],
      at + 10,
    );
  };

  const records = new Map<number, number>();
  const steps: number[] = [];
  trees.walk(root, end, (step, node) => {
    const record = records.get(node) ?? records.size;
    if (record === records.size) {
      records.set(node, record);
      writeNode(node, record);
    }
    const leavesLeaf = step === 'leave' && isLeaf(children(node)[0]);
    steps.push(operations[leavesLeaf ? 'leaveLeaf' : step], nodes + record * nodeBytes);
  });
  const start = memory.place(Uint32Array.from(steps));
  return [start, start + steps.length * 4];
}
