import type { Pipeline } from '../model/index.ts';
import { createScorer, type Scorer } from './create-scorer.ts';
import { createTreeKernel } from './kernels/create-tree-kernel.ts';
import { createCalibratedScorer } from './predict-calibrated-model.ts';

/** Raw scores, for one row of columns and for `count` of them that stand one after the other. */
export interface Scorers {
  readonly scoreRow: Scorer;
  readonly scoreRows: (rows: Float64Array, count: number, scores: Float64Array) => void;
}

/** The scorers that define what a model answers. */
export function createReferenceScorers(model: Pipeline['model']): Scorers {
  return oneByOne(
    model,
    model.kind === 'calibrated-model' ? createCalibratedScorer(model) : createScorer(model),
  );
}

/** The fastest scorers that answer the same. */
export function createFastScorers(model: Pipeline['model']): Scorers {
  if (model.kind !== 'tree-ensemble') return createReferenceScorers(model);
  const kernel = createTreeKernel(model);
  return {
    scoreRow: (row, scores) => kernel.predictRow(row, scores),
    scoreRows: (rows, count, scores) => kernel.predictRows(rows, count, scores),
  };
}

function oneByOne({ columns, outputs }: Pipeline['model'], scoreRow: Scorer): Scorers {
  const width = columns.length;
  return {
    scoreRow,
    scoreRows(rows, count, scores) {
      for (let row = 0; row < count; row++) {
        scoreRow(
          rows.subarray(row * width, (row + 1) * width),
          scores.subarray(row * outputs, (row + 1) * outputs),
        );
      }
    },
  };
}
