// The file of the threads of `createParallelScorer`: the first message is the model, the others are batches to share in.
import { parentPort } from 'node:worker_threads';
import type { TreeEnsemble } from '../../model/index.ts';
import { createTreeKernel } from './create-tree-kernel.ts';
import { chunkRows, type SharedBatch, takeChunk } from './shared-batch.ts';

parentPort?.once('message', (ensemble: TreeEnsemble) => {
  const kernel = createTreeKernel(ensemble);
  const { columns, outputs } = ensemble;
  parentPort?.on('message', (batch: SharedBatch) => {
    const { count, rows, scores } = batch;
    for (let chunk = takeChunk(batch); chunk !== -1; chunk = takeChunk(batch)) {
      const start = chunk * chunkRows;
      const end = Math.min(count, start + chunkRows);
      kernel.predictRows(
        rows.subarray(start * columns.length, end * columns.length),
        end - start,
        scores.subarray(start * outputs, end * outputs),
      );
    }
    parentPort?.postMessage(null, []);
  });
});
