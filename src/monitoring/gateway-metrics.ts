import { Counter, Gauge, Registry } from 'prom-client';
import { errorCodeNames as codes, type ErrorCode } from '../core/index.ts';
import type { Decision, RiskCategory, ServedBy } from '../model/index.ts';
import {
  type CounterCells,
  createCounterCells,
  createHistogramCells,
  type GrowingCells,
  type Labels,
} from './cells.ts';
import { toMilliseconds } from './quantile-of.ts';

/** The ways into the gateway that are counted apart. */
export const decisionRoutes = ['predict', 'predict_reliable', 'compare'] as const;
/** One of `decisionRoutes`. */
export type DecisionRoute = (typeof decisionRoutes)[number];

const breakerStates = ['closed', 'open', 'half-open'] as const;
const versionStates = ['loading', 'ready', 'failed', 'retired'] as const;
const servers: readonly ServedBy[] = ['model', 'other-version', 'last-good', 'rules'];
const risks: readonly RiskCategory[] = ['Low', 'Medium', 'High'];

const shadowOutcomes = ['same', 'different', 'answered', 'failed'] as const;

const swapResults = ['added', 'swapped', 'retired', 'refused', 'rolled-back'] as const;

/** What came of loading, removing or rolling back a version at run time. */
export type SwapResult = (typeof swapResults)[number];
type ShadowLabel = (typeof shadowOutcomes)[number];
type BreakerLabel = (typeof breakerStates)[number];

/** The series of one version, as many for each. */
type SeriesOf = (version: string) => readonly Labels<string>[];

/** What the gauges show, asked for at scrape. */
export interface VersionGauges {
  readonly name: string;
  readonly state: (typeof versionStates)[number];
  /** `null` for a version that is not ready. */
  readonly breaker: BreakerLabel | null;
  /** Share of the traffic, 0..1. */
  readonly weight: number;
  /** Which of the contents that were served under its name, counted from 1; 0 for none. */
  readonly generation: number;
  /** `null` for a version that answers at once. */
  readonly calls: {
    readonly inFlight: number;
    readonly limit: number;
    readonly waiting: number;
    readonly threadRestarts: number;
  } | null;
}

