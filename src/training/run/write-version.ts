import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SpillwayError } from '../../core/index.ts';

/** How to write a version. */
export interface WriteVersionOptions {
  /** Replace what is there. @default false */
  readonly force: boolean;
  /** Looks at the folder before it gets its name; what it throws keeps the version from being there. */
  readonly check: (directory: string) => Promise<void>;
}

/**
 * Refuses a place that cannot be written, before a model is trained for it, and one where something is already; by force a
 * version may be replaced, or an empty folder, and nothing else. Throws `FILE_UNAVAILABLE`.
 */
export async function checkPlace(directory: string, force: boolean): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found === null) return checkParent(directory);
  if (!found.isDirectory()) refusePlace(directory, 'it is no folder');
  if (!force) refusePlace(directory, 'choose another --out, or replace it with --force');
  const names = await readdir(directory);
  if (names.length > 0 && !names.includes('card.json')) {
    refusePlace(directory, 'it has no card.json, so it is no version that --force may replace');
  }
}

/** Looks at the nearest folder that is there. */
async function checkParent(directory: string): Promise<void> {
  let folder = dirname(resolve(directory));
  for (;;) {
    try {
      await access(join(folder, '.'), constants.W_OK);
      return;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      if (code !== 'ENOENT' || dirname(folder) === folder) {
        const message = `cannot write ${directory}: ${code} at ${folder}`;
        throw new SpillwayError('FILE_UNAVAILABLE', message, { cause });
      }
    }
    folder = dirname(folder);
  }
}

function refusePlace(directory: string, why: string): never {
  throw new SpillwayError('FILE_UNAVAILABLE', `${directory} is there already: ${why}`);
}

/**
 * Writes the files of a version into a hidden folder beside its place and renames that at the end, so that the version is
 * complete or not there, also for a server that watches.
 * @throws SpillwayError `FILE_UNAVAILABLE`, and what `check` throws.
 */
export async function writeVersion(
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
  { check, force }: WriteVersionOptions,
): Promise<void> {
  const place = resolve(directory);
  await checkPlace(place, force);
  const written = join(dirname(place), `.${basename(place)}.partial`);
  const replaced = join(dirname(place), `.${basename(place)}.replaced`);
  try {
    await rm(written, { recursive: true, force: true });
    await makeFolder(written);
    for (const [name, bytes] of files) {
      const file = await open(join(written, name), 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await check(written);
    if (force) {
      await rm(replaced, { recursive: true, force: true });
      await rename(place, replaced).catch(ignoreAbsent);
    }
    try {
      await rename(written, place);
    } catch (error) {
      if (force) await rename(replaced, place).catch(ignoreAbsent);
      throw error;
    }
    if (force) await rm(replaced, { recursive: true, force: true });
  } catch (cause) {
    await rm(written, { recursive: true, force: true }).catch(() => undefined);
    if (SpillwayError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new SpillwayError('FILE_UNAVAILABLE', `cannot write ${directory}: ${reason}`, { cause });
  }
}

/** Makes a folder and those that it is in. The `recursive` of Node 20's mkdir never ends where a system refuses with ENOENT. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

function ignoreAbsent(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}
