import { AggregatorRegistry, type Registry } from 'prom-client';
import type { MetricValues } from '../../monitoring/index.ts';

/** The metrics of several processes, added up. The counts of those that have ended stay in: a sum that falls looks like a restart of everything. */
export interface CombinedMetrics {
  /** Keeps what a worker had counted when it ended. */
  keep(metrics: MetricValues): void;
  /**
   * Adds up: counters and histograms as sums, gauges in the way that each asks for (its `aggregator`). Of `silent` workers
   * what they last counted is taken; how they are now is not known.
   */
  combine(live: readonly MetricValues[], silent: readonly MetricValues[]): Registry;
}

/** Makes the sums of the metrics of several processes. */
export function createCombinedMetrics(): CombinedMetrics {
  let ended: MetricValues = [];
  return {
    keep(metrics) {
      ended = valuesOf(AggregatorRegistry.aggregate([ended, countsOf(metrics)]));
    },
    combine: (live, silent) =>
      AggregatorRegistry.aggregate([...live, ...silent.map(countsOf), ended]),
  };
}

/** The values that a combined registry was made of. */
export function valuesOf(combined: Registry): MetricValues {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a registry of sums holds values, not metrics that make them
  return combined.getMetricsAsArray() as unknown as MetricValues;
}

/** What only grows: the gauges of a process end with it. */
function countsOf(metrics: MetricValues): MetricValues {
  // prom-client gives the types as words where its own declarations have numbers
  return metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}
