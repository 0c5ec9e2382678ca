import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SpillwayError } from '../../core/index.ts';

/** How to write a version. */
export interface WriteVersionOptions {
  /** Replace what is there. @default false */
  readonly force: boolean;
  /** Looks at the folder before it gets its name; what it throws keeps the version from being there. */
  readonly check: (directory: string) => Promise<void>;
}

/** Refuses a place where something is already, unless forced. Throws `FILE_UNAVAILABLE`. */
export async function checkPlace(directory: string, force: boolean): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found === null || (force && found.isDirectory())) return;
  const remedy = found.isDirectory()
    ? 'choose another --out, or replace it with --force'
    : 'it is no folder';
  throw new SpillwayError('FILE_UNAVAILABLE', `${directory} is there already: ${remedy}`);
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
    await mkdir(written, { recursive: true });
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
    await rename(written, place);
    if (force) await rm(replaced, { recursive: true, force: true });
  } catch (cause) {
    await rm(written, { recursive: true, force: true }).catch(() => undefined);
    if (SpillwayError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new SpillwayError('FILE_UNAVAILABLE', `cannot write ${directory}: ${reason}`, { cause });
  }
}

function ignoreAbsent(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}
