import { Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { withCircuitBreaker, withMonitoring } from '../src/patterns.ts';
import { createFakeClock } from '../src/testing/index.ts';

describe('withCircuitBreaker', () => {
  /** A function that fails until told otherwise. */
  function setUp() {
    const clock = createFakeClock();
    let healthy = false;
    let calls = 0;
    const score = async (customer: string, factor: number) => {
      calls++;
      if (!healthy) throw new Error('down');
      return `${customer} ${factor}`;
    };
    return { clock, score, heal: () => (healthy = true), calls: () => calls };
  }

  it('leaves a function alone after 5 failures, and tries it again after the recovery timeout', async () => {
    const { clock, score, heal, calls } = setUp();
    const guarded = withCircuitBreaker(score, {
      failureThreshold: 5,
      recoveryTimeoutMs: 30_000,
      clock,
    });
    for (let call = 0; call < 5; call++) await expect(guarded('a', 1)).rejects.toThrow('down');
    await expect(guarded('a', 1)).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    expect(calls()).toBe(5);
    heal();
    clock.advance(30_000);
    expect(await guarded('a', 2)).toBe('a 2');
    expect(guarded.breaker.state).toBe('closed');
  });

  it('hands the error and the arguments to the fallback', async () => {
    const { clock, score } = setUp();
    const guarded = withCircuitBreaker(score, {
      clock,
      fallback: (error, customer) => `${customer}: ${String(error)}`,
    });
    expect(await guarded('a', 1)).toBe('a: Error: down');
  });

  it('gives up on a call that takes longer than its time', async () => {
    const clock = createFakeClock();
    const guarded = withCircuitBreaker(() => new Promise<never>(() => undefined), {
      timeoutMs: 100,
      clock,
    });
    const call = expect(guarded()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    clock.advance(100);
    await call;
  });

  it('takes a function that answers at once or throws at once', async () => {
    expect(await withCircuitBreaker((x: number) => x + 1)(1)).toBe(2);
    const thrower = withCircuitBreaker(() => {
      throw new TypeError('at once');
    });
    await expect(thrower()).rejects.toThrow(TypeError);
  });

  it('refuses options that make no sense', () => {
    expect(() => withCircuitBreaker(async () => 1, { failureThreshold: 0 })).toThrow(
      /failureThreshold/,
    );
  });
});

describe('withMonitoring', () => {
  it('counts, times and passes on what the function answers or throws', async () => {
    const clock = createFakeClock();
    let fail = false;
    const score = withMonitoring(
      async function score(x: number) {
        clock.advance(20);
        if (fail) throw new Error('down');
        return x * 2;
      },
      { clock },
    );
    expect(await score(21)).toBe(42);
    fail = true;
    await expect(score(1)).rejects.toThrow('down');
    const text = await score.registry.metrics();
    expect(text).toMatch(/spillway_function_calls_total\{function="score",outcome="ok"\} 1/);
    expect(text).toMatch(/spillway_function_calls_total\{function="score",outcome="error"\} 1/);
    expect(text).toMatch(/spillway_function_duration_seconds_sum\{function="score"\} 0.04/);
    expect(text).toMatch(
      /spillway_function_duration_seconds_bucket\{le="0.01",function="score"\} 0/,
    );
    expect(text).toMatch(/spillway_function_calls_in_flight\{function="score"\} 0/);
  });

  it('shows what is under way', async () => {
    let finish = (): void => undefined;
    const slow = withMonitoring(() => new Promise<void>((resolve) => (finish = resolve)), {
      name: 'slow',
    });
    const call = slow();
    expect(await slow.registry.metrics()).toMatch(/in_flight\{function="slow"\} 1/);
    finish();
    await call;
  });

  it('lets functions share a registry, apart by label', async () => {
    const registry = new Registry();
    await withMonitoring(async () => 1, { name: 'one', registry })();
    await withMonitoring(async () => 2, { name: 'two', registry })();
    expect(await registry.metrics()).toMatch(/function="one".*function="two"/s);
  });

  it('keeps two functions without a registry apart', async () => {
    const one = withMonitoring(async () => 1, { name: 'one' });
    const two = withMonitoring(async () => 2, { name: 'two' });
    await one();
    expect(await two.registry.metrics()).not.toContain('one');
  });

  it('refuses a registry in which the name means something else', () => {
    const registry = new Registry();
    registry.registerMetric(
      new Gauge({ name: 'spillway_function_calls_total', help: 'Other.', registers: [] }),
    );
    expect(() => withMonitoring(async () => 1, { registry })).toThrow(/another kind/);
  });
});
