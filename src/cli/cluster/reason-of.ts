import { SpillwayError } from '../../core/index.ts';

/** Why something did not work, as fields of a log line: an error of ours says all in its message. */
export function reasonOf(error: unknown): Readonly<Record<string, unknown>> {
  return SpillwayError.isInstance(error)
    ? { code: error.code, reason: error.message }
    : { err: error };
}
