/** The thread that has least to do gets the next piece. */
export function dealPiece(loads: number[], size: number): number {
  const thread = loads.indexOf(Math.min(...loads));
  loads[thread] = loads[thread]! + size;
  return thread;
}

/** Up to so much more than an even part is better than all threads looking at all rows, each for its columns. */
const mostUneven = 1.3;

/**
 * Deals pieces out, the largest first, when all threads are there, and all to the first when it is alone. @returns the thread
 * of each, -1 for all threads when the pieces cannot be dealt out evenly.
 */
export function dealEvenly(sizes: readonly number[], threads: number, present: number): number[] {
  if (present === 1) return sizes.map(() => 0);
  const owners = sizes.map(() => -1);
  const loads = Array.from({ length: threads }, () => 0);
  const bySize = [...sizes.keys()].toSorted((a, b) => sizes[b]! - sizes[a]!);
  for (const piece of bySize) owners[piece] = dealPiece(loads, sizes[piece]!);
  const even = sizes.reduce((sum, size) => sum + size, 0) / threads;
  return Math.max(...loads) <= mostUneven * even ? owners : sizes.map(() => -1);
}
