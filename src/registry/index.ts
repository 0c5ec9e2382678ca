export { listVersions, openVersions, type StoredVersion } from './file-model-store.ts';
export {
  loadVersion,
  type ReadVersion,
  readVersionFiles,
  type VersionFiles,
} from './load-version.ts';
export type { ModelVersion, VersionState } from './model-version.ts';
