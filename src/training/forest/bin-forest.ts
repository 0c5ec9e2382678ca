import type { TrainingTable } from '../training-table.ts';
import { encodeColumn } from '../trees/bin-table.ts';
import type { BinnedTable } from '../trees/binned-table.ts';
import { binTableFast } from '../trees/fast-bin-table.ts';

/** The bins of a table, with one for every category, also for those at the end that no row has: each goes to a side. */
export function binForest(
  table: TrainingTable,
  maxBin: number,
  weights: Float64Array | null,
  engine: 'wasm' | 'javascript',
): BinnedTable {
  // rows of weight 0 are not there; how much others weigh does not move the cuts, as it does not in scikit-learn
  const present =
    weights?.includes(0) === true ? Float32Array.from(weights, (w) => Math.sign(w)) : null;
  const binned = binTableFast(table, { maxBin, weights: present }, engine);
  return {
    ...binned,
    columns: binned.columns.map((column, index) => {
      const { categories, values } = table.columns[index]!;
      if (!column.isCategory || column.bins === categories.length) return column;
      const codes = Float32Array.from(categories, (_, code) => code);
      return encodeColumn(Float32Array.from(values), codes, true);
    }),
  };
}
