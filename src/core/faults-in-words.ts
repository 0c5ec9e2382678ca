import type { Fault } from './errors.ts';

/** All faults in one sentence for people: `/port: expected a port number; /host: ...`. */
export function faultsInWords(faults: readonly Fault[]): string {
  return faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
}
