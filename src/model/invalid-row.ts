import { type Fault, SpillwayError } from '../core/index.ts';

/** The error for a row that does not fit its schema. */
export function invalidRow(faults: readonly Fault[]): SpillwayError {
  const many = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return new SpillwayError('INVALID_ROW', `the row has ${many}`, { faults });
}
