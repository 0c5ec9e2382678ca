import type { Registry } from 'prom-client';
import { type DecisionRoute, decisionRoutes, type RouteFigures } from './gateway-metrics.ts';
import { type Bucket, quantileOf, toMilliseconds } from './quantile-of.ts';

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
      const milliseconds = (q: number) => toMilliseconds(quantileOf(buckets, q));
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
        p50Ms: milliseconds(0.5),
        p95Ms: milliseconds(0.95),
        p99Ms: milliseconds(0.99),
      };
    },
  );
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
