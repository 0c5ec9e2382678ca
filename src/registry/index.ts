export { listVersions, type StoredVersion } from './file-model-store.ts';
export { type BuildModel, type BuiltModel, loadVersion } from './load-version.ts';
export type { ModelVersion, VersionState } from './model-version.ts';
