import { Counter, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import { type Clock, SpillwayError, systemClock } from './core/index.ts';
import {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from './resilience/index.ts';

export {
  type Accounted,
  type FunctionModel,
  type FunctionReport,
  type WithComplianceOptions,
  withCompliance,
} from './with-compliance.ts';

/** Any function that answers now or later. */
export type AnyFunction<Args extends readonly unknown[], Result> = (
  ...args: Args
) => Result | Promise<Result>;

/** How `withCircuitBreaker` guards a function. */
export interface WithCircuitBreakerOptions<Args extends readonly unknown[], Result>
  extends Omit<CircuitBreakerOptions, 'name'> {
  /** What events and errors call it. @default the name of the function */
  readonly name?: string | undefined;
  /** Answers when the function failed or was not called; gets what led there and the arguments. @default the error is thrown */
  readonly fallback?: ((error: unknown, ...args: Args) => Result | Promise<Result>) | undefined;
}

/** A function behind a circuit breaker. */
export interface Guarded<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  readonly breaker: CircuitBreaker;
}

/**
 * Puts a circuit breaker in front of a function: after `failureThreshold` failures in a row it is left alone for
 * `recoveryTimeoutMs`, then tried with one call. A call that takes longer than `timeoutMs` counts as failed; the function
 * is not told and works on, so where that matters use `createCircuitBreaker(...).run`, which hands out a signal.
 * @throws SpillwayError from each call, unless there is a fallback: `BREAKER_OPEN`, `DEADLINE_EXCEEDED`, or what the
 * function throws, unchanged.
 */
export function withCircuitBreaker<Args extends readonly unknown[], Result>(
  fn: AnyFunction<Args, Result>,
  {
    name = fn.name || 'function',
    fallback,
    ...options
  }: WithCircuitBreakerOptions<Args, Result> = {},
): Guarded<Args, Result> {
  const breaker = createCircuitBreaker({ ...options, name });
  const guarded = async (...args: Args): Promise<Result> => {
    try {
      return await breaker.run(() => fn(...args));
    } catch (error) {
      if (fallback === undefined) throw error;
      return fallback(error, ...args);
    }
  };
  return Object.assign(guarded, { breaker });
}

/** How `withMonitoring` watches a function. */
export interface WithMonitoringOptions {
  /** The value of the label `function`. @default the name of the function */
  readonly name?: string | undefined;
  /** Where the metrics are; functions that share a registry share the metrics and differ by label. @default a new one */
  readonly registry?: Registry | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** A function that is watched. */
export interface Monitored<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  /** `await fn.registry.metrics()` is the Prometheus text. */
  readonly registry: Registry;
}

/** Upper bounds of the latency buckets, in seconds. */
const latencyBounds = [1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts the calls of a function by outcome, times them, and shows how many are under way, as Prometheus metrics:
 * `spillway_function_calls_total`, `spillway_function_duration_seconds`, `spillway_function_calls_in_flight`.
 * What the function answers or throws is passed on unchanged.
 */
export function withMonitoring<Args extends readonly unknown[], Result>(
  fn: AnyFunction<Args, Result>,
  {
    name = fn.name || 'function',
    registry = new Registry(),
    clock = systemClock,
  }: WithMonitoringOptions = {},
): Monitored<Args, Result> {
  const calls = shared(
    registry,
    Counter,
    'spillway_function_calls_total',
    'Calls by function and outcome.',
    ['function', 'outcome'],
  );
  const duration = shared(
    registry,
    Histogram,
    'spillway_function_duration_seconds',
    'Time per call.',
    ['function'],
  );
  const inFlight = shared(
    registry,
    Gauge,
    'spillway_function_calls_in_flight',
    'Calls under way.',
    ['function'],
  );
  const monitored = async (...args: Args): Promise<Result> => {
    const startedAt = clock.now();
    let outcome = 'error';
    inFlight.inc({ function: name });
    try {
      const result = await fn(...args);
      outcome = 'ok';
      return result;
    } finally {
      inFlight.dec({ function: name });
      calls.inc({ function: name, outcome });
      duration.observe({ function: name }, (clock.now() - startedAt) / 1000);
    }
  };
  return Object.assign(monitored, { registry });
}

type MetricClass<M extends Metric> = new (configuration: {
  name: string;
  help: string;
  labelNames: string[];
  registers: Registry[];
  buckets?: number[];
}) => M;

/** The metric of that name in the registry, made when it is not there yet. */
function shared<M extends Metric>(
  registry: Registry,
  Kind: MetricClass<M>,
  name: string,
  help: string,
  labelNames: string[],
): M {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Kind) return existing;
  if (existing !== undefined) {
    throw new SpillwayError('INVALID_CONFIG', `the registry has a metric ${name} of another kind`);
  }
  return new Kind({
    name,
    help,
    labelNames,
    registers: [registry],
    ...(Kind === (Histogram as unknown) && { buckets: latencyBounds }),
  });
}
