import { describe, expect, test } from 'vitest';
import type { BreakerTransition } from '../../src/resilience/index.ts';
import { boom, double, fail, failTimes, makeBreaker } from './breaker-under-test.ts';

describe('closed', () => {
  test('answers what the action answers, undefined and null included', () => {
    const { breaker } = makeBreaker();
    expect(breaker.runSync(double, 21)).toBe(42);
    expect(breaker.runSync(() => undefined, 1)).toBeUndefined();
    expect(breaker.runSync(() => null, 1)).toBeNull();
    expect(breaker.state).toBe('closed');
  });

  test.each([[boom], ['a text'], [null], [undefined], [Symbol('odd')]])(
    'throws exactly what the action threw: %s',
    (thrown: unknown) => {
      const { breaker } = makeBreaker({ failureThreshold: 1 });
      let caught: unknown = 'nothing';
      try {
        breaker.runSync(() => {
          throw thrown;
        }, 1);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(breaker.state).toBe('open');
    },
  );
});

describe('opening', () => {
  test('opens in the very call that is the fifth failure in a row', () => {
    const { breaker } = makeBreaker();
    failTimes(breaker, 4);
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  test('a success ends the row of failures', () => {
    const { breaker } = makeBreaker();
    failTimes(breaker, 4);
    breaker.runSync(double, 1);
    failTimes(breaker, 4);
    expect(breaker.state).toBe('closed');
  });

  test('five failures in a row open it, however many calls succeeded before', () => {
    const { breaker } = makeBreaker();
    for (let call = 0; call < 10_000; call++) breaker.runSync(double, call);
    failTimes(breaker, 5);
    expect(breaker.state).toBe('open');
  });

  test('opens when more than the ratio of at least the minimum of calls failed', () => {
    const { breaker } = makeBreaker({ failureThreshold: 100, failureRatio: 0.5, minimumCalls: 20 });
    const alternate = () => {
      breaker.runSync(double, 1);
      failTimes(breaker, 1);
    };
    for (let pair = 0; pair < 10; pair++) alternate();
    expect(breaker.state).toBe('closed'); // 10 of 20 is not more than half
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open'); // 11 of 21 is
  });

  test('below the minimum of calls the ratio says nothing', () => {
    const { breaker } = makeBreaker({ failureThreshold: 100, minimumCalls: 20 });
    failTimes(breaker, 19);
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  test('a ratio of 1 turns the rule off', () => {
    const { breaker } = makeBreaker({ failureThreshold: 1000, failureRatio: 1 });
    failTimes(breaker, 999);
    expect(breaker.state).toBe('closed');
  });

  test('the ratio forgets what happened before the window', () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 100, windowMs: 10_000 });
    failTimes(breaker, 19);
    clock.advance(10_000);
    failTimes(breaker, 19);
    expect(breaker.state).toBe('closed');
  });

  test('successes before the window do not hide failures in it', () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 100, windowMs: 10_000 });
    for (let call = 0; call < 100_000; call++) breaker.runSync(double, call);
    clock.advance(10_000);
    failTimes(breaker, 20);
    expect(breaker.state).toBe('open');
  });

  test('successes within the window count, tenth by tenth', () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 100, windowMs: 10_000 });
    for (let call = 0; call < 20; call++) breaker.runSync(double, call);
    clock.advance(9_999);
    failTimes(breaker, 20); // 20 of 40
    expect(breaker.state).toBe('closed');
    clock.advance(1); // the 20 successes leave
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });
});

describe('open', () => {
  test('never runs the action, and says when to come back', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(10_000);
    let ran = 0;
    expect(() => breaker.runSync(() => ran++, 1)).toThrow(
      expect.objectContaining({
        code: 'BREAKER_OPEN',
        retryable: true,
        message: 'circuit breaker v1 is open for 20000 ms more',
        details: { breaker: 'v1', retryAfterMs: 20_000 },
      }),
    );
    expect(ran).toBe(0);
  });

  test('refused calls do not prolong it', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    for (let second = 0; second < 30; second++) {
      expect(() => breaker.runSync(double, 1)).toThrow('is open');
      clock.advance(1000);
    }
    expect(breaker.runSync(double, 1)).toBe(2);
  });
});

describe('half-open', () => {
  test('starts exactly when the recovery timeout is over, seen by whoever looks', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(29_999);
    expect(breaker.state).toBe('open');
    clock.advance(1);
    expect(breaker.state).toBe('half-open');
  });

  test('a call that succeeds closes it at once', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(breaker.runSync(double, 4)).toBe(8);
    expect(breaker.state).toBe('closed');
    expect(breaker.runSync(double, 5)).toBe(10);
  });

  test('a call that fails opens it again, for twice as long', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(() => breaker.runSync(fail, 1)).toThrow(boom);
    expect(breaker.state).toBe('open');
    clock.advance(59_999);
    expect(breaker.state).toBe('open');
    clock.advance(1);
    expect(breaker.runSync(double, 1)).toBe(2);
  });

  test('one call tries, even when that call makes another', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    const outer = breaker.runSync((input: number) => {
      expect(breaker.state).toBe('half-open');
      expect(() => breaker.runSync(double, input)).toThrow(
        expect.objectContaining({
          code: 'BREAKER_OPEN',
          details: { breaker: 'v1', retryAfterMs: 0 },
        }),
      );
      return input;
    }, 7);
    expect(outer).toBe(7);
    expect(breaker.state).toBe('closed');
  });

  test('after recovery it takes five failures again', () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    breaker.runSync(double, 1);
    failTimes(breaker, 4);
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });
});

