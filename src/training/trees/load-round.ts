import type { GradientSums } from './find-split.ts';
import { areFarApart, chooseGridScale, noGrid } from './gradient-grid.ts';
import type { GrowerParts } from './grower-parts.ts';
import type { GrowingRound } from './tree-grower.ts';

/** A round whose gradients are in memory. */
export interface LoadedRound extends GrowingRound {
  /** The sums over the sampled rows. */
  readonly sums: GradientSums;
  /** Whether sums are exact, so that their order makes no difference; else it is that of XGBoost. */
  readonly isExact: boolean;
}

/** Puts the gradients of a round into memory, on their grid, and the rows in order. */
export function loadRound(parts: GrowerParts, round: GrowingRound): LoadedRound {
  const {
    layout,
    memory: { kernels },
    views: { doubles, singles, words },
  } = parts;
  const { gradients, hessians, rows } = round;
  singles.set(gradients, layout.gradients >>> 2);
  singles.set(hessians, layout.hessians >>> 2);
  const paddedRows = Math.ceil(layout.rows / 4) * 4;
  // where the margins of the last round were, the padding still is 0
  const scaleOf = (values: number): number =>
    chooseGridScale(kernels.largest(values, paddedRows), (factor) =>
      kernels.sumUnits(values, paddedRows, factor),
    );
  const gradientScale = scaleOf(layout.gradients);
  const hessianScale = scaleOf(layout.hessians);
  const isExact = !areFarApart(hessians, hessianScale);
  kernels.pairGradients(
    layout.gradients,
    layout.hessians,
    paddedRows,
    isExact ? gradientScale : noGrid,
    isExact ? hessianScale : noGrid,
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
  }
  if (rows !== null || !isExact) {
    kernels.sumPairs(layout.order, rows?.length ?? layout.rows, layout.pairs, layout.sums);
  }
  const at = layout.sums >>> 3;
  const sums = { gradient: doubles[at]!, hessian: doubles[at + 1]! };
  return { ...round, isExact, sums: isExact ? sums : (sumFirstColumn(parts, round) ?? sums) };
}

/** The sums over the bins of the first column, as XGBoost has them where no value is missing; else `null`. */
function sumFirstColumn(
  { layout, table, views: { doubles, words } }: GrowerParts,
  { rows }: GrowingRound,
): GradientSums | null {
  if (table.columns.some(({ hasMissing }) => hasMissing)) return null;
  const { bins, codes } = table.columns[0]!;
  const histogram = new Float64Array(2 * bins);
  const order = layout.order >>> 2;
  for (let place = order; place < order + (rows?.length ?? layout.rows); place++) {
    const row = words[place]!;
    const bin = 2 * codes[row]!;
    histogram[bin]! += doubles[(layout.pairs >>> 3) + 2 * row]!;
    histogram[bin + 1]! += doubles[(layout.pairs >>> 3) + 2 * row + 1]!;
  }
  let [gradient, hessian] = [0, 0];
  for (let bin = 0; bin < histogram.length; bin += 2) {
    gradient += histogram[bin]!;
    hessian += histogram[bin + 1]!;
  }
  return { gradient, hessian };
}
