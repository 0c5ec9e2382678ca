import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createGateway, loadVersions } from '../../src/index.ts';
import { createCounterCells, createHistogramCells } from '../../src/monitoring/cells.ts';

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
    expect(cells.quantile(0, 0.5)).toBeNaN();
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
