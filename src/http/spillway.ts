import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { faultsInWords, SpillwayError } from '../core/index.ts';
import type { Gateway } from '../gateway-contract.ts';
import { type HttpRoute, type WorkRoute, workRoutes } from '../monitoring/index.ts';
import {
  createAdmission,
  createMemoryGauge,
  type MemoryGauge,
  type Work,
} from '../resilience/index.ts';
import { answerBeforeBody } from './answer-before-body.ts';
import { createRoutes, type HandlerOptions, type HandlerSurroundings } from './handlers.ts';
import type { Handler, HttpRequest, HttpResponse, RequestBody } from './http-message.ts';
import { demandOf, demands, overloadFactsOf } from './overload-facts.ts';
import { problemResponse } from './problem.ts';
import { readBody, refuseByHeaders } from './read-body.ts';
import { requestIdOf } from './request-options.ts';
import type { Route } from './route.ts';
import { createPoliteShed, createRawShed, overloadedResponse } from './shed.ts';
import { createWhenDone } from './when-done.ts';
import { writeResponse } from './write-response.ts';

/** How a gateway is mounted. */
export interface SpillwayOptions extends HandlerOptions {
  /** Largest body in bytes. @default 1048576 */
  readonly maxBodyBytes?: number | undefined;
  /** Which routes: all, all but `/admin`, or `/admin` alone. @default 'all' */
  readonly routes?: 'all' | 'public' | 'admin' | undefined;
  /** How much work may wait, in milliseconds that it is expected to take; beyond that requests are refused. @default 400 */
  readonly maxQueueMs?: number | undefined;
  /** How late the event loop may be, look after look, before requests are refused, in milliseconds. @default 100 */
  readonly maxLoopDelayMs?: number | undefined;
  /** Told of each answer with its duration in milliseconds, for access logs. Carries no personal data. @default nobody */
  readonly onAnswer?: ((answer: Answered) => void) | undefined;
}

/** One answered request; 499 stands for a client that went away first. */
export interface Answered {
  readonly method: string;
  readonly route: HttpRoute;
  readonly status: number;
  readonly durationMs: number;
}

/** A request handler to mount with `app.use`, in the terms of Node so that any Express 5 takes it. */
export type Mountable = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What Express and body parsers add to a request. */
type MountedRequest = IncomingMessage & {
  body?: unknown;
  params?: Readonly<Record<string, string>>;
};

/**
 * Makes a router that answers for a gateway: `app.use('/ml', spillway(gateway))`. It reads bodies itself, within its
 * limits; a body that the app has already parsed is taken as it is. Paths that are not its own go on to the app.
 */
export function spillway(gateway: Gateway, options: SpillwayOptions = {}): Mountable {
  checkOptions(options);
  const router = express.Router();
  addRoutes(router, gateway, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a router takes Node's own requests
  return router as unknown as Mountable;
}

const knownOptions: Readonly<Record<keyof SpillwayOptions, (value: unknown) => boolean>> = {
  adminToken: (value) => typeof value === 'string' && value.length > 0,
  protectStatus: (value) => typeof value === 'boolean',
  maxRows: isCount,
  maxBodyBytes: isCount,
  maxQueueMs: isAboveZero,
  maxLoopDelayMs: isAboveZero,
  routes: (value) => value === 'all' || value === 'public' || value === 'admin',
  onAnswer: (value) => typeof value === 'function',
  isDraining: (value) => typeof value === 'function',
};

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function isAboveZero(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) > 0;
}

/** An empty token would open what changes state to everybody, and a misspelt limit would not be one. */
function checkOptions(options: unknown): void {
  const given: [string, unknown][] =
    typeof options === 'object' && options !== null ? Object.entries(options) : [['', options]];
  const checks = new Map<string, (value: unknown) => boolean>(Object.entries(knownOptions));
  const wrong = given.filter(([name, value]) => value !== undefined && !checks.get(name)?.(value));
  if (wrong.length === 0) return;
  const faults = wrong.map(([name]) => ({
    pointer: name === '' ? '' : `/${name}`,
    message: checks.has(name)
      ? 'has a wrong type or is out of range'
      : `unknown; known are ${[...checks.keys()].join(', ')}`,
  }));
  throw new SpillwayError('INVALID_CONFIG', faultsInWords(faults), { faults });
}

/** Finds what answers a request whose method and path are exactly those of a route; `undefined` leaves it to Express. */
export type FindHandler = (
  request: IncomingMessage,
) => ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

