import type { Registry } from 'prom-client';
import { type DecisionRoute, decisionRoutes, type RouteFigures } from './gateway-metrics.ts';

/** What a registry holds, as values. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/**
 * The figures per version and route that the metrics of a gateway stand for: those of one process, or the sums of several.
 * Quantiles are interpolated within their bucket, in milliseconds.
 */
export function figuresOf(metrics: MetricValues): readonly RouteFigures[] {
  const valuesOf = (name: string) => metrics.find((metric) => metric.name === name)?.values ?? [];
  const countOf = (name: string, version: string, route: string) =>
    valuesOf(name).find(({ labels }) => labels['version'] === version && labels['route'] === route)
      ?.value ?? 0;
  return [...bucketsByCell(valuesOf('spillway_decision_duration_seconds')).values()].flatMap(
    ({ version, route, buckets }) => {
      const count = buckets.at(-1)?.below ?? 0;
      const errors = countOf('spillway_errors_total', version, route);
      const degraded = countOf('spillway_degraded_total', version, route);
      if (count + errors + degraded === 0) return [];
      const assigned =
        route === 'compare' ? count : countOf('spillway_assignments_total', version, route);
      return {
        modelVersion: version,
        route,
        decisions: count,
        assigned: assigned + errors,
        errors,
        degraded,
        explained: countOf('spillway_explanations_total', version, route),
        p50Ms: quantile(buckets, 0.5),
        p95Ms: quantile(buckets, 0.95),
        p99Ms: quantile(buckets, 0.99),
      };
    },
  );
}

interface Bucket {
  /** Upper bound in seconds. */
  readonly bound: number;
  /** How many were at most that long. */
  readonly below: number;
}

interface Cell {
  readonly version: string;
  readonly route: DecisionRoute;
  readonly buckets: Bucket[];
}

function bucketsByCell(values: MetricValues[number]['values']): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { labels, value } of values) {
    const route = decisionRoutes.find((name) => name === labels['route']);
    if (labels['le'] === undefined || route === undefined) continue;
    const version = String(labels['version']);
    const key = `${route} ${version}`;
    const cell = cells.get(key) ?? { version, route, buckets: [] };
    cells.set(key, cell);
    const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
    cell.buckets.push({ bound, below: value });
  }
  return cells;
}

function quantile(buckets: readonly Bucket[], q: number): number | null {
  const rank = q * (buckets.at(-1)?.below ?? 0);
  if (rank === 0) return null;
  let lower = 0;
  let below = 0;
  for (const bucket of buckets) {
    if (bucket.below > below && bucket.below >= rank) {
      if (bucket.bound === Number.POSITIVE_INFINITY) break;
      return (lower + (bucket.bound - lower) * ((rank - below) / (bucket.below - below))) * 1000;
    }
    below = bucket.below;
    if (bucket.bound !== Number.POSITIVE_INFINITY) lower = bucket.bound;
  }
  return lower * 1000;
}
