import { SpillwayError } from '../core/index.ts';
import { show } from './data-fault.ts';

/** The error for a file that the system does not let us use. */
export function fileUnavailable(verb: string, path: string, cause: unknown): SpillwayError {
  const reason =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
      ? cause.code
      : 'unknown';
  const name = path.length > 40 ? `…${path.slice(-40)}` : path;
  return new SpillwayError('FILE_UNAVAILABLE', `cannot ${verb} ${show(name)}: ${reason}`, {
    cause,
    details: { reason },
  });
}
