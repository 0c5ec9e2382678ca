import { createSeededRandom } from '../../core/index.ts';

/** The rows that a tree is grown from, ascending: each with the given probability; `null` for all. */
export function sampleRows(rows: number, ratio: number, seed: number): Uint32Array | null {
  if (ratio === 1) return null;
  const random = createSeededRandom(seed);
  const sampled = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (random() < ratio) sampled[count++] = row;
  return sampled.slice(0, count);
}
