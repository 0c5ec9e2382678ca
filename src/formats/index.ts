export { inferPipeline } from './infer-pipeline.ts';
export type { ReadArtifact, ReadOptions } from './model-reader.ts';
export { knownFormats, readArtifact } from './read-artifact.ts';
