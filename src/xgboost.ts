import type { PipelineModel } from './model/index.ts';
import { type ReadModelOptions, readModel } from './scoring/index.ts';

/**
 * Reads an XGBoost model file (JSON or UBJSON, of XGBoost 1.0 to 3.4). Its margins equal XGBoost's bit for bit.
 * @throws SpillwayError `UNKNOWN_FORMAT` or `INVALID_MODEL` when it is none, `UNSUPPORTED_MODEL` naming what cannot be read.
 */
export function readXgboostModel(
  bytes: Uint8Array,
  options: Omit<ReadModelOptions, 'format'> = {},
): PipelineModel {
  return readModel(bytes, { ...options, format: 'xgboost' });
}

export type { PipelineModel, Prediction, Row } from './model/index.ts';
export type { ReadModelOptions } from './scoring/index.ts';
