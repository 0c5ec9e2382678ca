import { type WriteOptions, writePipeline } from './formats/index.ts';
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

/**
 * Writes a model as a file that XGBoost 1.7 and later load and answer from with the same margins, bit for bit; read again
 * it is the same model. Trees of float32 that are added up can be written, and weighted sums in float32; labels and what a
 * card says are not in such a file.
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming what XGBoost cannot express, such as float64 inputs.
 */
export function writeXgboostModel(model: PipelineModel, options: WriteOptions = {}): Uint8Array {
  return writePipeline(model.pipeline, options);
}

export {
  type Booster,
  type BoosterColumn,
  type BoosterTree,
  type WriteOptions,
  writeBooster,
} from './formats/index.ts';
export type { PipelineModel, Prediction, Row } from './model/index.ts';
export type { ReadModelOptions } from './scoring/index.ts';
