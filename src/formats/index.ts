export type { ReadArtifact, ReadOptions } from './model-reader.ts';
export { knownFormats, readArtifact } from './read-artifact.ts';
