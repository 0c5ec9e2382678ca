/**
 * Every code a `SpillwayError` can carry. `http/problem.ts` gives each its status and `docs/errors.md` explains each;
 * a test keeps the three lists equal. `retryable`: the same call may succeed later without being changed.
 */
export const errorCodes = {
  // the request
  INVALID_JSON: { retryable: false },
  INVALID_UTF8: { retryable: false },
  DUPLICATE_KEY: { retryable: false },
  EMPTY_BODY: { retryable: false },
  BODY_TOO_LARGE: { retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { retryable: false },
  UNSUPPORTED_ENCODING: { retryable: false },
  INVALID_OPTION: { retryable: false },
  INVALID_ROW: { retryable: false },
  INVALID_DATA: { retryable: false },
  FILE_UNAVAILABLE: { retryable: true },
  ROUTE_NOT_FOUND: { retryable: false },
  METHOD_NOT_ALLOWED: { retryable: false },
  UNAUTHORIZED: { retryable: false },
  FORBIDDEN: { retryable: false },
  // the decision
  UNKNOWN_VERSION: { retryable: false },
  NO_VERSION_READY: { retryable: true },
  BREAKER_OPEN: { retryable: true },
  MODEL_FAILED: { retryable: true },
  INVALID_OUTPUT: { retryable: true },
  DEADLINE_EXCEEDED: { retryable: true },
  CANCELLED: { retryable: false },
  NOT_EXPLAINABLE: { retryable: false },
  EXPLANATION_INEXACT: { retryable: false },
  SHUTTING_DOWN: { retryable: true },
  OVERLOADED: { retryable: true },
  BULKHEAD_FULL: { retryable: true },
  // models and configuration
  UNKNOWN_FORMAT: { retryable: false },
  INVALID_MODEL: { retryable: false },
  UNSUPPORTED_MODEL: { retryable: false },
  INVALID_CARD: { retryable: false },
  CHECKSUM_MISMATCH: { retryable: false },
  GOLDEN_ROWS_DIFFER: { retryable: false },
  MODEL_NOT_FOUND: { retryable: false },
  INVALID_CONFIG: { retryable: false },
  PORT_UNAVAILABLE: { retryable: true },
  INTERNAL: { retryable: false },
} as const;

/**
 * One of the registered error codes; `docs/errors.md` explains each.
 * @expand
 */
export type ErrorCode = keyof typeof errorCodes;

/** The names of all codes. */
export const errorCodeNames: readonly ErrorCode[] = Object.freeze(
  Object.keys(errorCodes).filter(isErrorCode),
);

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorCodes, name);
}
