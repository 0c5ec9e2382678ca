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

/** Counts of the HTTP requests that a gateway answers, on however many ports. */
export interface HttpMetrics {
  /** A request has arrived. */
  started(): void;
  /** Its answer has been written, `seconds` after it arrived. */
  finished(route: HttpRoute, status: number, seconds: number): void;
}

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
  let inFlight = 0;
  const gauge = new Gauge({
    name: 'spillway_http_requests_in_flight',
    help: 'HTTP requests that have arrived and are not answered yet.',
    registers: [],
    collect() {
      this.set(inFlight);
    },
  });
  registry.registerMetric(gauge);
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
  };
}
