import type { ErrorCode } from '../../core/index.ts';

const words: Partial<Readonly<Record<ErrorCode, string>>> = {
  BREAKER_OPEN: 'it had failed several times before and was being left alone',
  MODEL_FAILED: 'it failed',
  INVALID_OUTPUT: 'what it answered was not usable',
  DEADLINE_EXCEEDED: 'it took longer than was allowed',
  NO_VERSION_READY: 'it was not ready to answer',
  NOT_EXPLAINABLE: 'its answer could not be explained',
};

/** Why a version did not answer, as the end of a sentence that begins with it. */
export function errorInWords(code: ErrorCode): string {
  return words[code] ?? 'it met an error';
}
