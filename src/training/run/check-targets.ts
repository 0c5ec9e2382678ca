import { SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainingData } from '../table/read-training-data.ts';

const fewestRows = 10;

/**
 * Refuses rows that nothing can be learned from: fewer than ten, a label without a row, a number that is always the same.
 * `what` names the rows. Throws `INVALID_DATA`.
 */
export function checkTargets(
  { table: { rows }, targets }: TrainingData,
  labels: readonly Label[],
  what: string,
): void {
  if (rows < fewestRows) refuse(`${what}: ${rows} rows; at least ${fewestRows} are needed`);
  if (labels.length === 0) {
    if (targets.every((target) => target === targets[0])) {
      refuse(`${what}: the target is ${targets[0]} in every row`);
    }
    return;
  }
  const counts = labels.map(() => 0);
  for (const target of targets) counts[target]!++;
  const lacking = labels.filter((_, code) => counts[code] === 0);
  if (lacking.length > 0) {
    refuse(`${what}: no row of ${lacking.map((label) => JSON.stringify(label)).join(', ')}`);
  }
}

/** The first number that rounds to infinity as a float32. */
const beyondFloat32 = 2 ** 128 - 2 ** 103;

/** Refuses numbers that would be infinite to an algorithm that looks at float32, column by column. Throws `INVALID_DATA`. */
export function checkRange({ looksAt, name }: Algorithm, { table, targets }: TrainingData): void {
  if (looksAt !== 'float32') return;
  const columns = table.columns.filter(({ values }) => values.some(isBeyond));
  const where = [
    ...columns.map((column) => `column ${JSON.stringify(column.name)}`),
    ...(targets.some(isBeyond) ? ['the target'] : []),
  ];
  if (where.length > 0) {
    refuse(
      `${where.join(', ')}: numbers of 3.4e38 and more are infinite to ${name}, which looks at float32: scale them`,
    );
  }
}

function isBeyond(value: number): boolean {
  return Math.abs(value) >= beyondFloat32;
}

function refuse(message: string): never {
  throw new SpillwayError('INVALID_DATA', message);
}