/** What routes may know of the server that they are in. */
export interface Surroundings extends Pick<HandlerSurroundings, 'control'> {
  /** Asks for the body of a request that came with `Expect`. @default Node has done so already */
  readonly wantBody?: (request: IncomingMessage) => void;
  /** Whether nobody else adds anything to answers, as an app of a user may. @default false */
  readonly isAlone?: boolean;
  /** @default the memory of the process */
  readonly memory?: MemoryGauge;
}

/** A request that has been read and waits for its turn. */
interface WaitingRequest extends Work {
  readonly route: WorkRoute;
  readonly handler: Handler;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: RequestBody;
  readonly arrivedAt: number;
}

/** Adds the routes to a router or an app of its own, which is one layer less than mounting a router. */
export function addRoutes(
  target: express.IRouter,
  gateway: Gateway,
  options: SpillwayOptions,
  { control, wantBody, isAlone = false, memory = createMemoryGauge() }: Surroundings = {},
): FindHandler {
  const {
    maxBodyBytes = 2 ** 20,
    routes: which = 'all',
    maxQueueMs = 400,
    maxLoopDelayMs = 100,
    onAnswer,
    isDraining = () => false,
  } = options;
  const { clock, httpMetrics: metrics, newRequestId: nextId } = gateway;
  const admission = createAdmission<WaitingRequest>({
    kinds: workRoutes.length * demands,
    maxQueueMs,
    maxLoopDelayMs,
    memory,
    clock,
    isWanted: ({ request }) => !request.socket.destroyed,
    run: ({ handler, request, response, body, arrivedAt }, startedAt) =>
      respond(handler, request, response, body, startedAt - arrivedAt),
    refuse({ route, request, response, priority }, reason) {
      metrics.shed(route, reason, priority);
      write(response, overloadedResponse(reason, requestIdOf(request, nextId)));
    },
  });
  if (which !== 'admin') metrics.watchQueue(admission);
  const routes = createRoutes(gateway, options, {
    control,
    isMemoryShort: () => admission.isMemoryShort,
  }).filter(({ path }) => which === 'all' || path.startsWith('/admin/') === (which === 'admin'));
  const whenDone = createWhenDone();
  const shed = isAlone ? createRawShed() : createPoliteShed();
  let isServing = false;
  /** Handed out until a request needs it: most are answered at once. */
  let spare: AbortController | null = null;
  const exact = new Map<string, Partial<Record<string, ReturnType<FindHandler>>>>();
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const place = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const route of here) {
      const work = workRoutes.find((one) => one === path);
      const handle = (request: IncomingMessage, response: ServerResponse) => {
        if (work !== undefined && admission.isBusy && refuseEarly(work, request, response)) return;
        const arrivedAt = watch(path, request, response);
        if (route.method === 'GET') respond(route.handler, request, response, { bytes: noBytes });
        else {
          takeBody(request, response, (body, bytes) => {
            if (work === undefined) respond(route.handler, request, response, body);
            else queue(work, route.handler, request, response, body, bytes, arrivedAt);
          });
        }
      };
      if (place === path) exact.set(path, { ...exact.get(path), [route.method]: handle });
      if (route.method === 'GET') target.get(place, handle);
      else if (route.method === 'PUT') target.put(place, handle);
      else target.post(place, handle);
    }
    target.all(place, (request, response) => {
      watch(path, request, response);
      write(response, wrongMethod(request, here, nextId));
    });
  }
  return ({ method = '', url = '' }) => {
    const mark = url.indexOf('?');
    return exact.get(mark === -1 ? url : url.slice(0, mark))?.[method];
  };

  /** Refuses a request before its body when there is too much to do; false when it may come. */
  function refuseEarly(
    route: WorkRoute,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const facts = overloadFactsOf(request.rawHeaders);
    const kind = kindOf(route, request);
    const { bytes, priority, timeoutMs } = facts;
    const reason = admission.whyRefused(kind, bytes || 0, priority, timeoutMs);
    if (reason === null) return false;
    metrics.shed(route, reason, priority);
    const requestId = facts.hasRequestId ? requestIdOf(request, nextId) : undefined;
    // a body that is here already is cheaper to drop than the connection, for both
    const keepsConnection = bytes <= smallBody && !isDraining();
    shed(request, response, reason, requestId, keepsConnection);
    if (onAnswer !== undefined) tell({ method: 'POST', route, status: 503, durationMs: 0 });
    return true;
  }

  /** Counts the request until its connection is done with it, answered or not; answers when it arrived. */
  function watch(path: HttpRoute, request: IncomingMessage, response: ServerResponse): number {
    const startedAt = clock.now();
    metrics.started();
    whenDone(request, response, () => {
      const durationMs = clock.now() - startedAt;
      const status = response.writableFinished ? response.statusCode : clientClosedRequest;
      metrics.finished(path, status, durationMs / 1000);
      if (onAnswer !== undefined) {
        tell({ method: request.method ?? '', route: path, status, durationMs });
      }
    });
    return startedAt;
  }

  function tell(answered: Answered): void {
    try {
      onAnswer?.(answered);
    } catch {
      // who watches cannot fail the server
    }
  }

  function takeBody(
    request: MountedRequest,
    response: ServerResponse,
    onBody: (body: RequestBody, bytes: number) => void,
  ): void {
    if (request.body !== undefined && request.readableEnded) {
      const { body } = request; // parsed by the app, or only read by it
      const bytes = Number(request.headers['content-length'] ?? 0);
      return onBody(Buffer.isBuffer(body) ? { bytes: body } : { json: body }, bytes);
    }
    const refusal = refuseByHeaders(request, maxBodyBytes);
    if (refusal !== null) return refuse(request, response, refusal);
    if (request.headers.expect !== undefined) wantBody?.(request);
    readBody(
      request,
      maxBodyBytes,
      (bytes) => onBody({ bytes }, bytes.length),
      (error) => refuse(request, response, error),
    );
  }

  /** Lets a request wait for its turn: together with others, which is cheaper than one by one, and by priority. */
  function queue(
    route: WorkRoute,
    handler: Handler,
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
    bytes: number,
    arrivedAt: number,
  ): void {
    const { priority, timeoutMs } = isPlain(request)
      ? plainFacts
      : overloadFactsOf(request.rawHeaders);
    admission.offer({
      kind: kindOf(route, request),
      bytes,
      priority,
      deadline: arrivedAt + timeoutMs,
      route,
      handler,
      request,
      response,
      body,
      arrivedAt,
    });
    if (isServing) return;
    isServing = true;
    setImmediate(serve);
  }

  /** Works for a slice, then lets the event loop read: what is to be refused must not wait. */
  function serve(): void {
    isServing = false;
    try {
      isServing = admission.runSlice();
    } finally {
      // what an app around us throws while it writes an answer must not leave all others without one
      if (admission.length > 0) {
        isServing = true;
        setImmediate(serve);
      }
    }
  }

  function respond(
    handler: Handler,
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
    waitedMs = 0,
  ): void {
    const controller = spare ?? createController();
    spare = null;
    const answered = handler(toRequest(request, body, controller.signal, waitedMs));
    if (!(answered instanceof Promise)) {
      spare = controller;
      write(response, answered);
      return;
    }
    whenDone(request, response, () => {
      if (!response.writableFinished) controller.abort();
    });
    void answered.then((late) => write(response, late));
  }

  /** Refuses a request before or while its body comes; a client that waits to be asked for it sends none. */
  function refuse(request: IncomingMessage, response: ServerResponse, error: SpillwayError): void {
    const value = problemResponse(error, requestIdOf(request, nextId));
    if (request.headers.expect === undefined) {
      answerBeforeBody(request, response, value, clock);
      return;
    }
    response.shouldKeepAlive = false;
    write(response, value);
  }

  function write(response: ServerResponse, value: HttpResponse): void {
    if (isDraining()) response.shouldKeepAlive = false;
    writeResponse(response, value);
  }
}

