import { SpillwayError } from '../core/index.ts';

const longestCause = 300;

/** Why a version could not be made to answer, for whoever looks at the status: with what its code said of it. */
export function whyNotStarted(error: unknown): string {
  const { cause, code, message } = SpillwayError.isInstance(error)
    ? error
    : new SpillwayError('MODEL_FAILED', 'the version cannot be started', { cause: error });
  if (!(cause instanceof Error)) return `${code}: ${message}`;
  const [firstLine = ''] = cause.message.split('\n');
  return `${code}: ${message} (${firstLine.slice(0, longestCause)})`;
}
