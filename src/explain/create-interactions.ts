import type { TreeEnsemble } from '../model/index.ts';
import { coverRatios } from './cover-ratios.ts';
import { annotateTrees } from './kernels/annotate-trees.ts';
import { createLaneInteractionKernel } from './kernels/lane-interaction-kernel.ts';
import { createLaneShapKernel } from './kernels/lane-shap-kernel.ts';
import { createTreeInteractions } from './tree-interactions.ts';
import { createTreeShap } from './tree-shap.ts';

/** Exact attributions of an ensemble's score to pairs of columns. No method may be called while one of them runs. */
export interface Interactions {
  /**
   * Overwrites `interactions` with those of `count` rows that stand one after the other. Of a row, output k of the columns
   * i and j is at `(i * columns + j) * outputs + k`; it is the same for j and i, each having half of what the pair does
   * together. What stands for a column with itself is the rest of its attribution, so that a column's sum is that.
   */
  interactRows(rows: Float64Array, count: number, interactions: Float64Array): void;
}

/** Most bytes of each layout; what does not fit is computed plainly. */
const limitBytes = 2 ** 28;

/**
 * Prepares the SHAP interaction values of an ensemble.
 * @throws SpillwayError `NOT_EXPLAINABLE` as `createTreeShap` does.
 */
export function createInteractions(ensemble: TreeEnsemble): Interactions {
  const { columns, outputs } = ensemble;
  const width = columns.length;
  const shap = createTreeShap(ensemble);
  const ratios = coverRatios(ensemble);
  const annotations = annotateTrees(ensemble, ratios);
  const attributeRows =
    createLaneShapKernel(ensemble, ratios, annotations, limitBytes) ??
    shap.attributeRows.bind(shap);
  const addPairs =
    createLaneInteractionKernel(ensemble, ratios, annotations, limitBytes) ??
    createTreeInteractions(ensemble, ratios, annotations);
  let attributions = new Float64Array(0);
  return Object.freeze({
    interactRows(rows, count, interactions) {
      const length = count * width * outputs;
      if (attributions.length < length) attributions = new Float64Array(length);
      attributeRows(rows, count, attributions);
      addPairs(rows, count, interactions);
      for (let index = 0; index < length; index++) {
        // index is that of a row, column and output
        const output = index % outputs;
        const start = ((index - output) / outputs) * width * outputs + output;
        let rest = attributions[index]!;
        for (let other = 0; other < width; other++) rest -= interactions[start + other * outputs]!;
        const c = ((index - output) / outputs) % width;
        interactions[start + c * outputs] = rest;
      }
    },
  } satisfies Interactions);
}
