import type { TrainingTable } from '../training-table.ts';
import { type BinningOptions, binTable } from './bin-table.ts';
import type { BinnedTable } from './binned-table.ts';
import { binTableFast } from './fast-bin-table.ts';
import { createFastGrower, type FastGrowerOptions } from './fast-grower.ts';
import { createReferenceGrower } from './reference-grower.ts';
import type { TreeGrower, TreeParameters } from './tree-grower.ts';

/** How a training computes what the slow and plain parts define; all give the same numbers. */
export interface TreeEngine {
  binTable(table: TrainingTable, options: BinningOptions): BinnedTable;
  createGrower(table: BinnedTable, parameters: TreeParameters): TreeGrower;
}

/** The parts that define the result. */
export const referenceEngine: TreeEngine = Object.freeze({
  binTable,
  createGrower: createReferenceGrower,
});

/** Bins and trees with kernels. */
export function createFastEngine(options: FastGrowerOptions = {}): TreeEngine {
  return {
    binTable: (table, binning) => binTableFast(table, binning, options.engine),
    createGrower: (table, parameters) => createFastGrower(table, parameters, options),
  };
}
