import type { MetricValues } from '../../monitoring/index.ts';

/** What is counted of the workers themselves, by the one who started them. */
export function workerMetrics(listening: number, missing: number, failures: number): MetricValues {
  const metrics = [
    {
      name: 'spillway_workers',
      help: 'Worker processes that listen.',
      type: 'gauge',
      values: [{ labels: {}, value: listening }],
    },
    {
      name: 'spillway_workers_missing',
      help: 'Worker processes that did not answer in time; of theirs only counts are in, as last heard.',
      type: 'gauge',
      values: [{ labels: {}, value: missing }],
    },
    {
      name: 'spillway_worker_failures_total',
      help: 'Worker processes that ended without having been asked to.',
      type: 'counter',
      values: [{ labels: {}, value: failures }],
    },
  ];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- prom-client's own declarations have numbers for types
  return metrics.map((metric) => ({ ...metric, aggregator: 'first' })) as unknown as MetricValues;
}
