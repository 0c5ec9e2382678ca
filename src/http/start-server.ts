import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import express from 'express';
import type { ServerConfig } from '../config.ts';
import { SpillwayError } from '../core/index.ts';
import type { Gateway } from '../gateway-contract.ts';
import type { ControlPlane } from './control-plane.ts';
import { drainServer } from './drain-server.ts';
import { createExpressServer } from './express-server.ts';
import { type Connections, guardConnections } from './guard-connections.ts';
import { problemResponse } from './problem.ts';
import { checkAdmin, requestIdOf } from './request-options.ts';
import { type Answered, addRoutes, type FindHandler, type SpillwayOptions } from './spillway.ts';
import { writeResponse } from './write-response.ts';

/** A gateway that listens. */
export interface RunningServer {
  readonly url: string;
  /** Where `/admin` is, when it has a port of its own. */
  readonly adminUrl: string | null;
  /**
   * Stops without dropping a request. For `drainDelayMs` everything is answered as before, but readiness is 503 and
   * every answer closes its connection, so that clients and load balancers leave by themselves. Then nothing new is
   * taken, requests under way finish, and connections still open after `drainTimeoutMs` are cut.
   */
  close(): Promise<void>;
}

/**
 * Serves a gateway over HTTP.
 * @throws SpillwayError `PORT_UNAVAILABLE`.
 */
export async function startServer(
  gateway: Gateway,
  config: ServerConfig,
  onAnswer?: (answer: Answered) => void,
  control?: ControlPlane,
): Promise<RunningServer> {
  let draining = false;
  const { adminToken, protectStatus, maxRows, maxBodyBytes, host, adminPort } = config;
  const { maxQueueMs, maxLoopDelayMs } = config;
  const options = {
    adminToken,
    protectStatus,
    maxRows,
    maxBodyBytes,
    maxQueueMs,
    maxLoopDelayMs,
    onAnswer,
    isDraining: () => draining,
  };
  const separate = adminPort !== undefined;
  const open = async (routes: SpillwayOptions['routes'], port: number): Promise<Port> => {
    const server = createServer(createApp(gateway, { ...options, routes }, control), config);
    const connections = guardConnections(server, config, gateway.httpMetrics, gateway.clock);
    await listen(server, host, port);
    return { server, connections };
  };
  const main = await open(separate ? 'public' : 'all', config.port);
  const ports = [main];
  try {
    if (separate) ports.push(await open('admin', adminPort));
  } catch (error) {
    main.server.close();
    throw error;
  }
  const [, admin] = ports;
  return {
    url: urlOf(main.server),
    adminUrl: admin === undefined ? null : urlOf(admin.server),
    async close() {
      draining = true;
      await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
      await Promise.all(
        ports.map(({ server, connections }) =>
          drainServer(server, connections, config.drainTimeoutMs),
        ),
      );
    },
  };
}

interface Port {
  readonly server: Server;
  readonly connections: Connections;
}

/** An app, and the listener that asks it only for requests whose handler is not known by their method and path. */
interface Application {
  readonly app: express.Express;
  readonly listener: RequestListener;
  /** What tells a client to send the body for which it waits to be asked. */
  readonly awaited: WeakMap<IncomingMessage, () => void>;
}

function createApp(
  gateway: Gateway,
  options: SpillwayOptions,
  control: ControlPlane | undefined,
): Application {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const problem = (request: express.Request, response: express.Response, error: unknown) =>
    writeResponse(response, problemResponse(error, requestIdOf(request, gateway.newRequestId)));
  const { routes = 'all', adminToken } = options;
  const awaited: Application['awaited'] = new WeakMap();
  const own = {
    control,
    wantBody: (request: IncomingMessage) => awaited.get(request)?.(),
    isAlone: true,
  };
  const find: FindHandler =
    routes === 'admin'
      ? () => undefined // all of it is behind the gate below
      : addRoutes(app, gateway, { ...options, routes: 'public' }, own);
  if (routes !== 'public') {
    // who would change something is told first whether he may, and only then whether there is such a route
    app.use('/admin', (request, response, next) => {
      if (!changing.has(request.method)) return next();
      try {
        checkAdmin(request, adminToken);
        next();
      } catch (error) {
        problem(request, response, error);
      }
    });
    addRoutes(app, gateway, { ...options, routes: 'admin' }, own);
  }
  app.use((request, response) => {
    problem(request, response, noSuchRoute());
  });
  // Express tells an error handler by its four parameters; without one it answers HTML with a stack
  app.use(
    (
      error: unknown,
      request: express.Request,
      response: express.Response,
      _next: express.NextFunction,
    ) => {
      // a path that cannot be decoded leads nowhere
      problem(request, response, error instanceof URIError ? noSuchRoute() : error);
    },
  );
  const listener: RequestListener = (request, response) => {
    const handle = find(request);
    try {
      if (handle === undefined) app(request, response);
      else handle(request, response);
    } catch (error) {
      writeResponse(response, problemResponse(error, requestIdOf(request, gateway.newRequestId)));
    }
  };
  return { app, listener, awaited };
}

function noSuchRoute(): SpillwayError {
  return new SpillwayError('ROUTE_NOT_FOUND', 'no such route');
}

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A server with the limits that Node enforces before any code of ours runs. */
function createServer({ app, listener, awaited }: Application, config: ServerConfig): Server {
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, maxHeaderBytes } = config;
  const server = createExpressServer(app, {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: Math.min(2000, Math.ceil(headersTimeoutMs / 5)),
  });
  // the same handlers as behind Express, whose search for them costs as much as a prediction
  server.removeAllListeners('request');
  server.on('request', listener);
  // a client that waits to be told to send its body is refused before it does
  server.on('checkContinue', (request, response) => {
    const { shouldKeepAlive } = response;
    response.shouldKeepAlive = false; // whether it still sends the body that was refused cannot be known
    awaited.set(request, () => {
      response.shouldKeepAlive = shouldKeepAlive;
      response.writeContinue();
    });
    listener(request, response);
  });
  server.on('clientError', refuseGarbage);
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? 'is in use: choose another with --port'
          : `cannot be used (${cause.code})`;
      reject(new SpillwayError('PORT_UNAVAILABLE', `port ${port} on ${host} ${why}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

const statusOfParserError: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is not HTTP; there is no request, so the answer is written by hand. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.bytesWritten > 0 || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = statusOfParserError[error.code ?? ''] ?? '400 Bad Request';
  const body = JSON.stringify({
    type: 'about:blank',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'the request is not one that HTTP allows, or too large or too slow',
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function urlOf(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return String(bound);
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}
