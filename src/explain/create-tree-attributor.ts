import { createTreeKernel } from '../inference/index.ts';
import type { TreeEnsemble } from '../model/index.ts';
import { type Attributor, oneByOne } from './attributor.ts';
import { coverRatios } from './cover-ratios.ts';
import { annotateTrees } from './kernels/annotate-trees.ts';
import { createRowShapKernel } from './kernels/row-shap-kernel.ts';
import { createTreeShap } from './tree-shap.ts';

/**
 * The fastest exact way to attribute an ensemble's scores: to rounding those of `createTreeShap`, which also decides what can
 * be attributed and serves where no kernel can.
 * @throws SpillwayError `NOT_EXPLAINABLE` as `createTreeShap` does.
 */
export function createTreeAttributor(ensemble: TreeEnsemble): Attributor {
  const reference = createTreeShap(ensemble);
  const ratios = coverRatios(ensemble);
  const annotations = annotateTrees(ensemble, ratios);
  const kernel = createRowShapKernel(ensemble, ratios, annotations, limitMemory(ensemble));
  // what is attributed is the sum before it is rounded to float32
  const scorer = createTreeKernel({ ...ensemble, arithmetic: 'float64' });
  return {
    ...oneByOne(ensemble.columns.length, {
      method: reference.method,
      base: reference.base,
      attribute(row, attributions) {
        if (kernel === null) reference.attribute(row, attributions);
        else kernel(row, attributions);
      },
      score(row, scores) {
        scorer.predictRow(row, scores);
      },
    }),
    scoreRows(rows, count, scores) {
      scorer.predictRows(rows, count, scores);
    },
  };
}

/** Layouts of leaves that answer many values, or of long paths, grow faster than the model does. */
function limitMemory({ columns, left, outputs, value }: TreeEnsemble): number {
  const own = left.length * 40 + (value.length + columns.length * outputs) * 8;
  return Math.min(2 ** 30, 2 ** 25 + 8 * own);
}
