import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import { boom, defer, double, failTimes, makeBreaker, settled } from './breaker-under-test.ts';

const unhandled: unknown[] = [];
const record = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', record));
afterAll(() => {
  process.off('unhandledRejection', record);
  expect(unhandled).toEqual([]);
});

const hang = () => new Promise<never>(() => {});

describe('a call', () => {
  test('answers what the action answers, now or later, undefined included', async () => {
    const { breaker } = makeBreaker();
    expect(await breaker.run(() => 1)).toBe(1);
    expect(await breaker.run(async () => 2)).toBe(2);
    expect(await breaker.run(() => undefined)).toBeUndefined();
    expect(await breaker.run(async () => null)).toBeNull();
  });

  test.each([[boom], ['a text'], [null], [undefined]])(
    'rejects with exactly what the action threw or rejected with: %s',
    async (thrown: unknown) => {
      const { breaker } = makeBreaker();
      const caught: unknown[] = [];
      const throws = () => {
        throw thrown;
      };
      await breaker.run(throws).catch((error: unknown) => caught.push(error));
      await breaker.run(async () => throws()).catch((error: unknown) => caught.push(error));
      expect(caught).toEqual([thrown, thrown]);
      expect(caught[0]).toBe(thrown);
    },
  );

  test('leaves no timer and no listener behind, however it ends', async () => {
    const { breaker, clock } = makeBreaker();
    const caller = new AbortController();
    const { signal } = caller;
    await breaker.run(() => 1, { signal });
    await breaker.run(() => Promise.reject(boom), { signal }).catch(() => {});
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const cancelled = breaker.run(hang, { signal }).catch(() => {});
    expect(clock.scheduled).toBe(1);
    caller.abort();
    await cancelled;
    expect(clock.scheduled).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('shares the streak with runSync', async () => {
    const { breaker } = makeBreaker();
    failTimes(breaker, 4);
    await expect(breaker.run(() => Promise.reject(boom))).rejects.toBe(boom);
    expect(breaker.state).toBe('open');
    await expect(breaker.run(() => 1)).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
  });

  test('rejects instead of throwing when it is refused', async () => {
    const { breaker } = makeBreaker();
    breaker.close();
    const refused = breaker.run(() => 1);
    await expect(refused).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('the deadline', () => {
  test('ends a call that hangs, tells its signal, and counts one failure', async () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 2 });
    let signal: AbortSignal | undefined;
    const call = breaker.run(
      (given) => {
        signal = given;
        return hang();
      },
      { timeoutMs: 50 },
    );
    clock.advance(49);
    await settled();
    expect(signal?.aborted).toBe(false);
    clock.advance(1);
    await expect(call).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'no answer within 50 ms',
    });
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  test.each(['answer', 'failure'])('a late %s is ignored', async (kind) => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 2 });
    const work = defer<number>();
    const call = breaker.run(() => work.promise, { timeoutMs: 50 });
    clock.advance(50);
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    if (kind === 'answer') work.resolve(1);
    else work.reject(boom);
    await settled();
    expect(breaker.state).toBe('closed'); // the late failure was not a second one
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open'); // the late answer did not end the streak
  });

  test('is the breaker’s own when the call sets none: 10 seconds, or half of a short recovery', async () => {
    for (const [recoveryTimeoutMs, expected] of [
      [30_000, 10_000],
      [100, 50],
    ] as const) {
      const { breaker, clock } = makeBreaker({ recoveryTimeoutMs });
      const call = breaker.run(hang);
      clock.advance(expected);
      await expect(call).rejects.toThrow(`no answer within ${expected} ms`);
    }
  });

  test('that has passed before the call rejects it without running or counting it', async () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    let ran = 0;
    for (const timeoutMs of [0, -5]) {
      const call = breaker.run(() => ran++, { timeoutMs });
      await expect(call).rejects.toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        message: 'the deadline had passed before the call',
      });
    }
    expect(ran).toBe(0);
    expect(breaker.state).toBe('closed');
  });

  test.each([30_000, Number.POSITIVE_INFINITY, Number.NaN])(
    'of %d ms is refused: it must end before the breaker recovers',
    async (timeoutMs) => {
      const { breaker } = makeBreaker();
      await expect(breaker.run(() => 1, { timeoutMs })).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: `timeoutMs is ${timeoutMs}, expected less than recoveryTimeoutMs, 30000`,
      });
    },
  );
});

