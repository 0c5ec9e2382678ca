import { type Clock, SpillwayError } from '../core/index.ts';
import { lookAtDirectory } from './model-directory.ts';

/** How a model directory is watched. */
export interface WatchOptions {
  readonly clock: Clock;
  /** From the end of one look to the next, in milliseconds. */
  readonly intervalMs: number;
  /** What a look sees, as a text. @default names, sizes, times and inodes of all files of the directory's versions */
  readonly look?: (() => Promise<string>) | undefined;
}

/**
 * Tells when a model directory looks other than when it was last told, and two looks in a row saw the same: what is still
 * being written is waited for. Tells once at the beginning. Looks at names, sizes and times, and so sees what any file
 * system has, mounted or not; keeps no process alive. The returned function ends it.
 */
export function watchDirectory(
  directory: string,
  onSettled: () => void,
  { clock, intervalMs, look = () => describeDirectory(directory) }: WatchOptions,
): () => void {
  let told: string | null = null;
  let last: string | null = null;
  let isWatching = true;
  let cancel: (() => void) | null = null;

  const lookAgain = async (): Promise<void> => {
    const seen = await look();
    if (!isWatching) return;
    if (seen === last && seen !== told) {
      told = seen;
      onSettled();
    }
    last = seen;
    cancel = clock.schedule(() => void lookAgain(), intervalMs);
  };
  void lookAgain();
  return () => {
    isWatching = false;
    cancel?.();
  };
}

/** A directory that cannot be looked at is one more thing that it can look like. */
async function describeDirectory(directory: string): Promise<string> {
  try {
    const look = await lookAtDirectory(directory);
    return JSON.stringify([...look.values()].map(({ stamp, stored }) => [stored.name, stamp]));
  } catch (error) {
    return SpillwayError.isInstance(error) ? error.message : 'unreadable';
  }
}
