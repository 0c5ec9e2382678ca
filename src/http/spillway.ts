import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { SpillwayError } from '../core/index.ts';
import type { Gateway } from '../gateway-contract.ts';
import type { HttpRoute } from '../monitoring/index.ts';
import { createRoutes, type HandlerOptions } from './handlers.ts';
import type { Handler, HttpRequest, HttpResponse, RequestBody } from './http-message.ts';
import { problemResponse } from './problem.ts';
import { readBody, refuseByHeaders } from './read-body.ts';
import { requestIdOf } from './request-options.ts';
import type { Route } from './route.ts';
import { writeResponse } from './write-response.ts';

/** How a gateway is mounted. */
export interface SpillwayOptions extends HandlerOptions {
  /** Largest body in bytes. @default 1048576 */
  readonly maxBodyBytes?: number | undefined;
  /** Which routes: all, all but `/admin`, or `/admin` alone. @default 'all' */
  readonly routes?: 'all' | 'public' | 'admin' | undefined;
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
  const router = express.Router();
  addRoutes(router, gateway, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a router takes Node's own requests
  return router as unknown as Mountable;
}

/** Finds what answers a request whose method and path are exactly those of a route; `undefined` leaves it to Express. */
export type FindHandler = (
  request: IncomingMessage,
) => ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

/** Adds the routes to a router or an app of its own, which is one layer less than mounting a router. */
export function addRoutes(
  target: express.IRouter,
  gateway: Gateway,
  options: SpillwayOptions,
): FindHandler {
  const {
    maxBodyBytes = 2 ** 20,
    routes: which = 'all',
    onAnswer,
    isDraining = () => false,
  } = options;
  const routes = createRoutes(gateway, options).filter(
    ({ path }) => which === 'all' || path.startsWith('/admin/') === (which === 'admin'),
  );
  const { clock, httpMetrics: metrics, newRequestId: nextId } = gateway;
  const later = createTurnQueue();
  const exact = new Map<string, Partial<Record<string, ReturnType<FindHandler>>>>();
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const place = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const route of here) {
      const handle = (request: IncomingMessage, response: ServerResponse) => {
        watch(path, request, response);
        answer(route, request, response);
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

  /** Counts the request until its connection is done with it, answered or not. */
  function watch(path: HttpRoute, request: IncomingMessage, response: ServerResponse): void {
    const startedAt = clock.now();
    metrics.started();
    response.on('close', () => {
      const durationMs = clock.now() - startedAt;
      const status = response.writableFinished ? response.statusCode : clientClosedRequest;
      metrics.finished(path, status, durationMs / 1000);
      if (onAnswer === undefined) return;
      try {
        onAnswer({ method: request.method ?? '', route: path, status, durationMs });
      } catch {
        // who watches cannot fail the server
      }
    });
  }

  function answer(
    { method, handler }: Route,
    request: MountedRequest,
    response: ServerResponse,
  ): void {
    if (method === 'GET') return respond(handler, request, response, { bytes: noBytes });
    if (request.body !== undefined && request.readableEnded) {
      const { body } = request; // parsed by the app, or only read by it
      const taken = Buffer.isBuffer(body) ? { bytes: body } : { json: body };
      return respond(handler, request, response, taken);
    }
    const refusal = refuseByHeaders(request, maxBodyBytes);
    if (refusal !== null) return refuse(request, response, refusal);
    readBody(
      request,
      maxBodyBytes,
      (bytes) => later(() => respond(handler, request, response, { bytes })),
      (error) => refuse(request, response, error),
    );
  }

  function respond(
    handler: Handler,
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
  ): void {
    const answered = handler(toRequest(request, body));
    if (answered instanceof Promise) void answered.then((late) => write(response, late));
    else write(response, answered);
  }

  function refuse(request: IncomingMessage, response: ServerResponse, error: SpillwayError): void {
    response.shouldKeepAlive = false; // what is left of the body is not worth reading
    write(response, problemResponse(error, requestIdOf(request, nextId)));
  }

  function write(response: ServerResponse, value: HttpResponse): void {
    if (isDraining()) response.shouldKeepAlive = false;
    writeResponse(response, value);
  }
}

const noBytes = Buffer.alloc(0);
/** What proxies log when the client went away before the answer. */
const clientClosedRequest = 499;

/** Runs jobs once per turn of the event loop: answering a batch of requests at once is cheaper than one by one. */
function createTurnQueue(): (job: () => void) => void {
  let jobs: (() => void)[] = [];
  const run = () => {
    const batch = jobs;
    jobs = [];
    for (const job of batch) job();
  };
  return (job) => {
    if (jobs.push(job) === 1) setImmediate(run);
  };
}

function toRequest(request: MountedRequest, body: RequestBody): HttpRequest {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? '',
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: request.headers,
    body,
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
