export { parseMlModel } from './mlflow/parse-ml-model.ts';
export type { ReadArtifact, ReadOptions } from './model-reader.ts';
export { writeOnnx } from './onnx/write-onnx.ts';
export { knownFormats, readArtifact } from './read-artifact.ts';
export { writeLinear } from './spillway-linear/write-linear.ts';
export type { Booster, BoosterColumn, BoosterTree } from './xgboost/booster.ts';
export { logf } from './xgboost/logf.ts';
export { type WriteOptions, writeBooster } from './xgboost/write-booster.ts';
export { writePipeline } from './xgboost/write-pipeline.ts';
