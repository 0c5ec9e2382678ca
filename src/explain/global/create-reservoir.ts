// A sample of rows whose number is not known before, in which every row is as likely as any other.
// Source: algorithm R, Vitter, ACM Transactions on Mathematical Software 11 (1985).
// Complexity: O(1) per row.
// Invariant: after n rows each is in the sample with probability min(1, size / n); the same random numbers, the same rows.

import type { Random } from '../../core/index.ts';

/** Says which place of a sample the next row takes, -1 when it takes none; whoever stood there leaves. */
export type Reservoir = () => number;

/** Prepares a sample of up to `size` rows. */
export function createReservoir(size: number, random: Random): Reservoir {
  let rows = 0;
  return () => {
    rows++;
    if (rows <= size) return rows - 1;
    const place = Math.floor(random() * rows);
    return place < size ? place : -1;
  };
}
