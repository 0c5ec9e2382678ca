import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { SpillwayError } from '../core/index.ts';

/** Where the files of a version are, as data that a thread can be given. */
export interface VersionPlace {
  readonly name: string;
  /** No link leads out of it. */
  readonly directory: string;
  /** The folder of the version in it; empty for a file that is a version itself. */
  readonly folder: string;
  /** The names of its files. */
  readonly files: readonly string[];
}

/** The files of one version, not yet looked into. */
export interface StoredVersion extends Pick<VersionPlace, 'name' | 'files'> {
  readonly place: VersionPlace;
  /** Reads a file of the version by its plain name. Throws `MODEL_NOT_FOUND` or `INVALID_MODEL`. */
  readFile(file: string): Promise<Buffer>;
}

const maxFileBytes = 1 << 30;

/**
 * Lists the versions in a model directory, sorted by name: every folder in it, `DIR/<version>/`. A directory that is
 * none itself, but holds exactly one (`DIR/<name>/<version>/`), is taken as that one, and the folder of an MLflow model
 * as its only version. Links to folders are no versions
 * of their own, since each would get traffic again.
 * @throws SpillwayError `MODEL_NOT_FOUND` when there is no directory or no version in it.
 */
export async function listVersions(directory: string): Promise<readonly StoredVersion[]> {
  const place = resolve(directory);
  const itself = await openVersion(dirname(place), basename(place));
  if (itself.files.includes('MLmodel')) return [itself];
  const own = await openFolders(directory);
  const below = await Promise.all(
    own.map(async ({ name }) => ({
      path: join(directory, name),
      folders: await openFolders(join(directory, name)),
    })),
  );
  const hasCard = ({ files }: StoredVersion) => files.includes('card.json');
  const models = below.filter(({ folders }) => folders.some(hasCard));
  const [only] = models;
  if (own.some(hasCard) || (only === undefined && own.some(({ files }) => files.length > 0)))
    return own;
  if (only !== undefined && models.length === 1) return only.folders;
  throw new SpillwayError(
    'MODEL_NOT_FOUND',
    only === undefined
      ? `no versions in ${directory}: expected ${join(directory, '<version>', 'card.json')}`
      : `${directory} holds several models: choose one of ${models.map(({ path }) => path).join(', ')}`,
  );
}

/**
 * The versions at a path: a model file is one, without a card; so is a folder with a `card.json` or an `MLmodel`; any other
 * folder is a model directory.
 * @throws SpillwayError `MODEL_NOT_FOUND` when there is nothing at the path.
 */
export async function openVersions(path: string): Promise<readonly StoredVersion[]> {
  // a link that is named is followed, wherever it leads
  const target = await realpath(path).catch((cause: unknown) => {
    throw new SpillwayError('MODEL_NOT_FOUND', `there is no file or folder ${path}`, { cause });
  });
  const found = await stat(target);
  if (!found.isDirectory()) {
    const name = basename(target);
    return [openPlace({ directory: dirname(target), folder: '', name, files: [name] })];
  }
  const version = await openVersion(dirname(target), basename(target));
  const isVersion = version.files.includes('card.json') || version.files.includes('MLmodel');
  return isVersion ? [version] : listVersions(path);
}

/** The folders in a directory, hidden ones and links left out. */
async function openFolders(directory: string): Promise<StoredVersion[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    throw new SpillwayError('MODEL_NOT_FOUND', `no directory ${directory}`, { cause });
  }
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  return Promise.all(names.toSorted().map((name) => openVersion(directory, name)));
}

/** A folder that cannot be read has no files; loading it then says what is missing. */
async function openVersion(directory: string, name: string): Promise<StoredVersion> {
  const entries = await readdir(join(directory, name), { withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted();
  return openPlace({ directory, folder: name, name, files });
}

/** The files of a version at a place that was listed before. */
export function openPlace(place: VersionPlace): StoredVersion {
  const { directory, folder, name, files } = place;
  return {
    name,
    files,
    place,
    async readFile(file) {
      if (!files.includes(file)) {
        const there = files.join(', ') || 'none that can be read';
        throw new SpillwayError('MODEL_NOT_FOUND', `${name} has no file ${file}; it has ${there}`);
      }
      const label = folder === '' ? file : `${name}/${file}`;
      try {
        return await readInside(directory, join(directory, folder, file), label);
      } catch (cause) {
        if (SpillwayError.isInstance(cause)) throw cause;
        throw new SpillwayError('MODEL_NOT_FOUND', `${label} cannot be read`, { cause });
      }
    },
  };
}

/** Reads a file; a link may lead anywhere inside the model directory, as mounted volumes do, but not out of it. */
async function readInside(directory: string, file: string, name: string): Promise<Buffer> {
  const [root, path] = await Promise.all([realpath(directory), realpath(file)]);
  if (relative(root, path).split(sep)[0] === '..') {
    throw new SpillwayError(
      'INVALID_MODEL',
      `${name} is a link that leads out of the model directory`,
    );
  }
  const { size } = await stat(path);
  if (size > maxFileBytes) {
    throw new SpillwayError(
      'INVALID_MODEL',
      `${name} has ${size} bytes, more than ${maxFileBytes}`,
    );
  }
  return readFile(path);
}
