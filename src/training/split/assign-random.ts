import type { Random } from '../../core/index.ts';
import type { Assignment } from './assignment.ts';
import { shuffle } from './shuffle.ts';

/** Deals shuffled rows to so many parts; their sizes differ by one at most. */
export function dealRows(rows: number, parts: number, random: Random): Assignment {
  const assigned = new Int32Array(rows);
  const order = shuffle(
    Uint32Array.from(assigned, (_, row) => row),
    random,
  );
  for (let k = 0; k < rows; k++) assigned[order[k]!] = k % parts;
  return { parts: assigned, warnings: [] };
}

/** Draws so many rows into part 1; the others are in part 0. */
export function drawRows(rows: number, drawn: number, random: Random): Assignment {
  const assigned = new Int32Array(rows);
  const order = shuffle(
    Uint32Array.from(assigned, (_, row) => row),
    random,
  );
  for (let k = 0; k < drawn; k++) assigned[order[k]!] = 1;
  return { parts: assigned, warnings: [] };
}
