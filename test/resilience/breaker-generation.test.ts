import { createHook } from 'node:async_hooks';
import { queryObjects } from 'node:v8';
import fc from 'fast-check';
import OpossumBreaker from 'opossum';
import { describe, expect, test } from 'vitest';
import { BreakerGeneration } from '../../src/resilience/breaker-generation.ts';
import { completeOptions } from '../../src/resilience/circuit-breaker-options.ts';
import { type CircuitBreakerOptions, createCircuitBreaker } from '../../src/resilience/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';
import { boom, failTimes, makeBreaker, settled } from './breaker-under-test.ts';

function makeGeneration(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = createFakeClock();
  const settings = completeOptions({ name: 'v1', clock, ...options });
  return { generation: new BreakerGeneration(settings, 'closed'), clock };
}

function countsOf({ engine }: BreakerGeneration): readonly number[][] {
  return engine.status.window.map(({ fires, successes, failures }) => [fires, successes, failures]);
}

describe('opossum’s window', () => {
  test('gets successes as a number, at the latest before a failure', () => {
    const { generation } = makeGeneration();
    for (let call = 0; call < 1000; call++) generation.succeeded(0);
    generation.failed(0);
    expect(countsOf(generation)[0]).toEqual([1001, 1000, 1]);
  });

  test('moves with the clock, a tenth of the window at a time', () => {
    const { generation, clock } = makeGeneration({ windowMs: 1000 });
    generation.succeeded(0);
    generation.failed(0);
    clock.advance(99);
    generation.failed(0);
    clock.advance(1);
    generation.succeeded(0);
    clock.advance(250);
    generation.failed(0);
    expect(countsOf(generation)).toEqual([
      [1, 0, 1],
      [0, 0, 0],
      [1, 1, 0],
      [3, 1, 2],
      ...Array.from({ length: 6 }, () => [0, 0, 0]),
    ]);
  });

  test('has slow calls, failed or not, as timeouts', () => {
    const { generation, clock } = makeGeneration({ slowCallMs: 10, windowMs: 1000 });
    const startedAt = clock.now();
    clock.advance(10);
    generation.succeeded(startedAt);
    generation.failed(startedAt);
    clock.advance(1);
    generation.succeeded(startedAt);
    generation.failed(startedAt);
    generation.succeeded(clock.now());
    generation.failed(clock.now());
    expect(generation.engine.stats).toMatchObject({
      fires: 6,
      successes: 3,
      failures: 3,
      timeouts: 2,
    });
  });

  test('is empty after a long silence', () => {
    const { generation, clock } = makeGeneration({ windowMs: 1000 });
    for (let call = 0; call < 100; call++) generation.succeeded(0);
    clock.advance(3_600_000);
    generation.failed(0);
    expect(generation.engine.stats).toMatchObject({ fires: 1, successes: 0, failures: 1 });
  });

  test('keeps no latency, however many calls there are', () => {
    const { generation } = makeGeneration({ failureThreshold: 1e6, failureRatio: 1 });
    for (let call = 0; call < 5000; call++) {
      generation.succeeded(0);
      generation.failed(0);
    }
    const latencies = generation.engine.status.window.map(
      ({ latencyTimes }) => latencyTimes.length,
    );
    expect(latencies).toEqual(Array.from({ length: 10 }, () => 0));
  });

  test('has the counts that opossum itself would have, and opens at the same call', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 80 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 100 }),
        async (outcomes, minimumCalls, percent) => {
          const { generation } = makeGeneration({
            failureThreshold: 1000,
            minimumCalls,
            failureRatio: percent / 100,
          });
          const bare = new OpossumBreaker(
            async (good: boolean) => {
              if (!good) throw boom;
            },
            {
              timeout: false,
              volumeThreshold: minimumCalls,
              errorThresholdPercentage: (percent / 100) * 100,
            },
          );
          for (const good of outcomes) {
            await bare.fire(good).catch(() => {});
            const verdict = good ? generation.succeeded(0) : generation.failed(0);
            const opened = verdict === 'failure-ratio';
            expect(opened).toBe(bare.opened);
            if (opened) break;
          }
          if (bare.stats.failures > 0 && outcomes.at(-1) === false) {
            const { fires, successes, failures } = bare.stats;
            expect(generation.engine.stats).toMatchObject({ fires, successes, failures });
          }
          bare.shutdown();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what stays behind', () => {
  test.each([
    ['the ratio', 100],
    ['the ratio and a streak at once', 20],
  ])(
    'no timer: the one that opossum sets when %s opens it is cleared in the same tick',
    async (_, failureThreshold) => {
      const timers = new Set<number>();
      let opening = true;
      const hook = createHook({
        init: (id, type) => void (opening && type === 'Timeout' && timers.add(id)),
        destroy: (id) => void timers.delete(id),
      });
      hook.enable();
      const breaker = createCircuitBreaker({ name: 'v1', failureThreshold }); // on the machine's clock
      failTimes(breaker, 20);
      opening = false;
      expect(breaker.state).toBe('open');
      expect(timers.size).toBe(1);
      await settled(); // Node tells of destroyed timers a little later
      hook.disable();
      expect(timers.size).toBe(0);
    },
  );

  test('no timer when it may not open, either', () => {
    const before = process.getActiveResourcesInfo();
    const mayOpen = () => false;
    const breaker = createCircuitBreaker({ name: 'v1', failureThreshold: 100, mayOpen });
    failTimes(breaker, 50);
    expect(breaker.state).toBe('closed');
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });

  test('no handle after close', () => {
    const before = process.getActiveResourcesInfo();
    const breaker = createCircuitBreaker({ name: 'v1' });
    failTimes(breaker, 5);
    breaker.close();
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });

  test('no engine of an earlier life', () => {
    const before = queryObjects(OpossumBreaker, { format: 'count' });
    const { breaker, clock } = makeBreaker();
    for (let life = 0; life < 20; life++) {
      failTimes(breaker, 5);
      clock.advance(30_000);
      breaker.runSync(() => life, undefined);
    }
    expect(queryObjects(OpossumBreaker, { format: 'count' }) - before).toBeLessThanOrEqual(1);
    expect(breaker.state).toBe('closed');
  });
});
