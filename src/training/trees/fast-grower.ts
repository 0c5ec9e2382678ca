// What: grows the trees of a booster on bins, fast: sums of gradients by bin with SIMD, the smaller child of a split summed
// and the other one subtracted, all in one memory that threads share.
// Source: Ke et al., "LightGBM" (NIPS 2017) for subtraction; the layout and the grid of gradients are our own.
// Complexity: half the rows * columns for each level of a tree, and the bins of each node.
// Invariant: tree for tree and bit for bit what `createReferenceGrower` grows, for any number of threads.
import { SpillwayError } from '../../core/index.ts';
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
  /**
   * Threads that work on each tree, the caller's included. 1 to 64.
   * @default 1
   */
  readonly threads?: number | undefined;
  /**
   * The compiled file of the other threads, for bundlers that move it.
   * @default grower-worker.js beside this file
   */
  readonly workerFile?: URL | undefined;
}

const mostThreads = 64;

/**
 * Makes a grower of trees on a table; it keeps the codes of all columns twice, and about 32 bytes for each row.
 * @throws SpillwayError `INVALID_OPTION` for a number of threads that is out of range.
 */
export function createFastGrower(
  table: BinnedTable,
  parameters: TreeParameters,
  options: FastGrowerOptions = {},
): TreeGrower {
  const { engine = 'wasm', histogramBytes = 48 * 2 ** 20, threads = 1 } = options;
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `threads: expected 1 to ${mostThreads}, got ${threads}`,
    );
  }
  const layout = layOutGrower(table, threads, histogramBytes);
  const memory = createTrainingMemory(layout.bytes, engine);
  fillGrower(memory, layout, table, parameters);
  const workerFile = options.workerFile ?? new URL('./grower-worker.js', import.meta.url);
  const crew = createCrew(memory, layout, workerFile);
  const slots = createHistogramSlots(layout.slotCount);
  const views = { ...viewJobs(memory.buffer), doubles: new Float64Array(memory.buffer) };
  return {
    grow(round: GrowingRound): BoosterTree {
      return growTree({ table, parameters, layout, memory, crew, slots, views }, round);
    },
    close: () => crew.close(),
  };
}
