import type { TreeEnsemble } from '../../model/index.ts';
import { createScorer } from '../create-scorer.ts';
import type { BatchKernel } from './batch-kernel.ts';
import { classifyCategories } from './category-classes.ts';
import { createKernelMemory } from './kernel-memory.ts';
import { createLaneKernel } from './lane-kernel.ts';
import { hasExactSums } from './leaf-values.ts';
import { createRowKernel, type RowKernel } from './row-kernel.ts';
import type { TreeKernelExports } from './tree-kernel-exports.ts';
import { treeKernelsWasm } from './tree-kernels-wasm.ts';
import { measureTrees, type TreeShapes } from './tree-shapes.ts';
import { createWalkKernel } from './walk-kernel.ts';

/** Raw scores of rows, value for value those of `predictTreeEnsemble`. Not to be called while one of its calls runs. */
export interface TreeKernel {
  /** Scores one row of as many numbers as the ensemble has columns (NaN = missing) into `scores`, one per output. */
  predictRow(row: Float64Array, scores: Float64Array): void;
  /** Scores `count` rows that stand one after the other in `rows`; `scores` gets one number per output for each. */
  predictRows(rows: Float64Array | Float32Array, count: number, scores: Float64Array): void;
}

/** How rows of a batch are scored. */
export type BatchMethod = 'lanes' | 'walks' | 'rows';

export interface TreeKernelOptions {
  /**
   * `javascript` walks the trees plainly, without WebAssembly.
   * @default 'wasm' where it is to be had
   */
  readonly engine?: 'wasm' | 'javascript' | undefined;
  /**
   * The method for batches of any size, where the ensemble allows it; for tests and benches.
   * @default chosen by the shape of the trees, for 16 rows or more
   */
  readonly batch?: BatchMethod | undefined;
  /**
   * Most bytes of memory that layouts of the model may take; beyond, it is walked plainly. 1 MiB to 4 GiB.
   * @default 1 GiB, and no more than 32 MiB and twice what the ensemble itself takes
   */
  readonly memoryLimit?: number | undefined;
}

/** Fewer rows than this cost more as a block than one by one. */
const leastBatch = 16;

/**
 * The fastest exact way to score rows of an ensemble. What is laid out for single rows is made here, what is for batches
 * with the first batch.
 */
export function createTreeKernel(
  ensemble: TreeEnsemble,
  options: TreeKernelOptions = {},
): TreeKernel {
  const { engine = 'wasm', memoryLimit = limitMemory(ensemble) } = options;
  const plain = createPlainKernel(ensemble);
  // linear leaves read the row again, and float32 sums of other numbers are rounded once more
  const isPlain = engine === 'javascript' || ensemble.linearLeaves !== null;
  const classes = isPlain || !hasExactSums(ensemble) ? null : classifyCategories(ensemble);
  const memory =
    classes === null ? null : createKernelMemory<TreeKernelExports>(treeKernelsWasm, memoryLimit);
  if (classes === null || memory === null) return toTreeKernel(ensemble, plain, null);
  const shapes = measureTrees(ensemble);
  const rowKernel = createRowKernel(ensemble, shapes, classes, memory);
  if (rowKernel === null) return toTreeKernel(ensemble, plain, null);
  warmUp(ensemble, shapes, rowKernel);
  const method = options.batch ?? chooseBatchMethod(ensemble, shapes);
  const createBatchKernel = {
    lanes: () => createLaneKernel(ensemble, shapes, classes, memory),
    walks: () => createWalkKernel(ensemble, shapes, memory),
    rows: () => null,
  }[method];
  const least = options.batch === undefined ? leastBatch : 1;
  return toTreeKernel(ensemble, rowKernel, { create: createBatchKernel, least });
}

/** Bitmaps of categories grow with the square of the nodes: a file of megabytes could otherwise take a gigabyte. */
function limitMemory({ categorical, columns, left, outputs, value }: TreeEnsemble): number {
  const nodes = left.length * 32 + (value.length + columns.length + outputs) * 8;
  const lists = (categorical?.categories.length ?? 0) * 4;
  return Math.min(2 ** 30, 2 ** 25 + 2 * (nodes + lists));
}

/**
 * Lanes cost 0.026 ns per leaf and row, walks 0.8 ns per level, on the machine they were measured on. Walks take as many
 * steps as the deepest leaf needs, so trees that are mostly a long tail, or look for categories, go row by row.
 */
function chooseBatchMethod({ categorical }: TreeEnsemble, shapes: TreeShapes): BatchMethod {
  const { allDepths, allLeaves, mostDepth, mostLeaves } = shapes;
  const isWalkable = categorical === null && mostDepth <= 64;
  if (mostLeaves <= 256 && (allLeaves < 30 * allDepths || !isWalkable)) return 'lanes';
  return isWalkable ? 'walks' : 'rows';
}

/**
 * The first calls are slow (0.3 ms, then 15 us a call until V8 has compiled the way in), so they are made here: about 2 ms,
 * less for models of which one row takes long.
 */
function warmUp(
  { columns, outputs }: TreeEnsemble,
  { allDepths }: TreeShapes,
  predictRow: RowKernel,
): void {
  const row = new Float64Array(columns.length);
  const scores = new Float64Array(outputs);
  const calls = Math.min(50, Math.ceil(200_000 / (columns.length + allDepths)));
  for (let call = 0; call < calls; call++) predictRow(row, scores, 0);
}

function toTreeKernel(
  { columns, outputs }: TreeEnsemble,
  predictRow: RowKernel,
  batch: { readonly create: () => BatchKernel | null; readonly least: number } | null,
): TreeKernel {
  const width = columns.length;
  let kernel: BatchKernel | null | undefined;
  return {
    predictRow(row, scores) {
      predictRow(row, scores, 0);
    },
    predictRows(rows, count, scores) {
      if (batch !== null && count >= batch.least) {
        if (kernel === undefined) kernel = batch.create();
        if (kernel !== null) {
          kernel(rows, count, scores);
          return;
        }
      }
      for (let row = 0; row < count; row++) {
        predictRow(rows.subarray(row * width, (row + 1) * width), scores, row * outputs);
      }
    },
  };
}

function createPlainKernel(ensemble: TreeEnsemble): RowKernel {
  const score = createScorer(ensemble);
  const scoresOfRow = new Float64Array(ensemble.outputs);
  return (row, scores, at) => {
    score(row, scoresOfRow);
    scores.set(scoresOfRow, at);
  };
}
