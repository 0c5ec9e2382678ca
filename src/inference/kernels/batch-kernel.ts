import type { TreeEnsemble } from '../../model/index.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { createFinisher, sumArray, sumView } from './leaf-values.ts';

/** Scores `count` rows, one after the other in `rows`. */
export type BatchKernel = (
  rows: Float32Array | Float64Array,
  count: number,
  scores: Float64Array,
) => void;

/** Bytes of rows that are copied at a time, at most. */
const mostBlockBytes = 2 ** 24;

/** How many rows a block has, a multiple of 64; 0 when 64 rows would take more than 16 MiB. */
export function chooseBlockRows(rowBytes: number, wanted: number): number {
  return Math.floor(Math.min(wanted, mostBlockBytes / Math.max(1, rowBytes)) / 64) * 64;
}

/** Runs `scoreBlock` on blocks of rows: rows go in as the ensemble rounds them, sums begin with the base. */
export function createBlockLoop(
  ensemble: TreeEnsemble,
  memory: KernelMemory,
  {
    blockRows,
    rows,
    sums,
  }: { readonly blockRows: number; readonly rows: number; readonly sums: number },
  scoreBlock: (rowCount: number) => void,
): BatchKernel {
  const { columns, outputs } = ensemble;
  const width = columns.length;
  const finish = createFinisher(ensemble);
  const starts = sumArray(ensemble, blockRows * outputs);
  for (let at = 0; at < starts.length; at++) starts[at] = ensemble.base[at % outputs]!;
  let buffer: ArrayBuffer | null = null;
  let rowsView: Float32Array | Float64Array = starts;
  let sumsView = starts;

  return (from, count, scores) => {
    if (buffer !== memory.buffer) {
      buffer = memory.buffer;
      rowsView =
        ensemble.inputs === 'float32'
          ? new Float32Array(buffer, rows, blockRows * width)
          : new Float64Array(buffer, rows, blockRows * width);
      sumsView = sumView(ensemble, buffer, sums, blockRows * outputs);
    }
    for (let start = 0; start < count; start += blockRows) {
      const rowCount = Math.min(blockRows, count - start);
      rowsView.set(from.subarray(start * width, (start + rowCount) * width));
      sumsView.set(starts);
      scoreBlock(rowCount);
      scores.set(sumsView.subarray(0, rowCount * outputs), start * outputs);
    }
    finish(scores, 0, count);
  };
}
