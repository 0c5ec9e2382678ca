import { andThen, type Eventually, SpillwayError } from '../core/index.ts';
import type { Gateway } from '../gateway-contract.ts';
import type { Decision } from '../model/index.ts';
import { type ControlPlane, createLocalControl, type Overview } from './control-plane.ts';
import {
  type Handler,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  jsonText,
  pageResponse,
  type RequestBody,
} from './http-message.ts';
import { createModelRoutes } from './model-routes.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { pageTypes, prefers, prometheusTypes } from './prefers.ts';
import { problemResponse } from './problem.ts';
import {
  actorOf,
  checkAdmin,
  compareOptionsOf,
  predictOptionsOf,
  queryParameters,
  requestIdOf,
} from './request-options.ts';
import type { Route } from './route.ts';
import { comparisonToWire, decisionToJson, figuresToWire, versionsToWire } from './wire.ts';

/** What the handlers need to know beside the gateway. */
export interface HandlerOptions {
  /** Opens what changes state and forced versions; without it both are refused. @default none */
  readonly adminToken?: string | undefined;
  /** Ask for the admin token on `/admin`, `/metrics` and `/health` too; the bare probes stay open. @default false */
  readonly protectStatus?: boolean | undefined;
  /** Most rows in one body. @default 1000 */
  readonly maxRows?: number | undefined;
  /** Whether the server is shutting down: then `/health/ready` answers 503. @default never */
  readonly isDraining?: (() => boolean) | undefined;
}

/** What the handlers ask of what they run in. */
export interface HandlerSurroundings {
  /** Where changes and questions about the whole server go. @default the gateway alone */
  readonly control?: ControlPlane | undefined;
  /** Whether memory has been too short for any work for a while: then `/health/ready` answers 503. @default never */
  readonly isMemoryShort?: () => boolean;
}

/** Every route of a gateway, as plain functions from request value to response value. */
export function createRoutes(
  gateway: Gateway,
  options: HandlerOptions = {},
  { control = createLocalControl(gateway), isMemoryShort = () => false }: HandlerSurroundings = {},
): readonly Route[] {
  const { adminToken, protectStatus = false, maxRows = 1000, isDraining = () => false } = options;
  const answering = createAnswering(gateway.newRequestId);

  const predict = (reliable: boolean) => {
    const respond = (request: HttpRequest, decision: Decision): HttpResponse => {
      const { complianceReport } = decision;
      // a page shows one report; whoever wants it of a decision that has none, or of many, gets JSON
      return complianceReport !== undefined && prefers(request.headers.accept, pageTypes)
        ? pageResponse(gateway.compliancePage(complianceReport))
        : jsonText(decisionToJson(decision, reliable));
    };
    const respondToAll = (decisions: readonly Decision[]): HttpResponse =>
      jsonText(`[${decisions.map((decision) => decisionToJson(decision, reliable)).join(',')}]`);
    return answering((request, requestId) => {
      const predictOptions = predictOptionsOf(request, adminToken);
      const answers = forRows(request.body, requestId, (row, id) => {
        // each search holds up everybody else, so a thousand would stop the server
        if (predictOptions.counterfactual && id !== requestId) {
          throw new SpillwayError(
            'INVALID_OPTION',
            'a counterfactual is looked for one row a request',
          );
        }
        return gateway.decide(row, {
          ...predictOptions,
          reliable,
          requestId: id,
          signal: request.signal,
        });
      });
      if (!Array.isArray(answers))
        return andThen(answers, (decision) => respond(request, decision));
      const now = answers.filter((answer): answer is Decision => !(answer instanceof Promise));
      return now.length === answers.length
        ? respondToAll(now)
        : Promise.all(answers.map(async (answer) => answer)).then(respondToAll);
    });
  };

  const compare = answering(async (request, requestId) => {
    const compareOptions = compareOptionsOf(request);
    const answers = forRows(request.body, requestId, (row, id) =>
      gateway.compare(row, { ...compareOptions, requestId: id, signal: request.signal }),
    );
    if (!Array.isArray(answers)) return jsonResponse(comparisonToWire(await answers));
    return jsonResponse((await Promise.all(answers)).map(comparisonToWire));
  });

  const status = (work: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>) =>
    answering((request) => {
      if (protectStatus) checkAdmin(request, adminToken);
      return work(request);
    });

  const change = (work: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>) =>
    answering((request) => {
      checkAdmin(request, adminToken);
      return work(request);
    });

  const metrics = async (): Promise<HttpResponse> => ({
    status: 200,
    contentType: gateway.metrics.contentType,
    body: await control.metrics(),
  });

  const systemStatus = status(async (request) => {
    const format = queryParameters(request, ['format'])?.get('format') ?? null;
    if (format !== null && format !== 'json' && format !== 'prometheus') {
      throw new SpillwayError('INVALID_OPTION', 'format is json or prometheus');
    }
    const prometheus =
      format === null ? prefers(request.headers.accept, prometheusTypes) : format === 'prometheus';
    return prometheus ? metrics() : jsonResponse(systemStatusOf(await control.overview()));
  });

  const probe = (isUp: () => boolean) =>
    answering(() =>
      isUp() ? jsonResponse({ status: 'up' }) : jsonResponse({ status: 'down' }, 503),
    );

  return [
    { method: 'POST', path: '/predict', handler: predict(false) },
    { method: 'POST', path: '/predict/reliable', handler: predict(true) },
    { method: 'POST', path: '/compare', handler: compare },
    {
      method: 'GET',
      path: '/health',
      handler: status(() => {
        const now = gateway.status();
        return jsonResponse(
          { status: now.status, versions: versionsToWire(now) },
          now.status === 'unhealthy' ? 503 : 200,
        );
      }),
    },
    { method: 'GET', path: '/health/live', handler: probe(() => true) },
    {
      method: 'GET',
      path: '/health/ready',
      handler: probe(() => !isDraining() && !isMemoryShort() && gateway.status().ready),
    },
    { method: 'GET', path: '/metrics', handler: status(metrics) },
    { method: 'GET', path: '/admin/system-status', handler: systemStatus },
    {
      method: 'GET',
      path: '/admin/performance-metrics',
      handler: status(async () => {
        const { status: now, figures, workers } = await control.overview();
        const routes = figures.map((one) => figuresToWire(one, now.uptimeMs));
        return jsonResponse({ uptime_seconds: now.uptimeMs / 1000, workers, routes });
      }),
    },
    {
      method: 'PUT',
      path: '/admin/routing',
      handler: change(async (request) => {
        const by = actorOf(request);
        await control.change('setWeights', { weights: weightsOf(objectOf(request.body)), by });
        return jsonResponse({ weights: currentWeights(gateway) });
      }),
    },
    ...createModelRoutes(control, { status, change, jsonOf: objectOf }),
  ];

  /** One row or an array of rows; faults of all rows are listed before any is decided. */
  function forRows<Answer>(
    body: RequestBody,
    requestId: string,
    answer: (row: unknown, id: string) => Answer,
  ): Answer | Answer[] {
    const text = 'bytes' in body ? gateway.readText(body.bytes) : null;
    if (text !== null) return answer(text, requestId);
    const json = jsonOf(body, maxRows);
    if (!Array.isArray(json)) return answer(json, requestId);
    const rows: readonly unknown[] = json;
    if (rows.length === 0) throw new SpillwayError('INVALID_ROW', 'expected at least one row');
    if (rows.length > maxRows) {
      throw new SpillwayError(
        'BODY_TOO_LARGE',
        `expected at most ${maxRows} rows, got ${rows.length}`,
      );
    }
    const faults = rows.flatMap((row, index) =>
      gateway
        .faultsOf(row)
        .map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message })),
    );
    if (faults.length > 0) {
      throw new SpillwayError(
        'INVALID_ROW',
        `the rows have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}`,
        {
          faults: faults.slice(0, 100),
        },
      );
    }
    return rows.map((row, index) => answer(row, `${requestId}:${index}`));
  }
}

