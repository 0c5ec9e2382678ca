import { describe, expect, test } from 'vitest';
import type { BreakerTransition, CircuitBreaker } from '../../src/resilience/index.ts';
import { boom, double, fail, failTimes, makeBreaker } from './breaker-under-test.ts';

/** What the breaker tells, as `event from to reason`. */
function listen(breaker: CircuitBreaker): string[] {
  const told: string[] = [];
  for (const event of [
    'breaker-opened',
    'breaker-half-opened',
    'breaker-closed',
    'breaker-would-open',
    'breaker-kept-closed',
  ] as const) {
    breaker.on(event, ({ from, to, reason }: BreakerTransition) =>
      told.push(`${event} ${from} ${to} ${reason}`),
    );
  }
  return told;
}

describe('held open', () => {
  test('refuses every call without saying when to come back', () => {
    const { breaker, clock } = makeBreaker();
    expect(breaker.forced).toBeNull();
    breaker.force('open');
    expect([breaker.forced, breaker.state]).toEqual(['open', 'open']);
    clock.advance(1e9);
    let ran = 0;
    expect(() => breaker.runSync(() => ran++, 1)).toThrow(
      expect.objectContaining({
        code: 'BREAKER_OPEN',
        message: 'circuit breaker v1 is held open',
        details: { breaker: 'v1' },
      }),
    );
    expect(ran).toBe(0);
    expect(breaker.state).toBe('open');
  });

  test('is told, and so is its end', () => {
    const { breaker } = makeBreaker();
    const told = listen(breaker);
    breaker.force('open');
    breaker.force('open');
    breaker.force(null);
    breaker.force(null);
    expect(told).toEqual([
      'breaker-opened closed open forced',
      'breaker-closed open closed released',
    ]);
    expect(breaker.runSync(double, 1)).toBe(2);
  });

  test('is told also where it was open already', () => {
    const { breaker } = makeBreaker();
    failTimes(breaker, 5);
    const told = listen(breaker);
    breaker.force('open');
    expect(told).toEqual(['breaker-opened open open forced']);
  });

  test('is open in a dry run, too', () => {
    const { breaker } = makeBreaker({ dryRun: true });
    breaker.force('open');
    expect(breaker.state).toBe('open');
    expect(() => breaker.runSync(double, 1)).toThrow('is held open');
  });

  test('keeps results of earlier calls out of the record', () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    const permit = breaker.acquire();
    breaker.force('open');
    permit.failed();
    breaker.force(null);
    expect(breaker.state).toBe('closed');
  });
});

describe('held closed', () => {
  test('refuses no call, and tells when it would', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    const told = listen(breaker);
    breaker.force('closed');
    expect([breaker.forced, breaker.state]).toEqual(['closed', 'closed']);
    failTimes(breaker, 100);
    clock.advance(30_000);
    failTimes(breaker, 100);
    expect(breaker.state).toBe('closed');
    expect(told).toEqual([
      'breaker-closed open closed forced',
      'breaker-would-open closed open consecutive-failures',
      'breaker-would-open half-open open probe-failed',
    ]);
  });

  test('returns to a clean, closed record', () => {
    const { breaker, clock } = makeBreaker();
    const told = listen(breaker);
    breaker.force('closed');
    failTimes(breaker, 100);
    breaker.force(null);
    expect([breaker.forced, breaker.state]).toEqual([null, 'closed']);
    failTimes(breaker, 4);
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    clock.advance(30_000);
    expect(breaker.state).toBe('half-open'); // nothing has grown meanwhile
    expect(told).toContain('breaker-closed closed closed released');
  });

  test('forgets how often tries had failed', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    failTimes(breaker, 1);
    breaker.force('closed');
    breaker.force(null);
    failTimes(breaker, 5);
    expect(() => breaker.runSync(double, 1)).toThrow('is open for 30000 ms more');
  });
});

test('what is no state is refused, and what was closed for good stays so', () => {
  const { breaker } = makeBreaker();
  // @ts-expect-error -- what plain JavaScript may pass
  expect(() => breaker.force('half-open')).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: "force: expected 'open', 'closed' or null, got half-open",
    }),
  );
  breaker.force('closed');
  breaker.close();
  expect(breaker.state).toBe('open');
  for (const state of ['open', 'closed', null] as const) {
    expect(() => breaker.force(state)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
  }
  expect(() => breaker.runSync(double, 1)).toThrow('is shut down');
});

