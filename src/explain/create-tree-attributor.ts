import { createTreeKernel } from '../inference/index.ts';
import type { TreeEnsemble } from '../model/index.ts';
import { type Attributor, oneByOne } from './attributor.ts';
import { coverRatios } from './cover-ratios.ts';
import { annotateTrees } from './kernels/annotate-trees.ts';
import { createLaneShapKernel, type LaneShapKernel } from './kernels/lane-shap-kernel.ts';
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
  const limit = limitMemory(ensemble);
  const kernel = createRowShapKernel(ensemble, ratios, annotations, limit);
  // what is attributed is the sum before it is rounded to float32
  const scorer = createTreeKernel({ ...ensemble, arithmetic: 'float64' });
  const single = oneByOne(ensemble.columns.length, {
    method: reference.method,
    base: reference.base,
    attribute(row, attributions) {
      if (kernel === null) reference.attribute(row, attributions);
      else kernel(row, attributions);
    },
    score(row, scores) {
      scorer.predictRow(row, scores);
    },
  });
  let lanes: LaneShapKernel | null | undefined;
  return {
    ...single,
    attributeRows(rows, count, attributions) {
      // laid out with the first batch, which a server may never see
      if (lanes === undefined) lanes = createLaneShapKernel(ensemble, ratios, annotations, limit);
      if (lanes === null || count === 1) single.attributeRows(rows, count, attributions);
      else lanes(rows, count, attributions);
    },
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
