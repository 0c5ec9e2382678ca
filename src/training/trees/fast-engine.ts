import type { TrainingTable } from '../training-table.ts';
import type { BinningOptions } from './bin-table.ts';
import type { BinnedTable } from './binned-table.ts';
import { binTableFast } from './fast-bin-table.ts';
import { createFastGrower, type FastGrowerOptions } from './fast-grower.ts';
import type { TreeGrower, TreeParameters } from './tree-grower.ts';

/** Bins and trees with kernels; the same as those of the plain parts. */
export interface FastEngine {
  binTable(table: TrainingTable, options: BinningOptions): BinnedTable;
  createGrower(table: BinnedTable, parameters: TreeParameters): TreeGrower;
}

/** The fast parts of a training. */
export function createFastEngine(options: FastGrowerOptions = {}): FastEngine {
  return {
    binTable: (table, binning) => binTableFast(table, binning, options.engine),
    createGrower: (table, parameters) => createFastGrower(table, parameters, options),
  };
}
