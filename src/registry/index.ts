export { listVersions } from './file-model-store.ts';
export { type BuiltModel, loadVersion } from './load-version.ts';
export type { ModelVersion, VersionState } from './model-version.ts';
