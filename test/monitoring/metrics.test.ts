import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createGateway, loadVersions } from '../../src/index.ts';
import type { Decision } from '../../src/model/index.ts';
import { createCounterCells, createHistogramCells } from '../../src/monitoring/cells.ts';
import { createGatewayMetrics } from '../../src/monitoring/index.ts';

const series = [{ arm: 'a' }, { arm: 'b' }] as const;
const bounds = [0.1, 0.5, 1];

describe('counter cells', () => {
  it('give the text that prom-client gives', async () => {
    const ours = new Registry();
    const theirs = new Registry();
    const cells = createCounterCells(ours, 'calls_total', 'Calls.', series);
    const counter = new Counter({
      name: 'calls_total',
      help: 'Calls.',
      labelNames: ['arm'],
      registers: [theirs],
    });
    for (const index of [0, 1, 1]) {
      cells.add(index);
      counter.inc(series[index]!);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
  });
});

describe('histogram cells', () => {
  it('give the text and the JSON that prom-client gives, for any values', async () => {
    const value = fc.oneof(
      fc.constantFrom(0, ...bounds, 2),
      fc.double({ min: 0, max: 3, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(0, 1), value)), async (observations) => {
        const ours = new Registry();
        const theirs = new Registry();
        const cells = createHistogramCells(ours, 'seconds', 'Time.', series, bounds);
        const histogram = new Histogram({
          name: 'seconds',
          help: 'Time.',
          labelNames: ['arm'],
          buckets: bounds,
          registers: [theirs],
        });
        for (const labels of series) histogram.zero(labels);
        for (const [index, observed] of observations) {
          cells.observe(index, observed);
          histogram.observe(series[index], observed);
        }
        expect(await ours.metrics()).toBe(await theirs.metrics());
        expect(await ours.getMetricsAsJSON()).toEqual(await theirs.getMetricsAsJSON());
      }),
    );
  });

  it('estimate quantiles within the bucket that holds them', () => {
    const cells = createHistogramCells(new Registry(), 'seconds', 'Time.', series, bounds);
    expect(cells.quantile(0, 0.5)).toBeNull();
    for (let index = 0; index < 100; index++) cells.observe(0, index / 100);
    expect(cells.quantile(0, 0.5)).toBeCloseTo(0.5, 1);
    expect(cells.quantile(0, 0.05)).toBeLessThanOrEqual(0.1);
    for (let index = 0; index < 1000; index++) cells.observe(1, 99);
    expect(cells.quantile(1, 0.5)).toBe(1);
  });
});

describe('the metrics of a gateway', () => {
  it('have no series that a client can add', async () => {
    const gateway = await createGateway({ versions: await loadVersions() });
    const seriesOf = (text: string) =>
      text
        .split('\n')
        .map((line) => line.replace(/ \S+$/, ''))
        .filter((line) => !line.startsWith('#'));
    const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
    const before = seriesOf(await gateway.metrics.metrics());
    for (let call = 0; call < 50; call++) {
      void gateway.decide(row, { unitId: `unit-${call}`, requestId: `request-${call}` });
      expect(() => gateway.decide(row, { modelVersion: `made-up-${call}` })).toThrow();
      expect(() => gateway.decide({ [`feature-${call}`]: call })).toThrow();
    }
    expect(seriesOf(await gateway.metrics.metrics())).toEqual(before);
  });
});

describe('versions that come and go at run time', () => {
  const decision = (modelVersion: string): Decision => ({
    requestId: 'any',
    prediction: 1,
    probability: 0.5,
    riskCategory: 'Medium',
    modelVersion,
    generation: 1,
    assignedVersion: modelVersion,
    degraded: false,
    servedBy: 'model',
    reason: null,
    latencyMs: 1,
  });
  const figures = (metrics: ReturnType<typeof createGatewayMetrics>, of: string) =>
    metrics.figures().flatMap((one) => (one.modelVersion === of ? one.decisions : []));

  it('have series of their own, and leave their counts when they go and come back', async () => {
    const metrics = createGatewayMetrics(['a'], () => []);
    metrics.recordDecision(decision('a'), 'predict');
    metrics.addVersion('b');
    metrics.addVersion('b');
    metrics.recordDecision(decision('b'), 'predict');
    metrics.recordDecision(decision('b'), 'predict');
    metrics.recordTransition('b', 'open');
    metrics.retireVersion('b');
    metrics.recordDecision(decision('a'), 'predict');
    expect([figures(metrics, 'a'), figures(metrics, 'b')]).toEqual([[2], [2]]);
    metrics.addVersion('b');
    metrics.recordDecision(decision('b'), 'predict');
    expect(figures(metrics, 'b')).toEqual([3]);
    const text = await metrics.registry.metrics();
    for (const line of [
      'spillway_decisions_total{version="b",route="predict",served_by="model"} 3',
      'spillway_decision_duration_seconds_count{version="b",route="predict"} 3',
      'spillway_decision_duration_seconds_count{version="a",route="predict"} 2',
      'spillway_breaker_transitions_total{version="b",to="open"} 1',
      'spillway_decision_risk_total{version="b",risk="Medium"} 3',
    ])
      expect(text).toContain(line);
  });

  it('give up their series when 64 others have gone after them, however many come', async () => {
    const metrics = createGatewayMetrics(['stays'], () => []);
    metrics.recordDecision(decision('stays'), 'predict');
    const linesOf = async () => (await metrics.registry.metrics()).split('\n').length;
    let most = 0;
    for (let count = 0; count < 200; count++) {
      const name = `v${count}`;
      metrics.addVersion(name);
      metrics.recordDecision(decision(name), 'predict');
      metrics.retireVersion(name);
      if (count === 64) most = await linesOf();
    }
    expect(await linesOf()).toBe(most);
    const versions = new Set(metrics.figures().map(({ modelVersion }) => modelVersion));
    expect(versions.size).toBe(65);
    expect(versions).toContain('stays');
    expect(versions).toContain('v136');
    expect(versions).not.toContain('v135');
    for (const version of versions) expect(figures(metrics, version)).toEqual([1]);
  });
});