/** Figures of one version on one route since the gateway started; durations in milliseconds, `null` before the first. */
export interface RouteFigures {
  readonly modelVersion: string;
  readonly route: DecisionRoute;
  /** Answered by this version, whichever was assigned. */
  readonly decisions: number;
  /** Requests for which this version was asked first: what errors and degraded are parts of. */
  readonly assigned: number;
  readonly errors: number;
  readonly degraded: number;
  readonly explained: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** What is counted of one version's part in a comparison. */
export type Compared =
  | (Pick<Decision, 'modelVersion' | 'latencyMs' | 'riskCategory' | 'explanation'> & {
      readonly error?: never;
    })
  | { readonly modelVersion: string; readonly error: { readonly code: ErrorCode } };

/** The metrics of one gateway, in a registry of its own. */
export interface GatewayMetrics {
  readonly registry: Registry;
  /** Begins the series of a version that came later, or goes on with those that it had. */
  addVersion(version: string): void;
  /** Notes that a version is gone. Its counters stay as they are, until 64 others have gone after it. */
  retireVersion(version: string): void;
  /** Counts an answered decision: some typed-array writes. */
  recordDecision(decision: Decision, route: DecisionRoute): void;
  /** Counts a request that got no decision from the version it was assigned to; `null` when it got that far with none. */
  recordFailure(assignedVersion: string | null, route: DecisionRoute, code: ErrorCode): void;
  /** Counts what one version answered in a comparison, or why it did not. */
  recordCompared(result: Compared): void;
  /** Counts an answer that was to be explained and could not be. */
  recordUnexplained(version: string, code: ErrorCode): void;
  recordTransition(version: string, to: BreakerLabel): void;
  /** Counts what came of asking the rules unseen. */
  recordShadow(assignedVersion: string, outcome: ShadowLabel): void;
  recordSwap(result: SwapResult): void;
  recordDroppedEvent(): void;
  recordListenerError(): void;
  /** One entry per version and route that was used. */
  figures(): readonly RouteFigures[];
}

const perRoute = (version: string) => decisionRoutes.map((route) => ({ version, route }));

/** Upper bounds of the latency buckets, in seconds. */
const latencyBounds = [
  1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1,
  2.5,
];

/** Counters of so many versions that are gone are kept. */
const mostRetired = 64;

/** Makes the metrics for a list of versions, of which there must be one; `gauges` is asked at each scrape. */
export function createGatewayMetrics(
  firstVersions: readonly string[],
  gauges: () => readonly VersionGauges[],
): GatewayMetrics {
  const registry = new Registry();
  /** By the place of their series. */
  const versions = [...firstVersions];
  const indexOf = new Map(versions.map((version, index) => [version, index]));
  /** In the order in which they went. */
  const retired = new Set<string>();
  const growing: { readonly cells: GrowingCells<string>; readonly of: SeriesOf }[] = [];
  /** Counters with some series per version. */
  const countVersions = (name: string, help: string, of: SeriesOf): CounterCells => {
    const cells = createCounterCells(registry, name, help, versions.flatMap(of));
    growing.push({ cells, of });
    return cells;
  };
  const cellOf = (version: string, route: DecisionRoute): number =>
    (indexOf.get(version) ?? 0) * decisionRoutes.length + decisionRoutes.indexOf(route);

  const decisions = countVersions(
    'spillway_decisions_total',
    'Decisions by the version that answered (for rules: whose card holds them), route and who served.',
    (version) =>
      perRoute(version).flatMap((labels) => servers.map((served_by) => ({ ...labels, served_by }))),
  );
  const assignments = countVersions(
    'spillway_assignments_total',
    'Decisions by the version that was assigned, by the split or by force, and route.',
    perRoute,
  );
  const latency = createHistogramCells(
    registry,
    'spillway_decision_duration_seconds',
    'Time from the start of a decision to its answer, without the HTTP around it.',
    versions.flatMap(perRoute),
    latencyBounds,
  );
  growing.push({ cells: latency, of: perRoute });
  const risk = countVersions(
    'spillway_decision_risk_total',
    'Binary decisions by the version that answered and risk category.',
    (version) => risks.map((category) => ({ version, risk: category })),
  );
  const explained = countVersions(
    'spillway_explanations_total',
    'Decisions that carry an explanation, by the version that answered and route.',
    perRoute,
  );
  const unexplained = countVersions(
    'spillway_explanation_errors_total',
    'Answers that were to be explained and could not be, by the version that answered and error code.',
    (version) => codes.map((code) => ({ version, code })),
  );
  const errors = countVersions(
    'spillway_errors_total',
    'Requests that got an error instead of a decision, by assigned version and route.',
    perRoute,
  );
  const degraded = countVersions(
    'spillway_degraded_total',
    'Decisions that the assigned version did not answer, by assigned version and route.',
    perRoute,
  );
  const errorsByCode = createCounterCells(
    registry,
    'spillway_errors_by_code_total',
    'Requests that got an error instead of a decision, by error code.',
    codes.map((code) => ({ code })),
  );
  const fallbacks = countVersions(
    'spillway_fallbacks_total',
    'Decisions that the assigned version did not answer, by the error code that led away from it.',
    (version) => codes.map((reason) => ({ version, reason })),
  );
  const transitions = countVersions(
    'spillway_breaker_transitions_total',
    'State changes of the circuit breakers, by the state entered.',
    (version) => breakerStates.map((to) => ({ version, to })),
  );
  const shadows = countVersions(
    'spillway_fallback_shadow_total',
    'Rows that a version answered and its rules were asked about too, unseen, by what the rules said.',
    (version) => shadowOutcomes.map((outcome) => ({ version, outcome })),
  );
  const swaps = createCounterCells(
    registry,
    'spillway_swaps_total',
    'Versions that were loaded, removed or rolled back at run time, by what came of it.',
    swapResults.map((result) => ({ result })),
  );
  const dropped = new Counter({
    name: 'spillway_observer_events_dropped_total',
    help: 'Events that observers missed because their queue was full.',
    registers: [registry],
  });
  const listenerErrors = new Counter({
    name: 'spillway_observer_errors_total',
    help: 'Errors thrown by observers; they change no decision.',
    registers: [registry],
  });
  addGauge(
    'spillway_breaker_state',
    'State of the circuit breaker: 1 for the state it is in.',
    (version) =>
      version.breaker === null
        ? []
        : breakerStates.map((state) => [{ state }, version.breaker === state ? 1 : 0]),
    'max',
  );
  addGauge(
    'spillway_model_state',
    'Life-cycle state of the version: 1 for the state it is in.',
    (version) => versionStates.map((state) => [{ state }, version.state === state ? 1 : 0]),
    'max',
  );
  addGauge(
    'spillway_traffic_weight_ratio',
    'Share of the traffic that the split gives to the version, 0 to 1.',
    (version) => [[{}, version.weight]],
    'first',
  );

  addGauge(
    'spillway_model_generation',
    'Which of the contents that were served under the name of the version, counted from 1.',
    ({ generation }) => [[{}, generation]],
    'max',
  );
  addGauge(
    'spillway_calls_in_flight',
    'Calls under way, of versions that answer later.',
    ({ calls }) => (calls === null ? [] : [[{}, calls.inFlight]]),
    'sum',
  );
  addGauge(
    'spillway_calls_limit',
    'Calls that may be under way at once, of versions that answer later.',
    ({ calls }) => (calls === null ? [] : [[{}, calls.limit]]),
    'sum',
  );
  addGauge(
    'spillway_calls_waiting',
    'Calls that wait for their turn, of versions that answer later.',
    ({ calls }) => (calls === null ? [] : [[{}, calls.waiting]]),
    'sum',
  );
  addGauge(
    'spillway_thread_restarts',
    'Threads that had to be replaced since the generation began, of versions that answer later.',
    ({ calls }) => (calls === null ? [] : [[{}, calls.threadRestarts]]),
    'sum',
  );

  /** A gauge with some samples per version, asked for at scrape; `aggregator` makes one of those of several processes. */
  function addGauge(
    name: string,
    help: string,
    samples: (
      version: VersionGauges,
    ) => readonly (readonly [{ readonly state?: string }, number])[],
    aggregator: 'max' | 'first' | 'sum',
  ) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['version', 'state'],
      aggregator,
      registers: [],
      collect() {
        this.reset();
        for (const version of gauges()) {
          for (const [labels, value] of samples(version))
            this.set({ version: version.name, ...labels }, value);
        }
      },
    });
    registry.registerMetric(gauge);
  }

  function recordAnswer(
    answer: Pick<Decision, 'modelVersion' | 'latencyMs' | 'riskCategory' | 'explanation'>,
    route: DecisionRoute,
    servedBy: ServedBy,
  ): void {
    const cell = cellOf(answer.modelVersion, route);
    decisions.add(cell * servers.length + servers.indexOf(servedBy));
    latency.observe(cell, answer.latencyMs / 1000);
    if (answer.explanation) explained.add(cell);
    if (answer.riskCategory === undefined) return;
    const version = indexOf.get(answer.modelVersion) ?? 0;
    risk.add(version * risks.length + risks.indexOf(answer.riskCategory));
  }

  function recordFailure(
    assignedVersion: string | null,
    route: DecisionRoute,
    code: ErrorCode,
  ): void {
    if (assignedVersion !== null) errors.add(cellOf(assignedVersion, route));
    errorsByCode.add(codes.indexOf(code));
  }

  return {
    registry,
    addVersion(version) {
      retired.delete(version);
      if (indexOf.has(version)) return;
      const [oldest] = retired;
      if (oldest === undefined || retired.size < mostRetired) {
        indexOf.set(version, versions.push(version) - 1);
        for (const { cells, of } of growing) cells.append(of(version));
        return;
      }
      const index = indexOf.get(oldest) ?? 0;
      retired.delete(oldest);
      indexOf.delete(oldest);
      indexOf.set(version, index);
      versions[index] = version;
      for (const { cells, of } of growing) {
        const series = of(version);
        cells.replace(index * series.length, series);
      }
    },
    retireVersion(version) {
      if (indexOf.has(version)) retired.add(version);
    },
    recordSwap: (result) => swaps.add(swapResults.indexOf(result)),
    recordFailure,
    recordDecision(decision, route) {
      recordAnswer(decision, route, decision.servedBy);
      const assigned = indexOf.get(decision.assignedVersion) ?? 0;
      assignments.add(cellOf(decision.assignedVersion, route));
      if (decision.reason !== null) {
        degraded.add(cellOf(decision.assignedVersion, route));
        fallbacks.add(assigned * codes.length + codes.indexOf(decision.reason));
      }
    },
    recordCompared(result) {
      if (result.error !== undefined)
        recordFailure(result.modelVersion, 'compare', result.error.code);
      else recordAnswer(result, 'compare', 'model');
    },
    recordUnexplained(version, code) {
      unexplained.add((indexOf.get(version) ?? 0) * codes.length + codes.indexOf(code));
    },
    recordTransition(version, to) {
      transitions.add(
        (indexOf.get(version) ?? 0) * breakerStates.length + breakerStates.indexOf(to),
      );
    },
    recordShadow(version, outcome) {
      shadows.add(
        (indexOf.get(version) ?? 0) * shadowOutcomes.length + shadowOutcomes.indexOf(outcome),
      );
    },
    recordDroppedEvent: () => dropped.inc(),
    recordListenerError: () => listenerErrors.inc(),
    figures: () =>
      versions.flatMap(perRoute).flatMap(({ version, route }, cell) => {
        const count = latency.count(cell);
        if (count + errors.get(cell) + degraded.get(cell) === 0) return [];
        const quantile = (q: number) => toMilliseconds(latency.quantile(cell, q));
        return {
          modelVersion: version,
          route,
          decisions: count,
          assigned: (route === 'compare' ? count : assignments.get(cell)) + errors.get(cell),
          errors: errors.get(cell),
          degraded: degraded.get(cell),
          explained: explained.get(cell),
          p50Ms: quantile(0.5),
          p95Ms: quantile(0.95),
          p99Ms: quantile(0.99),
        };
      }),
  };
}
