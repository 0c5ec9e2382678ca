import { SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
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

function refuse(message: string): never {
  throw new SpillwayError('INVALID_DATA', message);
}
