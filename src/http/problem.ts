import { type ErrorCode, SpillwayError } from '../core/index.ts';
import type { HttpResponse } from './http-message.ts';

/** The HTTP status of every error code; a code without one does not compile. */
export const statusOf: Readonly<Record<ErrorCode, number>> = Object.freeze({
  INVALID_JSON: 400,
  INVALID_UTF8: 400,
  DUPLICATE_KEY: 400,
  EMPTY_BODY: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNSUPPORTED_ENCODING: 415,
  INVALID_OPTION: 400,
  INVALID_ROW: 422,
  INVALID_DATA: 422,
  FILE_UNAVAILABLE: 500,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  UNKNOWN_VERSION: 404,
  NO_VERSION_READY: 503,
  BREAKER_OPEN: 503,
  MODEL_FAILED: 503,
  INVALID_OUTPUT: 503,
  DEADLINE_EXCEEDED: 504,
  CANCELLED: 499,
  NOT_EXPLAINABLE: 422,
  EXPLANATION_INEXACT: 500,
  SHUTTING_DOWN: 503,
  OVERLOADED: 503,
  BULKHEAD_FULL: 503,
  UNKNOWN_FORMAT: 422,
  INVALID_MODEL: 422,
  UNSUPPORTED_MODEL: 422,
  INVALID_CARD: 422,
  CHECKSUM_MISMATCH: 422,
  GOLDEN_ROWS_DIFFER: 422,
  MODEL_NOT_FOUND: 404,
  INVALID_CONFIG: 422,
  PORT_UNAVAILABLE: 500,
  INTERNAL: 500,
});

/**
 * The answer to a request that failed (RFC 9457). Says what came, what was expected and what exists; never a stack, a
 * cause or a value of the input.
 */
export function problemResponse(error: unknown, requestId: string | undefined): HttpResponse {
  const known = SpillwayError.isInstance(error)
    ? error
    : new SpillwayError('INTERNAL', 'unexpected error');
  const { code, message, faults, details } = known;
  const status = statusOf[code];
  const retryAfterMs = details['retryAfterMs'];
  return {
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: `urn:spillway:error:${code}`,
      title: titleOf(code),
      status,
      detail: message,
      code,
      request_id: requestId,
      ...(faults.length > 0 && { errors: faults }),
    }),
    ...(status === 503 && {
      headers: {
        'retry-after': String(
          typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1000)) : 1,
        ),
      },
    }),
    ...(status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
  };
}

/** `INVALID_ROW` -> `Invalid row`. */
function titleOf(code: ErrorCode): string {
  const words = code
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace('json', 'JSON')
    .replace('utf8', 'UTF-8');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
