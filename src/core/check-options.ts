import { type Fault, SpillwayError } from './errors.ts';
import { faultsInWords } from './faults-in-words.ts';

/** One thing that must hold of an option, and in words what was expected. */
export interface OptionCheck {
  readonly option: string;
  readonly value: unknown;
  readonly holds: boolean;
  readonly expected: string;
}

/**
 * Refuses options that are out of range, all of them at once. `owner` is what the message begins with.
 * @throws SpillwayError `INVALID_CONFIG` with a fault for each check that does not hold.
 */
export function checkOptions(owner: string, checks: readonly OptionCheck[]): void {
  const faults: Fault[] = [];
  for (const { option, value, holds, expected } of checks) {
    const came = typeof value === 'number' ? value : `a value of type ${typeof value}`;
    if (!holds)
      faults.push({ pointer: `/${option}`, message: `expected ${expected}, got ${came}` });
  }
  if (faults.length === 0) return;
  throw new SpillwayError('INVALID_CONFIG', `${owner}: ${faultsInWords(faults)}`, { faults });
}