type Work = (request: HttpRequest, requestId: string) => Eventually<HttpResponse>;

/** Gives work its request id and turns what it throws into a problem, so that a handler always answers. */
function createAnswering(nextId: () => string): (work: Work) => Handler {
  return (work) => (request) => {
    const requestId = requestIdOf(request, nextId);
    try {
      const response = work(request, requestId);
      if (!(response instanceof Promise)) return response;
      return response.catch((error: unknown) => problemResponse(error, requestId));
    } catch (error) {
      return problemResponse(error, requestId);
    }
  };
}

/** What a body says that is no batch of rows. */
function objectOf(body: RequestBody): unknown {
  return jsonOf(body, 1);
}

function jsonOf(body: RequestBody, maxRows: number): unknown {
  return 'bytes' in body ? parseJsonBody(body.bytes, maxRows) : body.json;
}

function weightsOf(json: unknown): Record<string, number> {
  const weights =
    typeof json === 'object' && json !== null && 'weights' in json ? json.weights : undefined;
  if (typeof weights === 'object' && weights !== null && !Array.isArray(weights)) {
    const entries = Object.entries(weights);
    const numbers = entries.filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    if (numbers.length === entries.length) return Object.fromEntries(numbers);
  }
  throw new SpillwayError('INVALID_CONFIG', 'expected {"weights": {"<version>": <number>, ...}}');
}

function currentWeights(gateway: Gateway): Record<string, number> {
  return Object.fromEntries(
    gateway.status().versions.map(({ modelVersion, weight }) => [modelVersion, weight]),
  );
}

function systemStatusOf({ status: now, figures, workers }: Overview): Record<string, unknown> {
  return {
    status: now.status,
    uptime_seconds: now.uptimeMs / 1000,
    last_swap: now.changedAt === null ? null : new Date(now.changedAt).toISOString(),
    workers,
    versions: versionsToWire(now).map((version) => {
      const own = figures.filter(({ modelVersion }) => modelVersion === version['model_version']);
      const sum = (of: 'decisions' | 'assigned' | 'errors' | 'degraded') =>
        own.reduce((total, route) => total + route[of], 0);
      const asked = sum('assigned');
      return {
        ...version,
        decisions: sum('decisions'),
        assigned: asked,
        errors: sum('errors'),
        error_ratio: asked === 0 ? 0 : sum('errors') / asked,
        fallbacks: sum('degraded'),
        fallback_ratio: asked === 0 ? 0 : sum('degraded') / asked,
        latency: own.map((route) => {
          const { p50_ms, p95_ms, p99_ms } = figuresToWire(route, now.uptimeMs);
          return { route: route.route, p50_ms, p95_ms, p99_ms };
        }),
      };
    }),
  };
}