/** One of a request's many rows may listen each. */
function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

const plainFacts = { priority: 'critical', timeoutMs: Number.POSITIVE_INFINITY } as const;

function isPlain({ headers }: IncomingMessage): boolean {
  return (
    headers['x-request-priority'] === undefined && headers['x-request-deadline-ms'] === undefined
  );
}

function kindOf(route: WorkRoute, { url = '' }: IncomingMessage): number {
  return workRoutes.indexOf(route) * demands + demandOf(url);
}

/** What a refused request may send of its body without losing its connection, in bytes. */
const smallBody = 2 ** 16;

const noBytes = Buffer.alloc(0);
/** What proxies log when the client went away before the answer. */
const clientClosedRequest = 499;

function toRequest(
  request: MountedRequest,
  body: RequestBody,
  signal: AbortSignal,
  waitedMs: number,
): HttpRequest {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? '',
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: request.headers,
    body,
    signal,
    waitedMs,
    parameters: request.params,
  };
}

function wrongMethod(
  request: IncomingMessage,
  routes: readonly Route[],
  nextId: () => string,
): HttpResponse {
  const allowed = routes.map((route) => route.method).join(', ');
  if (request.method === 'OPTIONS')
    return { status: 200, contentType: 'text/plain', body: '', headers: { allow: allowed } };
  const problem = problemResponse(
    new SpillwayError('METHOD_NOT_ALLOWED', `expected ${allowed}`),
    requestIdOf(request, nextId),
  );
  return { ...problem, headers: { allow: allowed } };
}
