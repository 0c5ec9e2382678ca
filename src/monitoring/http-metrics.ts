import { Gauge, type Registry } from 'prom-client';
import { createCounterCells, createHistogramCells } from './cells.ts';

/** The routes that are counted, and so the values of the label `route`, as templates: a client cannot add one. */
export const httpRoutes = [
  '/predict',
  '/predict/reliable',
  '/compare',
  '/health',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/admin/system-status',
  '/admin/performance-metrics',
  '/admin/routing',
  '/admin/models',
  '/admin/models/{version}/rollback',
  '/admin/models/{version}/breaker',
] as const;

/** One of `httpRoutes`. */
export type HttpRoute = (typeof httpRoutes)[number];

/** The routes whose requests may be refused when there is too much to do. */
export const workRoutes = ['/predict', '/predict/reliable', '/compare'] as const;

/** One of `workRoutes`. */
export type WorkRoute = (typeof workRoutes)[number];

/** What the gauges of a queue of requests show, asked for at scrape. */
export interface QueueGauges {
  readonly length: number;
  /** What the requests that wait are expected to take, in milliseconds. */
  readonly queuedMs: number;
  /** By how much the event loop has been late lately, in milliseconds. */
  readonly loopDelayMs: number;
}

/** Why a connection was closed as soon as it was there: too many in all, or too many from its address. */
export type ConnectionRefusal = (typeof connectionRefusals)[number];

/** Counts of the HTTP requests that a gateway answers, on however many ports. */
export interface HttpMetrics {
  /** A request has arrived. */
  started(): void;
  /** Its answer has been written, `seconds` after it arrived. */
  finished(route: HttpRoute, status: number, seconds: number): void;
  /** A request was refused for want of time or memory; before it was read, when it had not `started`. */
  shed(route: WorkRoute, reason: OverloadLabel, priority: PriorityLabel): void;
  /** Shows a queue of requests in the gauges, which add up. */
  watchQueue(queue: QueueGauges): void;
  /** A client has connected. */
  connectionOpened(): void;
  /** A connection has ended. */
  connectionClosed(): void;
  /** A connection was closed as soon as it was there; it counts neither as opened nor as closed. */
  connectionRefused(reason: ConnectionRefusal): void;
}

/** As the HTTP side and its queue name them; both lists are checked against theirs where they meet. */
const overloadLabels = [
  'queue-full',
  'deadline',
  'loop-delay',
  'memory',
  'waited-too-long',
  'displaced',
] as const;
const priorityLabels = ['critical-plus', 'critical', 'sheddable-plus', 'sheddable'] as const;
type OverloadLabel = (typeof overloadLabels)[number];
type PriorityLabel = (typeof priorityLabels)[number];

const connectionRefusals = ['all', 'address'] as const;

const classes = ['2xx', '3xx', '4xx', '5xx'] as const;
const bounds = [
  1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5,
];

/** Adds the HTTP metrics to a gateway's registry. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const requests = createCounterCells(
    registry,
    'spillway_http_requests_total',
    'HTTP requests by route and status class.',
    httpRoutes.flatMap((route) => classes.map((status) => ({ route, status }))),
  );
  const duration = createHistogramCells(
    registry,
    'spillway_http_request_duration_seconds',
    'Time from the arrival of a request to the writing of its answer.',
    httpRoutes.map((route) => ({ route })),
    bounds,
  );
  const refusedConnections = createCounterCells(
    registry,
    'spillway_http_connections_refused_total',
    'Connections closed at once, by the limit that was reached: on all, or on those from one address.',
    connectionRefusals.map((limit) => ({ limit })),
  );
  let inFlight = 0;
  addGauge(
    registry,
    'spillway_http_requests_in_flight',
    'HTTP requests that have arrived and are not answered yet.',
    () => inFlight,
  );
  const shed = createCounterCells(
    registry,
    'spillway_http_shed_total',
    'Requests refused with OVERLOADED, by route, reason and priority.',
    workRoutes.flatMap((route) =>
      overloadLabels.flatMap((reason) =>
        priorityLabels.map((priority) => ({ route, reason, priority })),
      ),
    ),
  );
  const queues: QueueGauges[] = [];
  const sumOf = (value: (queue: QueueGauges) => number) =>
    queues.reduce((sum, queue) => sum + value(queue), 0);
  addGauge(
    registry,
    'spillway_http_queue_length',
    'Requests that have been read and wait for their turn.',
    () => sumOf(({ length }) => length),
  );
  addGauge(
    registry,
    'spillway_http_queue_cost_seconds',
    'What the requests that wait are expected to take.',
    () => sumOf(({ queuedMs }) => queuedMs / 1000),
  );
  addGauge(
    registry,
    'spillway_event_loop_delay_seconds',
    'By how much the event loop was late in all of the last four looks, 20 milliseconds apart.',
    () => queues.reduce((most, { loopDelayMs }) => Math.max(most, loopDelayMs / 1000), 0),
  );
  let connections = 0;
  addGauge(
    registry,
    'spillway_http_connections',
    'Open connections of the ports of spillway serve.',
    () => connections,
  );
  return {
    started() {
      inFlight++;
    },
    finished(route, status, seconds) {
      inFlight--;
      const index = httpRoutes.indexOf(route);
      requests.add(index * classes.length + Math.min(Math.max(Math.floor(status / 100) - 2, 0), 3));
      duration.observe(index, seconds);
    },
    shed(route, reason, priority) {
      const place = workRoutes.indexOf(route) * overloadLabels.length;
      const cell = (place + overloadLabels.indexOf(reason)) * priorityLabels.length;
      shed.add(cell + priorityLabels.indexOf(priority));
    },
    watchQueue: (queue) => void queues.push(queue),
    connectionOpened() {
      connections++;
    },
    connectionClosed() {
      connections--;
    },
    connectionRefused: (reason) => refusedConnections.add(connectionRefusals.indexOf(reason)),
  };
}

/** A gauge whose value is asked for at scrape. */
function addGauge(registry: Registry, name: string, help: string, value: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
  registry.registerMetric(gauge);
}
