export {
  listVersions,
  openPlace,
  openVersions,
  type StoredVersion,
  type VersionPlace,
} from './file-model-store.ts';
export {
  finishVersion,
  loadVersion,
  type PreparedVersion,
  prepareVersion,
  type ReadVersion,
} from './load-version.ts';
export {
  compareLooks,
  type DirectoryLook,
  isSameContent,
  lookAtDirectory,
  lookAtVersion,
  type SeenVersion,
} from './model-directory.ts';
export type { ModelVersion, VersionState } from './model-version.ts';
export { readVersionFiles, type VersionFiles } from './read-version-files.ts';
export { watchDirectory } from './watch-directory.ts';
