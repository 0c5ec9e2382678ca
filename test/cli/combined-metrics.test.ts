import { describe, expect, it } from 'vitest';
import { combineStatus } from '../../src/cli/cluster/combine-status.ts';
import { createCombinedMetrics, valuesOf } from '../../src/cli/cluster/combined-metrics.ts';
import { createGateway, type Gateway } from '../../src/index.ts';
import { figuresOf, type MetricValues } from '../../src/monitoring/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };

/** A gateway that has decided so often. */
async function decided(times: number, weights = { 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 }) {
  const gateway = await createGateway({ weights });
  for (let count = 0; count < times; count++)
    await gateway.decide(row, { explain: count % 2 === 0 });
  await gateway.compare(row);
  return gateway;
}

function metricsOf(gateway: Gateway): Promise<MetricValues> {
  return gateway.metrics.getMetricsAsJSON();
}

function valueOf(metrics: MetricValues, name: string, labels: object): number | undefined {
  return metrics
    .find((metric) => metric.name === name)
    ?.values.find((value) =>
      Object.entries(labels).every(([label, text]) => value.labels[label] === text),
    )?.value;
}

describe('metrics of several processes', () => {
  it('are sums of what was counted, the worst of states, and the weights of one', async () => {
    const [one, two] = [await metricsOf(await decided(3)), await metricsOf(await decided(4))];
    const combined = createCombinedMetrics().combine([one, two], []);
    const sums = valuesOf(combined);
    const v1 = { version: 'v1.0', route: 'predict' };
    expect(valueOf(sums, 'spillway_decisions_total', { ...v1, served_by: 'model' })).toBe(7);
    expect(valueOf(sums, 'spillway_decision_duration_seconds', { ...v1, le: '+Inf' })).toBe(7);
    expect(valueOf(sums, 'spillway_breaker_state', { version: 'v1.0', state: 'closed' })).toBe(1);
    expect(valueOf(sums, 'spillway_traffic_weight_ratio', { version: 'v1.0' })).toBe(1);
    expect(await combined.metrics()).toMatch(
      /^spillway_decision_duration_seconds_count{version="v1.0",route="predict"} 7$/m,
    );
  });

  it('never fall when a process ends or is silent', async () => {
    const combined = createCombinedMetrics();
    const [one, two, three] = await Promise.all(
      [1, 2, 4].map(async (times) => metricsOf(await decided(times))),
    );
    const total = (metrics: MetricValues) =>
      valueOf(metrics, 'spillway_decisions_total', {
        version: 'v1.0',
        route: 'predict',
        served_by: 'model',
      });
    expect(total(valuesOf(combined.combine([one!, two!, three!], [])))).toBe(7);
    combined.keep(one!);
    expect(total(valuesOf(combined.combine([two!, three!], [])))).toBe(7);
    combined.keep(two!);
    const silent = valuesOf(combined.combine([], [three!]));
    expect(total(silent)).toBe(7);
    // how it is now, nobody knows
    expect(silent.map(({ name }) => name)).not.toContain('spillway_breaker_state');
  });

  it('give the figures that the gateway itself gives', async () => {
    const gateway = await decided(50, { 'v1.0': 1, 'v1.1': 1, 'v2.0': 1 });
    expect(() => gateway.decide({ age: 'old' })).toThrow();
    const figures = figuresOf(await metricsOf(gateway));
    const own = gateway.performance();
    expect(figures).toHaveLength(own.length);
    for (const [index, expected] of own.entries()) {
      const { p50Ms, p95Ms, p99Ms, ...counts } = figures[index]!;
      expect(counts).toEqual({
        ...counts,
        ...Object.fromEntries(Object.entries(expected).filter(([name]) => !name.endsWith('Ms'))),
      });
      expect(p50Ms).toBeCloseTo(expected.p50Ms!, 9);
      expect(p95Ms).toBeCloseTo(expected.p95Ms!, 9);
      expect(p99Ms).toBeCloseTo(expected.p99Ms!, 9);
    }
  });
});

describe('the state of several processes', () => {
  it('is the worst of each version, and degraded as soon as they differ', async () => {
    const status = (await decided(1)).status();
    const [first, ...others] = status.versions;
    const open = {
      ...status,
      status: 'degraded',
      changedAt: 5,
      versions: [{ ...first!, breaker: 'open' }, ...others],
    } as const;
    const both = combineStatus(status, [open], 1000);
    expect(both).toMatchObject({ status: 'degraded', ready: true, uptimeMs: 1000, changedAt: 5 });
    expect(both.versions.map(({ breaker }) => breaker)).toEqual(['open', 'closed', 'closed']);
    expect(combineStatus(status, [status], 1000)).toEqual({ ...status, uptimeMs: 1000 });
  });
});
