import { createHash, timingSafeEqual } from 'node:crypto';
import { SpillwayError } from '../core/index.ts';
import type { CompareOptions, PredictOptions } from '../gateway-contract.ts';
import { type Priority, priorities } from '../resilience/index.ts';
import type { HttpRequest } from './http-message.ts';

const requestIdPattern = /^[\w.:-]{1,64}$/;
const unitIdPattern = /^[\x21-\x7e]{1,256}$/;

/**
 * The id of a request: the client's `X-Request-Id` when it is 1 to 64 of `A-Z a-z 0-9 _ . : -`, else a new one. A
 * tracing header in another form is no reason to refuse a prediction; the answer carries the id that was used.
 */
export function requestIdOf(
  { headers }: Pick<HttpRequest, 'headers'>,
  nextId: () => string,
): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : nextId();
}

const noOptions: PredictOptions = Object.freeze({});
const explained: PredictOptions = Object.freeze({ explain: true });

/**
 * What the query and the headers ask of a prediction.
 * @throws SpillwayError `INVALID_OPTION` for anything not understood; `FORBIDDEN` or `UNAUTHORIZED` for `model_version`
 * without the admin token.
 */
export function predictOptionsOf(
  request: HttpRequest,
  adminToken: string | undefined,
): PredictOptions {
  const { headers, query } = request;
  const unitId = headers['x-unit-id'];
  // most requests ask for nothing, or for an explanation
  if (
    unitId === undefined &&
    headers['x-request-deadline-ms'] === undefined &&
    headers['x-request-priority'] === undefined
  ) {
    if (query === '') return noOptions;
    if (query === 'require_explanation=true') return explained;
  }
  const known = ['require_explanation', 'counterfactual', 'model_version'];
  const parameters = queryParameters(request, known);
  const options = commonOptionsOf(request, parameters);
  const counterfactual = parameters?.get('counterfactual') ?? null;
  const modelVersion = parameters?.get('model_version') ?? null;
  if (modelVersion !== null) checkAdmin(request, adminToken);
  return {
    ...options,
    ...(unitId !== undefined && { unitId: unitIdOf(unitId) }),
    ...(modelVersion !== null && { modelVersion }),
    ...(counterfactual !== null && {
      counterfactual: booleanOf('counterfactual', counterfactual),
    }),
  };
}

/** What the query and the headers ask of a comparison, which has no split to influence. */
export function compareOptionsOf(request: HttpRequest): CompareOptions {
  return commonOptionsOf(request, queryParameters(request, ['require_explanation']));
}

function commonOptionsOf(
  { headers, waitedMs = 0 }: HttpRequest,
  parameters: URLSearchParams | null,
): CompareOptions {
  const options: { explain?: boolean; timeoutMs?: number; priority?: Priority } = {};
  const deadline = headers['x-request-deadline-ms'];
  if (deadline !== undefined) {
    // what is left of it; that nothing is left is for the decision to say
    options.timeoutMs = Math.max(deadlineOf(deadline) - waitedMs, Number.MIN_VALUE);
  }
  const priority = headers['x-request-priority'];
  if (priority !== undefined) options.priority = priorityOf(priority);
  const explain = parameters?.get('require_explanation') ?? null;
  if (explain !== null) options.explain = booleanOf('require_explanation', explain);
  return options;
}

/** The parameters of the query, `null` when there is none; any that is not in `known`, or stands twice, is refused. */
export function queryParameters(
  { query }: HttpRequest,
  known: readonly string[],
): URLSearchParams | null {
  if (query === '') return null;
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  if (names.some((name) => !known.includes(name))) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `unknown query parameter; known here: ${known.join(', ') || 'none'}`,
    );
  }
  if (new Set(names).size !== names.length) {
    throw new SpillwayError('INVALID_OPTION', 'a query parameter stands twice');
  }
  return parameters;
}

function booleanOf(name: string, value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new SpillwayError('INVALID_OPTION', `${name} is true or false (or 1 or 0)`);
}

function unitIdOf(value: string | string[]): string {
  if (typeof value === 'string' && unitIdPattern.test(value)) return value;
  throw new SpillwayError(
    'INVALID_OPTION',
    'X-Unit-Id has 1 to 256 visible ASCII characters, without spaces',
  );
}

function deadlineOf(value: string | string[]): number {
  const milliseconds = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
  if (milliseconds > 0) return milliseconds;
  throw new SpillwayError(
    'INVALID_OPTION',
    'X-Request-Deadline-Ms is a number of milliseconds above 0',
  );
}

function priorityOf(value: string | string[]): Priority {
  const priority = priorities.find((name) => name === value);
  if (priority !== undefined) return priority;
  throw new SpillwayError(
    'INVALID_OPTION',
    `X-Request-Priority is one of ${priorities.join(', ')}`,
  );
}

const actorPattern = /^[\x21-\x7e]{1,128}$/;

/**
 * Who asks for a change, by `X-Actor`: what the admin says, for events and logs, not who was proven to be there.
 * @throws SpillwayError `INVALID_OPTION`.
 */
export function actorOf({ headers }: Pick<HttpRequest, 'headers'>): string {
  const actor = headers['x-actor'];
  if (actor === undefined) return 'admin';
  if (typeof actor === 'string' && actorPattern.test(actor)) return actor;
  throw new SpillwayError(
    'INVALID_OPTION',
    'X-Actor has 1 to 128 visible ASCII characters, without spaces',
  );
}

/**
 * Lets only the admin pass: `Authorization: Bearer <token>`, compared in constant time.
 * @throws SpillwayError `FORBIDDEN` while no token is set, `UNAUTHORIZED` for a wrong or missing one.
 */
export function checkAdmin(
  { headers }: Pick<HttpRequest, 'headers'>,
  adminToken: string | undefined,
): void {
  if (adminToken === undefined || adminToken === '') {
    throw new SpillwayError(
      'FORBIDDEN',
      'this needs the admin token, and none is set: start the server with SPILLWAY_ADMIN_TOKEN=<secret>',
    );
  }
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(adminToken))) {
    throw new SpillwayError(
      'UNAUTHORIZED',
      'this needs the admin token: Authorization: Bearer <token>',
    );
  }
}

/** Equal length for any input, as the constant-time comparison wants. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
