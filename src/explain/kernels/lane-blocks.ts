import type { KernelMemory } from '../../inference/index.ts';
import { blockRows, type LaneTests } from './lane-tests.ts';

/** What of a model's rows and results is in memory at a time, at most, unless one block takes more. */
const mostChunkBytes = 2 ** 19;

/** Where a kernel finds its blocks of rows and adds its results. */
export interface LaneChunk {
  readonly x: number;
  readonly xBytes: number;
  readonly results: number;
  readonly resultBytes: number;
  readonly blocks: number;
  /** Rows to a block, in fours. */
  readonly fours: number;
}

/** Blocks of rows in kernel memory; to be used after its `commit`. */
export interface LaneBlocks {
  /**
   * Brings `count` rows into blocks, a chunk of them at a time; per chunk and output `run` adds to results that are 0, and
   * `take` is given each row's, number c of which is `results[at + c * blockRows]`.
   */
  forEach(
    rows: Float64Array,
    count: number,
    run: (chunk: LaneChunk, output: number) => void,
    take: (row: number, output: number, results: Float64Array, at: number) => void,
  ): void;
}

/** Reserves blocks of rows of `width` columns, with so many results for each row and output. */
export function reserveLaneBlocks(
  memory: KernelMemory<object>,
  tests: LaneTests,
  {
    width,
    resultCount,
    outputs,
  }: { readonly width: number; readonly resultCount: number; readonly outputs: number },
): LaneBlocks {
  const lanes = tests.columnCount * blockRows;
  const resultLanes = resultCount * blockRows;
  const xBytes = lanes * 8;
  const resultBytes = resultLanes * 8;
  const most = Math.max(1, Math.floor(mostChunkBytes / Math.max(1, xBytes + resultBytes)));
  const chunkBlocks = Math.min(64, most);
  const x = memory.reserve(chunkBlocks * xBytes);
  const results = memory.reserve(chunkBlocks * resultBytes);
  return {
    forEach(rows, count, run, take) {
      const xView = new Float64Array(memory.buffer, x, chunkBlocks * lanes);
      const resultView = new Float64Array(memory.buffer, results, chunkBlocks * resultLanes);
      for (let start = 0; start < count; start += chunkBlocks * blockRows) {
        const chunkRows = Math.min(chunkBlocks * blockRows, count - start);
        const blocks = Math.ceil(chunkRows / blockRows);
        // all blocks have as many rows, so that few rows are not worked on like many
        const fours = Math.ceil(chunkRows / (4 * blocks));
        const rowsOfBlock = 4 * fours;
        for (let block = 0; block < blocks; block++) {
          const first = Math.min(chunkRows, block * rowsOfBlock);
          const last = Math.min(chunkRows, first + rowsOfBlock);
          const part = rows.subarray((start + first) * width, (start + last) * width);
          tests.write(part, xView, block * lanes);
        }
        for (let output = 0; output < outputs; output++) {
          resultView.fill(0, 0, blocks * resultLanes);
          run({ x, xBytes, results, resultBytes, blocks, fours }, output);
          for (let index = 0; index < chunkRows; index++) {
            const block = Math.floor(index / rowsOfBlock);
            take(start + index, output, resultView, block * resultLanes + (index % rowsOfBlock));
          }
        }
      }
    },
  };
}
