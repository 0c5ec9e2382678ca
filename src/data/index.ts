export type { ColumnSummary } from './column-tally.ts';
export {
  createDecisionWriter,
  type DecisionBlock,
  type DecisionWriterOptions,
} from './decision-writer.ts';
export {
  type InferredSchema,
  type InferSchemaOptions,
  inferSchema,
  type StatedFeature,
} from './infer-schema.ts';
export { openInput } from './open-input.ts';
export { openOutput } from './open-output.ts';
export type { Output } from './output.ts';
export { peekFormat } from './peek-format.ts';
export { type ReadRowsOptions, readRows } from './read-rows.ts';
export type { RowBlock } from './row-block.ts';
export { summariseRows, type TableSummary } from './summarise-rows.ts';
export { visible } from './visible.ts';
