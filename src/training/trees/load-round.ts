import type { GradientSums } from './find-split.ts';
import { chooseGridScale } from './gradient-grid.ts';
import type { GrowerParts } from './grower-parts.ts';
import type { GrowingRound } from './tree-grower.ts';

/** Puts the gradients of a round into memory, on their grid, and the rows in order. @returns the sums over the sampled rows. */
export function loadRound(
  { layout, memory: { kernels }, views: { doubles, singles, words } }: GrowerParts,
  { gradients, hessians, rows }: GrowingRound,
): GradientSums {
  singles.set(gradients, layout.gradients >>> 2);
  singles.set(hessians, layout.hessians >>> 2);
  const paddedRows = Math.ceil(layout.rows / 4) * 4;
  // where the margins of the last round were, the padding still is 0
  const scaleOf = (values: number): number =>
    chooseGridScale(kernels.largest(values, paddedRows), (factor) =>
      kernels.sumUnits(values, paddedRows, factor),
    );
  kernels.pairGradients(
    layout.gradients,
    layout.hessians,
    paddedRows,
    scaleOf(layout.gradients),
    scaleOf(layout.hessians),
    layout.pairs,
    layout.sums,
  );
  if (rows === null) kernels.countUp(layout.order, layout.rows);
  else {
    words.set(rows, layout.order >>> 2);
    let other = (layout.order >>> 2) + rows.length;
    for (let row = 0, next = 0; row < layout.rows; row++) {
      if (rows[next] === row) next++;
      else words[other++] = row;
    }
    kernels.sumPairs(layout.order, rows.length, layout.pairs, layout.sums);
  }
  const sums = layout.sums >>> 3;
  return { gradient: doubles[sums]!, hessian: doubles[sums + 1]! };
}
