export { type ReadRowsOptions, readRows } from './read-rows.ts';
export type { RowBlock } from './row-block.ts';
