import type { TrainingTable } from '../training-table.ts';
import type { Split } from './split.ts';

/** How many validation rows have a training row with the same inputs, missing ones included; 0 of a table without columns. */
export function countDuplicates(table: TrainingTable, { training, validation }: Split): number {
  if (table.columns.length === 0) return 0;
  const hashes = hashRows(table);
  const next = new Map<number, number[]>();
  for (const row of training) {
    const others = next.get(hashes[row]!);
    if (others === undefined) next.set(hashes[row]!, [row]);
    // rows that are the same stand for each other
    else if (!others.some((other) => areEqual(table, row, other))) others.push(row);
  }
  let found = 0;
  for (const row of validation) {
    const others = next.get(hashes[row]!) ?? [];
    if (others.some((other) => areEqual(table, row, other))) found++;
  }
  return found;
}

/** A hash of each row's inputs: FNV-1a over the halves of their float64 bits, finished as MurmurHash3 does. */
function hashRows({ rows, columns }: TrainingTable): Uint32Array {
  const hashes = new Uint32Array(rows).fill(0x811c9dc5);
  const number = new Float64Array(1);
  const halves = new Uint32Array(number.buffer);
  for (const { values } of columns) {
    for (let row = 0; row < rows; row++) {
      const value = values[row]!;
      // one zero and one NaN
      number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
      let hash = Math.imul(hashes[row]! ^ halves[0]!, 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 15) ^ halves[1]!, 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hashes[row] = hash ^ (hash >>> 13);
    }
  }
  return hashes;
}

function areEqual({ columns }: TrainingTable, row: number, other: number): boolean {
  return columns.every(({ values }) => {
    const value = values[row]!;
    return value === values[other] || (Number.isNaN(value) && Number.isNaN(values[other]));
  });
}