describe('events', () => {
  test('tell every change once, with its reason and the wall time', () => {
    const { breaker, clock } = makeBreaker();
    const start = clock.wallNow();
    const seen: BreakerTransition[] = [];
    for (const event of ['breaker-opened', 'breaker-half-opened', 'breaker-closed'] as const) {
      breaker.on(event, (transition) => seen.push(transition));
    }
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(() => breaker.runSync(fail, 1)).toThrow(boom);
    clock.advance(60_000);
    breaker.runSync(double, 1);
    const name = 'v1';
    expect(seen).toEqual([
      { name, from: 'closed', to: 'open', reason: 'consecutive-failures', at: start },
      { name, from: 'open', to: 'half-open', reason: 'recovery-timeout', at: start + 30_000 },
      { name, from: 'half-open', to: 'open', reason: 'probe-failed', at: start + 30_000 },
      { name, from: 'open', to: 'half-open', reason: 'recovery-timeout', at: start + 90_000 },
      { name, from: 'half-open', to: 'closed', reason: 'probe-succeeded', at: start + 90_000 },
    ]);
  });

  test('name the ratio when the ratio opened it', () => {
    const { breaker } = makeBreaker({ failureThreshold: 100 });
    const reasons: string[] = [];
    breaker.on('breaker-opened', ({ reason }) => reasons.push(reason));
    failTimes(breaker, 20);
    expect(reasons).toEqual(['failure-ratio']);
  });

  test('stop for a listener that was removed', () => {
    const { breaker } = makeBreaker();
    let calls = 0;
    const remove = breaker.on('breaker-opened', () => calls++);
    remove();
    failTimes(breaker, 5);
    expect(calls).toBe(0);
  });

  test('a listener that throws changes nothing, and is reported', () => {
    const reported: unknown[] = [];
    const { breaker, clock } = makeBreaker({
      onListenerError: (error) => {
        reported.push(error);
        throw new Error('the report fails too');
      },
    });
    const bad = new Error('a bad listener');
    for (const event of ['breaker-opened', 'breaker-half-opened', 'breaker-closed'] as const) {
      breaker.on(event, () => {
        throw bad;
      });
    }
    failTimes(breaker, 5);
    expect(breaker.state).toBe('open');
    clock.advance(30_000);
    expect(breaker.runSync(double, 21)).toBe(42);
    expect(breaker.state).toBe('closed');
    expect(reported).toEqual([bad, bad, bad]);
  });

  test('a listener may call the breaker', () => {
    const { breaker, clock } = makeBreaker();
    const seen: unknown[] = [];
    breaker.on('breaker-opened', () => seen.push(breaker.state));
    breaker.on('breaker-half-opened', () => seen.push(breaker.runSync(double, 1)));
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(breaker.state).toBe('closed'); // the listener's call was the one that tried
    expect(seen).toEqual(['open', 2]);
  });

  test('a listener may shut the breaker down in the middle of a call', () => {
    const { breaker, clock } = makeBreaker();
    breaker.on('breaker-half-opened', () => breaker.close());
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(() => breaker.runSync(double, 1)).toThrow(
      expect.objectContaining({ code: 'SHUTTING_DOWN' }),
    );
  });
});

test('two breakers do not meet', () => {
  const clock = makeBreaker().clock;
  const one = makeBreaker({ clock, name: 'v1' }).breaker;
  const other = makeBreaker({ clock, name: 'v1' }).breaker;
  failTimes(one, 5);
  failTimes(other, 4);
  expect([one.state, other.state]).toEqual(['open', 'closed']);
});

describe('close', () => {
  test('is final: nothing runs afterwards, at any time', () => {
    const { breaker, clock } = makeBreaker();
    let ran = 0;
    breaker.close();
    breaker.close();
    for (let look = 0; look < 3; look++) {
      expect(breaker.state).toBe('open');
      expect(() => breaker.runSync(() => ran++, 1)).toThrow(
        expect.objectContaining({ code: 'SHUTTING_DOWN' }),
      );
      clock.advance(1_000_000);
    }
    expect(ran).toBe(0);
  });

  test('a call on its way keeps its result', () => {
    const { breaker } = makeBreaker();
    const output = breaker.runSync((input: number) => {
      breaker.close();
      return input;
    }, 3);
    expect(output).toBe(3);
    expect(breaker.state).toBe('open');
  });
});
