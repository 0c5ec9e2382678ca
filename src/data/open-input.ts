import { open } from 'node:fs/promises';
import { fileUnavailable } from './file-unavailable.ts';

const chunkBytes = 262_144;

/** The bytes of a file, or with `-` of the standard input. Throws `FILE_UNAVAILABLE` before or between the chunks. */
export async function* openInput(
  path: string,
  standardInput: AsyncIterable<Uint8Array> = process.stdin,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (path === '-') yield* standardInput;
    else {
      const file = await open(path, 'r');
      yield* file.createReadStream({ highWaterMark: chunkBytes });
    }
  } catch (error) {
    throw fileUnavailable('read', path === '-' ? 'the standard input' : path, error);
  }
}
