// What: grows the trees of a booster on bins, fast: sums of gradients by bin with SIMD, the smaller child of a split summed
// and the other one subtracted, all in one memory that threads share.
// Source: Ke et al., "LightGBM" (NIPS 2017) for subtraction; the layout and the grid of gradients are our own.
// Complexity: half the rows * columns for each level of a tree, and the bins of each node.
// Invariant: tree for tree and bit for bit what `createReferenceGrower` grows, for any number of threads.
import type { BoosterTree } from '../../formats/index.ts';
import type { BinnedTable } from './binned-table.ts';
import { fillGrower } from './fill-grower.ts';
import { growTree } from './grow-tree.ts';
import { createCrew } from './grower-crew.ts';
import { layOutGrower } from './grower-layout.ts';
import { createHistogramSlots } from './histogram-slots.ts';
import { viewJobs } from './run-share.ts';
import { createTrainingMemory } from './training-memory.ts';
import type { GrowingRound, TreeGrower, TreeParameters } from './tree-grower.ts';

/** How the trees are grown; none of it changes them. */
export interface FastGrowerOptions {
  /**
   * `javascript` does without WebAssembly.
   * @default 'wasm' where it is to be had
   */
  readonly engine?: 'wasm' | 'javascript' | undefined;
  /**
   * About how many bytes of histograms are kept for nodes that wait to be split; beyond, some are summed again.
   * @default 48 MiB
   */
  readonly histogramBytes?: number | undefined;
}

/** Makes a grower of trees on a table; it keeps the codes of all columns twice, and about 40 bytes for each row. */
export function createFastGrower(
  table: BinnedTable,
  parameters: TreeParameters,
  options: FastGrowerOptions = {},
): TreeGrower {
  const { engine = 'wasm', histogramBytes = 48 * 2 ** 20 } = options;
  const layout = layOutGrower(table, 1, histogramBytes);
  const memory = createTrainingMemory(layout.bytes, engine);
  fillGrower(memory, layout, table, parameters);
  const crew = createCrew(memory, layout);
  const slots = createHistogramSlots(layout.slotCount);
  const views = { ...viewJobs(memory.buffer), doubles: new Float64Array(memory.buffer) };
  return {
    grow(round: GrowingRound): BoosterTree {
      return growTree({ table, parameters, layout, memory, crew, slots, views }, round);
    },
    close: () => crew.close(),
  };
}