describe('a dry run', () => {
  test('never refuses, and tells each opening that would have been', () => {
    const { breaker, clock } = makeBreaker({ dryRun: true });
    const told = listen(breaker);
    failTimes(breaker, 50); // it would have opened at the fifth, and refused the others
    expect(breaker.state).toBe('closed');
    clock.advance(30_000);
    failTimes(breaker, 50);
    clock.advance(59_999);
    failTimes(breaker, 50);
    expect(told).toEqual([
      'breaker-would-open closed open consecutive-failures',
      'breaker-would-open half-open open probe-failed',
    ]);
    clock.advance(1);
    expect(breaker.runSync(double, 1)).toBe(2); // it would have closed
    failTimes(breaker, 5);
    expect(told.slice(2)).toEqual(['breaker-would-open closed open consecutive-failures']);
  });

  test('lets calls beyond the tries run uncounted', () => {
    const { breaker, clock } = makeBreaker({ dryRun: true });
    const told = listen(breaker);
    failTimes(breaker, 5);
    clock.advance(30_000);
    const trying = breaker.acquire();
    const beyond = breaker.acquire();
    beyond.failed();
    failTimes(breaker, 50);
    expect(told).toHaveLength(1);
    trying.succeeded();
    failTimes(breaker, 4);
    expect(told).toHaveLength(1);
  });

  test('is shut down like any other', () => {
    const { breaker } = makeBreaker({ dryRun: true });
    breaker.close();
    expect(breaker.state).toBe('open');
    expect(() => breaker.runSync(double, 1)).toThrow('is shut down');
  });
});

describe('a breaker that may not open', () => {
  const byRatio = { failureThreshold: 100, minimumCalls: 10, windowMs: 1000 };

  test('stays closed with its window, and says so once in a window', () => {
    let mayOpen = false;
    const { breaker, clock } = makeBreaker({ ...byRatio, mayOpen: () => mayOpen });
    const told = listen(breaker);
    failTimes(breaker, 50);
    expect(breaker.state).toBe('closed');
    expect(told).toEqual(['breaker-kept-closed closed closed failure-ratio']);
    clock.advance(999);
    failTimes(breaker, 10);
    expect(told).toHaveLength(1);
    clock.advance(1);
    failTimes(breaker, 10);
    expect(told).toHaveLength(2);
    mayOpen = true;
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    expect(told.slice(2)).toEqual(['breaker-opened closed open failure-ratio']);
  });

  test('is asked for slow calls, too', () => {
    const { breaker, clock } = makeBreaker({
      slowCallMs: 10,
      minimumCalls: 1,
      mayOpen: () => false,
    });
    const told = listen(breaker);
    breaker.runSync(() => clock.advance(11), 1);
    expect(told).toEqual(['breaker-kept-closed closed closed slow-call-ratio']);
    expect(breaker.state).toBe('closed');
  });

  test('opens for failures in a row and failed tries, without being asked', () => {
    const mayOpen = () => {
      throw new Error('asked');
    };
    const reported: unknown[] = [];
    const onListenerError = (error: unknown) => reported.push(error);
    const { breaker, clock } = makeBreaker({ mayOpen, onListenerError });
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(() => breaker.runSync(fail, 1)).toThrow(boom);
    expect(breaker.state).toBe('open');
    expect(reported).toEqual([]);
  });

  test('opens when the question fails, which is reported', () => {
    const reported: unknown[] = [];
    const { breaker } = makeBreaker({
      ...byRatio,
      mayOpen: fail,
      onListenerError: (error) => reported.push(error),
    });
    failTimes(breaker, 10);
    expect(breaker.state).toBe('open');
    expect(reported).toEqual([boom]);
  });

  test('can be looked at, held and closed by who is asked', () => {
    const seen: unknown[] = [];
    const makeAsking = (answer: (breaker: CircuitBreaker) => void) => {
      const made: ReturnType<typeof makeBreaker> = makeBreaker({
        ...byRatio,
        mayOpen: () => {
          answer(made.breaker);
          return true;
        },
      });
      const told = listen(made.breaker);
      failTimes(made.breaker, 10);
      return { ...made, told };
    };
    makeAsking((breaker) => seen.push(breaker.state));
    expect(seen).toEqual(['closed']);
    const held = makeAsking((breaker) => breaker.force('closed'));
    expect(held.told).toEqual(['breaker-closed closed closed forced']);
    const closed = makeAsking((breaker) => breaker.close());
    expect(closed.told).toEqual([]);
    closed.clock.advance(1e9);
    expect(() => closed.breaker.runSync(double, 1)).toThrow('is shut down');
  });

  test('would be kept closed in a dry run, too', () => {
    const { breaker } = makeBreaker({ ...byRatio, dryRun: true, mayOpen: () => false });
    const told = listen(breaker);
    failTimes(breaker, 50);
    expect(told).toEqual(['breaker-kept-closed closed closed failure-ratio']);
  });
});
