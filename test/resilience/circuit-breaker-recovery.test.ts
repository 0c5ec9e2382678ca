import { describe, expect, test } from 'vitest';
import type { BreakerPermit, CircuitBreaker } from '../../src/resilience/index.ts';
import { recoveryWait } from '../../src/resilience/recovery-wait.ts';
import type { FakeClock } from '../../src/testing/index.ts';
import { boom, double, fail, failTimes, makeBreaker } from './breaker-under-test.ts';

/** How long the breaker is open now, in whole milliseconds; afterwards it is half-open. */
function waitOf(breaker: CircuitBreaker, clock: FakeClock): number {
  const startedAt = clock.now();
  while (breaker.state === 'open') clock.advance(1);
  return clock.now() - startedAt;
}

function failTry(breaker: CircuitBreaker): void {
  expect(breaker.state).toBe('half-open');
  expect(() => breaker.runSync(fail, 1)).toThrow(boom);
  expect(breaker.state).toBe('open');
}

describe('the time until the next try', () => {
  test('doubles with each try that fails, up to ten times the first', () => {
    const { breaker, clock } = makeBreaker({ recoveryTimeoutMs: 100 });
    failTimes(breaker, 5);
    const waits = [waitOf(breaker, clock)];
    for (let tries = 0; tries < 6; tries++) {
      failTry(breaker);
      waits.push(waitOf(breaker, clock));
    }
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
  });

  test('is the first one again after a try that succeeded', () => {
    const { breaker, clock } = makeBreaker({ recoveryTimeoutMs: 100 });
    failTimes(breaker, 5);
    for (let tries = 0; tries < 3; tries++) {
      waitOf(breaker, clock);
      failTry(breaker);
    }
    waitOf(breaker, clock);
    breaker.runSync(double, 1);
    failTimes(breaker, 5);
    expect(waitOf(breaker, clock)).toBe(100);
  });

  test('is told by what refuses', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    failTry(breaker);
    expect(() => breaker.runSync(double, 1)).toThrow(
      expect.objectContaining({ details: { breaker: 'v1', retryAfterMs: 60_000 } }),
    );
  });

  test('is shortened by the random part of the jitter, but for the first time', () => {
    const randoms = [0.5, 1, 0];
    const { breaker, clock } = makeBreaker({
      recoveryTimeoutMs: 100,
      recoveryJitter: 0.2,
      random: () => randoms.shift() ?? 0,
    });
    failTimes(breaker, 5);
    const waits = [waitOf(breaker, clock)];
    for (let tries = 0; tries < 3; tries++) {
      failTry(breaker);
      waits.push(waitOf(breaker, clock));
    }
    expect(waits).toEqual([100, 180, 320, 800]);
  });

  const settings = {
    recoveryTimeoutMs: 100,
    maximumRecoveryTimeoutMs: 1000,
    recoveryJitter: 1,
    random: () => 0.9,
  };

  test('is never shorter than the first, which no call outlives', () => {
    expect(recoveryWait(1, settings)).toBe(100);
    expect(recoveryWait(3, settings)).toBe(100);
    expect(recoveryWait(0, settings)).toBe(100);
  });

  test('is finite after any number of tries', () => {
    expect(recoveryWait(5000, { ...settings, recoveryJitter: 0 })).toBe(1000);
  });

  test('draws no random number for the first opening', () => {
    const random = () => {
      throw new Error('drawn');
    };
    expect(recoveryWait(0, { ...settings, random })).toBe(100);
    expect(() => recoveryWait(1, { ...settings, random })).toThrow('drawn');
  });
});

describe('several tries', () => {
  const makeHalfOpen = (options: Parameters<typeof makeBreaker>[0] = {}) => {
    const made = makeBreaker({ probes: 3, ...options });
    failTimes(made.breaker, 5);
    made.clock.advance(30_000);
    return made;
  };

  test('all have to succeed, one after the other', () => {
    const { breaker } = makeHalfOpen();
    for (const state of ['half-open', 'half-open', 'closed']) {
      expect(breaker.runSync(double, 1)).toBe(2);
      expect(breaker.state).toBe(state);
    }
  });

  test('may be under way at once, and then the next call is refused', () => {
    const { breaker } = makeHalfOpen();
    const permits = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    expect(() => breaker.acquire()).toThrow(
      'circuit breaker v1 is half-open and waits for the 3 calls that try',
    );
    for (const permit of permits) permit.succeeded();
    expect(breaker.state).toBe('closed');
  });

  test('are as many in all: one that succeeded makes no room for another', () => {
    const { breaker } = makeHalfOpen();
    const [first] = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    first.succeeded();
    expect(() => breaker.acquire()).toThrow('half-open');
  });

  test('end with the first that fails, and what the others answer counts for nothing', () => {
    const { breaker, clock } = makeHalfOpen();
    const [first, second, third] = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    first.succeeded();
    second.failed();
    expect(breaker.state).toBe('open');
    third.succeeded();
    expect(breaker.state).toBe('open');
    clock.advance(60_000);
    expect(breaker.state).toBe('half-open');
    third.failed();
    expect(breaker.state).toBe('half-open');
  });

  test('one that the caller gave up makes room for another', () => {
    const { breaker } = makeHalfOpen();
    const permits = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    permits[1]?.ignored();
    permits[1]?.ignored(); // once is all that counts
    const other = breaker.acquire();
    expect(() => breaker.acquire()).toThrow('half-open');
    for (const permit of [permits[0], permits[2], other]) permit?.succeeded();
    expect(breaker.state).toBe('closed');
  });

  test('a slow one has failed, although it answered', () => {
    const { breaker, clock } = makeHalfOpen({ slowCallMs: 100, slowCallRatio: 1 });
    const reasons: string[] = [];
    breaker.on('breaker-opened', ({ reason }) => reasons.push(reason));
    const slow = (input: number) => {
      clock.advance(101);
      return input;
    };
    expect(breaker.runSync(slow, 7)).toBe(7);
    expect(reasons).toEqual(['probe-failed']);
  });

  test('that nobody settles have failed when no call can be on its way any more', () => {
    const { breaker, clock } = makeHalfOpen();
    const lost: BreakerPermit[] = [breaker.acquire(), breaker.acquire()];
    clock.advance(40_000);
    expect(breaker.state).toBe('half-open'); // there is room for one
    lost.push(breaker.acquire());
    clock.advance(29_999);
    expect(breaker.state).toBe('half-open');
    clock.advance(1);
    expect(() => breaker.acquire()).toThrow('is open for 60000 ms more');
    for (const permit of lost) permit.succeeded();
    expect(breaker.state).toBe('open');
  });

  test('count in the window of the closed breaker', () => {
    const { breaker } = makeHalfOpen({ failureThreshold: 5, minimumCalls: 7, failureRatio: 0.5 });
    for (let tries = 0; tries < 3; tries++) breaker.runSync(double, 1);
    failTimes(breaker, 3); // three of six
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1); // four of seven, but only four in a row
    expect(breaker.state).toBe('open');
  });
});
