import { createModel } from '../../inference/index.ts';
import type { Pipeline, Prediction } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';

const blockRows = 4096;

/** The answers of a pipeline to the rows of a table, block after block. */
export function* answerTable(
  pipeline: Pipeline,
  { columns, rows }: TrainingTable,
): Generator<Prediction, void, undefined> {
  const model = createModel(pipeline);
  const width = columns.length;
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(blockRows, rows - from);
    const values = new Float64Array(count * width);
    for (const [index, column] of columns.entries()) {
      for (let row = 0; row < count; row++)
        values[row * width + index] = column.values[from + row]!;
    }
    yield* model.predictBatch(values, count);
  }
}
