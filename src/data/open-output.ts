import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { fileUnavailable } from './file-unavailable.ts';
import type { Output } from './output.ts';

/**
 * Opens a file, or with `-` the standard output. A file is written as `<path>.partial` beside it and renamed by
 * `finish`, so it is complete or not there. What is no plain file, such as a pipe, is written as it stands. Throws
 * `FILE_UNAVAILABLE`, here and in each method.
 */
export async function openOutput(
  path: string,
  standardOutput: Writable = process.stdout,
): Promise<Output> {
  return path === '-' ? toStream(standardOutput) : toFile(path);
}

function toStream(stream: Writable): Output {
  // each write hears of its own failure; without a listener the stream would end the process as well
  stream.on('error', () => undefined);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) =>
          error ? reject(fileUnavailable('write', 'the standard output', error)) : resolve(),
        );
      }),
    finish: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

async function toFile(path: string): Promise<Output> {
  const before = await stat(path).catch(() => null);
  const isPlain = before === null || before.isFile();
  // the file that a link leads to is replaced, not the link
  const target = before === null ? path : await realpath(path).catch(() => path);
  const written = isPlain ? `${target}.partial` : target;
  const orFail = <T>(verb: string, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileUnavailable(verb, verb === 'replace' ? path : written, error);
    });

  const file = await orFail('open', open(written, 'w', before?.isFile() ? before.mode : 0o666));
  // the mode that `open` was given is cut by the mask of the process, and not looked at for a file left behind
  if (before?.isFile()) await file.chmod(before.mode).catch(() => undefined);
  let isOpen = true;
  // one write is under way while the next bytes are made
  let pending: Promise<void> = Promise.resolve();
  const close = (): Promise<void> => {
    isOpen = false;
    return file.close();
  };
  return {
    async write(bytes) {
      await pending;
      pending = orFail('write', file.writeFile(bytes));
      // heard by the next write or by finish
      pending.catch(() => undefined);
    },
    async finish() {
      await pending;
      if (isPlain) await orFail('write', file.sync());
      await orFail('write', close());
      if (isPlain) await orFail('replace', rename(written, target));
    },
    async discard() {
      await pending.catch(() => undefined);
      if (isOpen) await close().catch(() => undefined);
      if (isPlain) await rm(written, { force: true }).catch(() => undefined);
    },
  };
}
