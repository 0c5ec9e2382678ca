import { describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';
import { boom, double, fail, makeBreaker } from './breaker-under-test.ts';

/** Calls that take 10 milliseconds are in time, calls that take 11 are slow. */
function makeTimed(options: Parameters<typeof makeBreaker>[0] = {}) {
  const { breaker, clock } = makeBreaker({ slowCallMs: 10, minimumCalls: 4, ...options });
  const reasons: string[] = [];
  breaker.on('breaker-opened', ({ reason }) => reasons.push(reason));
  const call = (tookMs: number, times = 1) => {
    for (let time = 0; time < times; time++) {
      breaker.runSync((ms: number) => clock.advance(ms), tookMs);
    }
  };
  return { breaker, clock, reasons, call };
}

describe('slow calls', () => {
  test('open it when they are more than half of the calls in the window', () => {
    const { reasons, call } = makeTimed();
    call(10, 3);
    call(11, 3);
    expect(reasons).toEqual([]); // 3 of 6 is not more than half
    call(11);
    expect(reasons).toEqual(['slow-call-ratio']);
  });

  test('say nothing below the minimum of calls', () => {
    const { reasons, call } = makeTimed();
    call(11, 3);
    expect(reasons).toEqual([]);
    call(11);
    expect(reasons).toEqual(['slow-call-ratio']);
  });

  test('open it only in a slow call', () => {
    const { reasons, call } = makeTimed();
    call(11, 3);
    call(0); // 3 of 4, in time
    expect(reasons).toEqual([]);
    call(11);
    expect(reasons).toEqual(['slow-call-ratio']);
  });

  test('are forgotten with the window', () => {
    const { clock, reasons, call } = makeTimed();
    call(11, 3);
    clock.advance(10_000);
    call(11, 3);
    expect(reasons).toEqual([]);
  });

  test('at a ratio of 1 never open it, at a ratio of 0 the first does', () => {
    const never = makeTimed({ slowCallRatio: 1 });
    never.call(11, 100);
    expect(never.reasons).toEqual([]);
    const first = makeTimed({ slowCallRatio: 0 });
    first.call(0, 100);
    first.call(11);
    expect(first.reasons).toEqual(['slow-call-ratio']);
  });

  test('are slow when they fail, too', () => {
    const { breaker, clock, reasons } = makeTimed({ failureRatio: 1 });
    for (let call = 0; call < 4; call++) {
      const failsLate = () => {
        clock.advance(11);
        return fail();
      };
      expect(() => breaker.runSync(failsLate, 1)).toThrow(boom);
    }
    expect(reasons).toEqual(['slow-call-ratio']);
  });

  test('that fail are told as failures first', () => {
    const openBy = (options: Parameters<typeof makeBreaker>[0]) => {
      const { breaker, clock, reasons } = makeTimed(options);
      while (reasons.length === 0) {
        const permit = breaker.acquire();
        clock.advance(11);
        permit.failed();
      }
      return reasons;
    };
    expect(openBy({ failureThreshold: 4 })).toEqual(['consecutive-failures']);
    expect(openBy({ failureThreshold: 100 })).toEqual(['failure-ratio']);
  });

  test('with promises are measured from the permit to its end', async () => {
    const { breaker, clock, reasons } = makeTimed({ minimumCalls: 1, slowCallRatio: 0.4 });
    const permit = breaker.acquire();
    clock.advance(10);
    permit.succeeded();
    expect(reasons).toEqual([]);
    await breaker.run(async () => clock.advance(11));
    expect(reasons).toEqual(['slow-call-ratio']);
  });

  test('that are late from before it opened count for nothing', () => {
    const { breaker, clock, reasons, call } = makeTimed({ minimumCalls: 1 });
    const late = breaker.acquire();
    call(11);
    clock.advance(30_000);
    call(0);
    expect(breaker.state).toBe('closed');
    late.succeeded();
    expect(reasons).toEqual(['slow-call-ratio']);
  });
});

describe('the clock', () => {
  function readsOf(
    options: Parameters<typeof makeBreaker>[0],
    call: 'runSync' | 'acquire',
  ): number {
    let reads = 0;
    const clock: FakeClock = createFakeClock();
    const counting = { ...clock, now: () => (reads++, clock.now()) };
    const { breaker } = makeBreaker({ ...options, clock: counting });
    reads = 0;
    if (call === 'runSync') breaker.runSync(double, 1);
    else breaker.acquire().succeeded();
    return reads;
  }

  test('is read once for a call that answers', () => {
    expect(readsOf({}, 'runSync')).toBe(1);
    expect(readsOf({}, 'acquire')).toBe(1);
    expect(readsOf({ probes: 3, recoveryJitter: 1, dryRun: true }, 'runSync')).toBe(1);
  });

  test('is read twice when calls can be slow', () => {
    expect(readsOf({ slowCallMs: 10 }, 'runSync')).toBe(2);
    expect(readsOf({ slowCallMs: 10 }, 'acquire')).toBe(2);
  });
});
