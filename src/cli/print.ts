import { openOutput } from '../data/index.ts';

/** Writes to the standard output. Throws `FILE_UNAVAILABLE` when nobody reads it any more. */
export async function print(text: string): Promise<void> {
  const output = await openOutput('-');
  await output.write(Buffer.from(text));
}
