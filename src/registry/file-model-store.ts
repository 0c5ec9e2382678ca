import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SpillwayError } from '../core/index.ts';

/** The files of one version, not yet looked into. */
export interface StoredVersion {
  readonly name: string;
  /** Reads a file of the version by its plain name. Throws `MODEL_NOT_FOUND` or `INVALID_MODEL`. */
  readFile(file: string): Promise<Buffer>;
  /** The names of its files. */
  readonly files: readonly string[];
}

const maxFileBytes = 1 << 30;

/**
 * Lists the versions in a model directory, `DIR/<version>/`, sorted by name. A directory that holds one model
 * directory (`DIR/<name>/<version>/`) is taken as that model.
 * @throws SpillwayError `MODEL_NOT_FOUND` when there is no directory or no version in it.
 */
export async function listVersions(directory: string): Promise<readonly StoredVersion[]> {
  const children = await subdirectories(directory);
  const own = await withFiles(directory, children);
  if (own.length > 0) return own;
  const models = await Promise.all(
    children.map(async (child) => {
      const path = join(directory, child);
      return { child, versions: await withFiles(path, await subdirectories(path)) };
    }),
  );
  const found = models.filter(({ versions }) => versions.length > 0);
  if (found.length === 1 && found[0] !== undefined) return found[0].versions;
  throw new SpillwayError(
    'MODEL_NOT_FOUND',
    found.length === 0
      ? `no versions in ${directory}: expected ${join(directory, '<version>', 'card.json')}`
      : `${directory} holds several models: choose one of ${found.map(({ child }) => join(directory, child)).join(', ')}`,
  );
}

async function subdirectories(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter(
        (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
      )
      .map((entry) => entry.name)
      .toSorted();
  } catch (cause) {
    throw new SpillwayError('MODEL_NOT_FOUND', `no directory ${directory}`, { cause });
  }
}

async function withFiles(directory: string, names: readonly string[]): Promise<StoredVersion[]> {
  const versions = await Promise.all(names.map((name) => openVersion(directory, name)));
  return versions.filter((version) => version.files.length > 0);
}

async function openVersion(directory: string, name: string): Promise<StoredVersion> {
  const folder = join(directory, name);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted();
  return {
    name,
    files,
    async readFile(file) {
      if (!files.includes(file)) {
        throw new SpillwayError(
          'MODEL_NOT_FOUND',
          `${name} has no file ${file}; it has ${files.join(', ') || 'none'}`,
        );
      }
      // a link may lead anywhere inside the model directory (as mounted volumes do), but not out of it
      const [root, path] = await Promise.all([realpath(directory), realpath(join(folder, file))]);
      if (relative(root, path).split(sep)[0] === '..') {
        throw new SpillwayError(
          'INVALID_MODEL',
          `${name}/${file} is a link that leads out of the model directory`,
        );
      }
      const { size } = await stat(path);
      if (size > maxFileBytes) {
        throw new SpillwayError(
          'INVALID_MODEL',
          `${name}/${file} has ${size} bytes, more than ${maxFileBytes}`,
        );
      }
      return readFile(path);
    },
  };
}
