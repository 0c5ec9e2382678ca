import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listVersions, type StoredVersion } from './file-model-store.ts';
import type { PreparedVersion } from './load-version.ts';
import type { ModelVersion } from './model-version.ts';

/** What a look at a model directory saw of one version. */
export interface SeenVersion {
  readonly stored: StoredVersion;
  /** Another text when a file of it was added, removed, replaced or written to. */
  readonly stamp: string;
}

/** What a look at a model directory saw, by the names of the versions. */
export type DirectoryLook = ReadonlyMap<string, SeenVersion>;

/** How a directory differs from the versions that were last loaded of it. */
export interface DirectoryChange {
  readonly added: readonly SeenVersion[];
  /** Their files look different; only reading them tells whether their content does, see `isSameContent`. */
  readonly touched: readonly SeenVersion[];
  readonly removed: readonly string[];
  readonly untouched: readonly string[];
}

/**
 * Looks at every version of a model directory without reading a file: names, sizes, times and inodes.
 * @throws SpillwayError `MODEL_NOT_FOUND` when there is no directory or no version in it.
 */
export async function lookAtDirectory(directory: string): Promise<DirectoryLook> {
  const stored = await listVersions(directory);
  const seen = await Promise.all(stored.map(lookAtVersion));
  return new Map(seen.map((version) => [version.stored.name, version]));
}

/** Looks at one version without reading a file. */
export async function lookAtVersion(stored: StoredVersion): Promise<SeenVersion> {
  const { directory, files, folder } = stored.place;
  const stamps = await Promise.all(
    files.map(async (file) => {
      // a link is followed: mounted volumes change where it leads
      const found = await stat(join(directory, folder, file)).catch(() => null);
      if (found === null) return [file, 'gone'];
      const { ctimeMs, ino, mtimeMs, size } = found;
      return [file, size, mtimeMs, ctimeMs, ino];
    }),
  );
  return { stored, stamp: JSON.stringify(stamps) };
}

/** Compares a look with the stamps of the versions that were last loaded. */
export function compareLooks(
  look: DirectoryLook,
  loaded: ReadonlyMap<string, string>,
): DirectoryChange {
  const seen = [...look.values()];
  const known = seen.filter(({ stored }) => loaded.has(stored.name));
  const isTouched = ({ stamp, stored }: SeenVersion) => loaded.get(stored.name) !== stamp;
  return {
    added: seen.filter(({ stored }) => !loaded.has(stored.name)),
    touched: known.filter(isTouched),
    removed: [...loaded.keys()].filter((name) => !look.has(name)),
    untouched: known.filter((version) => !isTouched(version)).map(({ stored }) => stored.name),
  };
}

/** Whether card and artifact are, by their SHA-256, those that are served: files were touched and not changed. */
export function isSameContent(
  { content }: PreparedVersion,
  { cardSha256, sha256 }: Pick<ModelVersion, 'cardSha256' | 'sha256'>,
): boolean {
  // without a card nothing vouches for the files beside the artifact
  return (
    content !== null &&
    cardSha256 !== null &&
    content.cardSha256 === cardSha256 &&
    content.sha256 === sha256
  );
}
