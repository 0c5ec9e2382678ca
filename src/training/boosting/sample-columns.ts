import { createSeededRandom, type Random } from '../../core/index.ts';
import type { ColumnSampler } from '../trees/tree-grower.ts';

const { fround } = Math;

/** Which parts of the columns are drawn, each from the ones before it. */
export interface ColumnRatios {
  readonly tree: number;
  readonly level: number;
  readonly node: number;
}

/** Draws the columns of one tree: a set for the tree, from it one for each depth, from that one for each node. */
export function createColumnSampler(
  columns: number,
  ratios: ColumnRatios,
  seed: number,
): ColumnSampler {
  const random = createSeededRandom(seed);
  const all = Uint32Array.from({ length: columns }, (_, column) => column);
  const ofTree = draw(all, ratios.tree, random);
  const ofDepth = new Map<number, Uint32Array>();
  return (depth) => {
    const level = ofDepth.get(depth) ?? draw(ofTree, ratios.level, random);
    ofDepth.set(depth, level);
    return draw(level, ratios.node, random);
  };
}

/** At least one, without replacement, ascending. */
function draw(columns: Uint32Array, ratio: number, random: Random): Uint32Array {
  if (ratio === 1) return columns;
  const count = Math.max(1, Math.floor(fround(fround(ratio) * columns.length)));
  const shuffled = columns.slice();
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(random() * (columns.length - place));
    const column = shuffled[place]!;
    shuffled[place] = shuffled[other]!;
    shuffled[other] = column;
  }
  return shuffled.subarray(0, count).toSorted();
}