describe('a caller that gives up', () => {
  test('gets CANCELLED with its reason, and the action is told', async () => {
    const { breaker } = makeBreaker();
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    const call = breaker.run(
      (given) => {
        signal = given;
        return hang();
      },
      { signal: caller.signal },
    );
    caller.abort('changed my mind');
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', cause: 'changed my mind' });
    expect(signal?.aborted).toBe(true);
  });

  test('counts neither as a failure nor as a success', async () => {
    const { breaker } = makeBreaker({ failureThreshold: 2 });
    const cancel = async () => {
      const caller = new AbortController();
      const call = breaker.run(hang, { signal: caller.signal });
      caller.abort();
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    };
    for (let call = 0; call < 10; call++) await cancel();
    failTimes(breaker, 1);
    await cancel();
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  test('after the deadline changes nothing: the call was late, and failed', async () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 1 });
    const caller = new AbortController();
    const call = breaker.run(hang, { signal: caller.signal });
    clock.advance(10_000);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(breaker.state).toBe('open');
  });

  test('before the call keeps the action from running', async () => {
    const { breaker } = makeBreaker();
    let ran = 0;
    const call = breaker.run(() => ran++, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ran).toBe(0);
  });

  test('gives the try of a half-open breaker back', async () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    const caller = new AbortController();
    const first = breaker.run(hang, { signal: caller.signal });
    await expect(breaker.run(() => 1)).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    caller.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(breaker.state).toBe('half-open');
    expect(await breaker.run(() => 2)).toBe(2);
    expect(breaker.state).toBe('closed');
  });

  test('from within an action that then throws is still CANCELLED', async () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    const caller = new AbortController();
    const call = breaker.run(
      () => {
        caller.abort();
        throw boom;
      },
      { signal: caller.signal },
    );
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(breaker.state).toBe('closed');
  });

  test('an action that claims CANCELLED by itself is a failure', async () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    const claim = new SpillwayError('CANCELLED', 'not by the caller');
    const { signal } = new AbortController();
    await expect(breaker.run(() => Promise.reject(claim), { signal })).rejects.toBe(claim);
    expect(breaker.state).toBe('open');
  });
});

describe('half-open', () => {
  test('of a hundred calls at once one tries and the others are refused at once', async () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    const work = defer<number>();
    let ran = 0;
    const calls = Array.from({ length: 100 }, () =>
      breaker.run(() => {
        ran++;
        return work.promise;
      }),
    );
    const refused = await Promise.allSettled(calls.slice(1));
    expect(refused.every((call) => call.status === 'rejected')).toBe(true);
    expect(ran).toBe(1);
    work.resolve(5);
    expect(await calls[0]).toBe(5);
    expect(breaker.state).toBe('closed');
  });

  test('the try blocks runSync too', async () => {
    const { breaker, clock } = makeBreaker();
    failTimes(breaker, 5);
    clock.advance(30_000);
    const work = defer<number>();
    const call = breaker.run(() => work.promise);
    expect(() => breaker.runSync(double, 1)).toThrow('waits for the one call that tries');
    work.resolve(1);
    await call;
    expect(breaker.runSync(double, 1)).toBe(2);
  });
});

test('a call on its way keeps its result when the breaker is shut down', async () => {
  const { breaker } = makeBreaker({ failureThreshold: 1 });
  const good = defer<number>();
  const bad = defer<number>();
  const calls = [breaker.run(() => good.promise), breaker.run(() => bad.promise)];
  breaker.close();
  good.resolve(1);
  bad.reject(boom);
  expect(await Promise.allSettled(calls)).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: boom },
  ]);
  await expect(breaker.run(() => 1)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
