import { SpillwayError } from './errors.ts';

/** The same error, said of a row that people count from 1; what is no `SpillwayError` is given back as it is. */
export function nameRow(error: unknown, row: number): unknown {
  if (!SpillwayError.isInstance(error)) return error;
  return new SpillwayError(error.code, `row ${row}: ${error.message}`, {
    cause: error,
    details: { row },
  });
}
