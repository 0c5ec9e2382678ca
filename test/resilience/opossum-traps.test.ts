/**
 * The traps of opossum 9, A to Q: each is shown on bare opossum first, so that a release that repairs one fails here
 * and its workaround can go, and then on our breaker, which must not have it.
 *
 * opossum reads the machine's clock and sets its own timers. Where a trap needs an opossum that was open and is
 * half-open now, or one whose timeout has passed, the test waits a few real milliseconds; ours never does.
 */
import OpossumBreaker from 'opossum';
import { afterEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../src/testing/index.ts';
import {
  boom,
  defer,
  double,
  fail,
  failTimes,
  makeBreaker,
  settled,
} from './breaker-under-test.ts';

type Action<T> = () => Promise<T>;
/** With what its types, two versions behind, leave out. */
type Options = OpossumBreaker.Options & {
  readonly state?: { readonly closed: boolean; readonly halfOpen: boolean };
  readonly coalesce?: boolean;
};
type Bare<T> = OpossumBreaker<[], T> & { getSignal?(): AbortSignal | undefined };

const made: { shutdown(): void }[] = [];

function makeBare<T>(action: Action<T>, options: Options = {}): Bare<T> {
  const bare = new OpossumBreaker(action, { timeout: false, ...options });
  made.push(bare);
  return bare;
}

afterEach(() => {
  for (const bare of made.splice(0)) bare.shutdown();
});

const ignore = () => {};
const wait = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const hang = () => new Promise<never>(() => {});

/** An action whose calls take one outcome after the other: true answers 1, false fails. */
function script(...outcomes: boolean[]): Action<number> {
  return async () => {
    if (outcomes.shift() === false) throw boom;
    return 1;
  };
}

function finite(output: number): number {
  if (!Number.isFinite(output)) throw boom;
  return output;
}

async function fireTimes(bare: OpossumBreaker<[]>, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await bare.fire().catch(ignore);
}

async function untilHalfOpen(bare: OpossumBreaker<[]>): Promise<void> {
  while (!bare.halfOpen) await wait(1);
}

describe('trap A: the time of opening is that of construction', () => {
  test('opossum exports it so, and a restored breaker half-opens too early', async () => {
    const bare = makeBare(() => Promise.reject(boom), { resetTimeout: 20 });
    await wait(30);
    await bare.fire().catch(ignore);
    expect(bare.opened).toBe(true);
    const restored = makeBare(script(), { resetTimeout: 20, state: bare.toJSON().state });
    expect(restored.halfOpen).toBe(true);
  });

  test('ours waits from the opening', () => {
    const { breaker, clock } = makeBreaker();
    clock.advance(1_000_000);
    failTimes(breaker, 5);
    clock.advance(29_999);
    expect(breaker.state).toBe('open');
  });
});

describe('trap B: one abort signal for all calls', () => {
  test('opossum hands an aborted signal to every call after a timeout', async () => {
    const abortController = new AbortController();
    const seen: unknown[] = [];
    const work = [hang, async () => 1, async () => 1];
    const bare = makeBare(
      () => {
        seen.push(bare.getSignal?.()?.aborted);
        return (work.shift() ?? hang)();
      },
      { timeout: 1, abortController, autoRenewAbortController: true, volumeThreshold: 100 },
    );
    await fireTimes(bare, 3);
    expect(bare.closed).toBe(true);
    expect(seen).toEqual([false, true, true]);
  });

  test('ours makes one for each call', async () => {
    const { breaker, clock } = makeBreaker();
    const seen: boolean[] = [];
    const late = breaker.run((signal) => {
      seen.push(signal.aborted);
      return hang();
    });
    clock.advance(10_000);
    await expect(late).rejects.toThrow('no answer');
    for (let call = 0; call < 2; call++) await breaker.run((signal) => seen.push(signal.aborted));
    expect(seen).toEqual([false, false, false]);
  });
});

describe('trap C: a timeout frees a place while the work goes on', () => {
  test('opossum runs many at once behind a capacity of 2', async () => {
    let running = 0;
    const bare = makeBare(
      () => {
        running++;
        return hang();
      },
      { timeout: 1, capacity: 2, volumeThreshold: 1000 },
    );
    for (let round = 0; round < 3; round++) {
      await Promise.allSettled([bare.fire(), bare.fire()]);
    }
    expect(running).toBe(6);
  });
  // ours has no capacity to get wrong: places are a bulkhead's business, freed when the work really ends
});

describe('trap D: an action that answers nothing', () => {
  test('opossum takes undefined for a failure', async () => {
    // @ts-expect-error -- its types ask for a promise; its documentation takes any function
    const bare = makeBare(() => undefined);
    await expect(bare.fire()).rejects.toThrow(TypeError);
  });

  test('ours takes it for an answer', async () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    expect(breaker.runSync(() => undefined, 1)).toBeUndefined();
    expect(await breaker.run(() => undefined)).toBeUndefined();
    expect(breaker.state).toBe('closed');
  });
});

describe('trap E: refused calls count as failures', () => {
  test('opossum opens because calls were refused a place', async () => {
    const bare = makeBare(hang, { capacity: 1 });
    bare.fire().catch(ignore);
    await fireTimes(bare, 2);
    expect(bare.opened).toBe(true);
  });

  test('ours counts no call that it refused', async () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 1 });
    failTimes(breaker, 1);
    clock.advance(30_000);
    const work = defer<number>();
    const probe = breaker.run(() => work.promise);
    for (let call = 0; call < 100; call++) {
      await expect(breaker.run(() => 1)).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    }
    expect(breaker.state).toBe('half-open');
    work.resolve(1);
    await probe;
    expect(breaker.state).toBe('closed');
  });
});

describe('traps F and G: an error that should not count counts as a success', () => {
  test('opossum books a filtered error as a success, without the fallback', async () => {
    const bare = makeBare(() => Promise.reject(boom), { errorFilter: () => true });
    bare.fallback(() => 'fallback');
    await expect(bare.fire()).rejects.toBe(boom);
    expect(bare.stats.successes).toBe(1);
  });

  test('opossum closes when the one call that tries ends in a filtered error', async () => {
    const state = { closed: false, halfOpen: true };
    const bare = makeBare(() => Promise.reject(boom), { errorFilter: () => true, state });
    await fireTimes(bare, 1);
    expect(bare.closed).toBe(true);
  });

  test('in ours a cancelled call is no success: it neither closes nor ends a streak', async () => {
    const { breaker, clock } = makeBreaker();
    const cancel = async () => {
      const call = breaker.run(hang, { signal: AbortSignal.abort() });
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    };
    failTimes(breaker, 4);
    await cancel();
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    clock.advance(30_000);
    await cancel();
    expect(breaker.state).toBe('half-open');
  });
});

describe('trap H: a try that hangs', () => {
  test('opossum stays half-open for ever', async () => {
    const bare = makeBare(hang, { state: { closed: false, halfOpen: true } });
    bare.fire().catch(ignore);
    await expect(bare.fire()).rejects.toThrow('Breaker is open');
    await settled();
    expect(bare.halfOpen).toBe(true);
  });

  test('ours gives up at the deadline and tries again later', async () => {
    const { breaker, clock } = makeBreaker({ maximumRecoveryTimeoutMs: 30_000 });
    failTimes(breaker, 5);
    clock.advance(30_000);
    const probe = breaker.run(hang);
    clock.advance(10_000);
    await expect(probe).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(breaker.state).toBe('open');
    clock.advance(30_000);
    expect(await breaker.run(() => 1)).toBe(1);
    expect(breaker.state).toBe('closed');
  });

  test('ours gives up a try whose permit was lost, too', () => {
    const { breaker, clock } = makeBreaker({ maximumRecoveryTimeoutMs: 30_000 });
    failTimes(breaker, 5);
    clock.advance(30_000);
    breaker.acquire();
    clock.advance(29_999);
    expect(breaker.state).toBe('half-open');
    clock.advance(1);
    expect(breaker.state).toBe('open');
    clock.advance(30_000);
    expect(breaker.runSync(double, 2)).toBe(4);
    expect(breaker.state).toBe('closed');
  });
});

describe('trap I: a late result decides for a half-open breaker', () => {
  test.each([
    ['success closes', true],
    ['failure opens', false],
  ])('in opossum a late %s it without a try', async (_, good) => {
    const late = defer<number>();
    const work = [() => late.promise, () => Promise.reject(boom)];
    const bare = makeBare(() => (work.shift() ?? hang)(), {
      resetTimeout: 1,
      errorThresholdPercentage: 10,
    });
    const call = bare.fire().catch(ignore);
    await fireTimes(bare, 1);
    await untilHalfOpen(bare);
    if (good) late.resolve(1);
    else late.reject(boom);
    await call;
    expect(good ? bare.closed : bare.opened).toBe(true);
  });

  test('ours does not listen to results of calls from before it opened', () => {
    const { breaker, clock } = makeBreaker();
    for (const late of [double, fail]) {
      // the outer call starts closed and ends half-open
      const outer = () =>
        breaker.runSync((input: number) => {
          failTimes(breaker, 5);
          clock.advance(30_000);
          expect(breaker.state).toBe('half-open');
          return late(input);
        }, 1);
      if (late === fail) expect(outer).toThrow(boom);
      else expect(outer()).toBe(2);
      expect(breaker.state).toBe('half-open');
      breaker.runSync(double, 1);
    }
  });
});

describe('trap J: the window survives recovery', () => {
  test('opossum opens again at the first failure', async () => {
    const outcomes = [...Array<boolean>(20).fill(false), true, false];
    const bare = makeBare(script(...outcomes), { resetTimeout: 1, volumeThreshold: 20 });
    await fireTimes(bare, 20);
    await untilHalfOpen(bare);
    await fireTimes(bare, 1);
    expect(bare.closed).toBe(true);
    await fireTimes(bare, 1);
    expect(bare.opened).toBe(true);
  });

  test('ours starts with an empty window', () => {
    const { breaker, clock } = makeBreaker({
      failureThreshold: 100,
      windowMs: 10_000,
      recoveryTimeoutMs: 1000,
    });
    failTimes(breaker, 20);
    clock.advance(1000);
    breaker.runSync(double, 1);
    failTimes(breaker, 18); // with the one that tried 19 calls, one less than the ratio needs
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });
});

describe('trap K: refused and unfinished calls sit in the denominator', () => {
  test('opossum needs hundreds of failures after a thousand refusals', async () => {
    const outcomes = [...Array<boolean>(5).fill(false), true, ...Array<boolean>(900).fill(false)];
    const bare = makeBare(script(...outcomes), { resetTimeout: 1, volumeThreshold: 5 });
    await fireTimes(bare, 5 + 1000);
    await untilHalfOpen(bare);
    await fireTimes(bare, 1);
    expect(bare.closed).toBe(true);
    await fireTimes(bare, 900);
    expect(bare.opened).toBe(false);
  });

  test('opossum needs a hundred failures while a hundred calls hang', async () => {
    const work = Array.from({ length: 100 }, () => hang);
    const bare = makeBare<never>(() => (work.shift() ?? (() => Promise.reject(boom)))());
    for (let call = 0; call < 100; call++) bare.fire().catch(ignore);
    await fireTimes(bare, 100);
    expect(bare.opened).toBe(false);
    await fireTimes(bare, 1);
    expect(bare.opened).toBe(true);
  });

  test('ours counts neither', () => {
    const { breaker, clock } = makeBreaker({
      failureThreshold: 100,
      minimumCalls: 5,
      recoveryTimeoutMs: 1000,
    });
    failTimes(breaker, 5);
    for (let call = 0; call < 1000; call++) {
      expect(() => breaker.runSync(double, 1)).toThrow('is open');
    }
    clock.advance(1000);
    breaker.runSync(double, 1);
    for (let call = 0; call < 100; call++) breaker.run(hang).catch(ignore);
    failTimes(breaker, 4);
    expect(breaker.state).toBe('open');
  });
});

describe('trap L: shutdown is not final', () => {
  test('opossum comes back when a call on its way fails, and runs the action unguarded', async () => {
    let ran = 0;
    const last = defer<never>();
    const bare = makeBare(
      () => {
        ran++;
        return ran < 3 ? Promise.reject(boom) : last.promise;
      },
      { volumeThreshold: 3 },
    );
    await fireTimes(bare, 2);
    const call = bare.fire().catch(ignore);
    bare.shutdown();
    expect(bare.isShutdown).toBe(true);
    last.reject(boom);
    await call;
    expect(bare.isShutdown).toBe(false);
    await fireTimes(bare, 1);
    expect(ran).toBe(4);
  });

  test('ours stays shut down', async () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 1 });
    const work = defer<number>();
    const call = breaker.run(() => work.promise);
    breaker.close();
    work.reject(boom);
    await expect(call).rejects.toBe(boom);
    clock.advance(1_000_000);
    let ran = 0;
    await expect(breaker.run(() => ran++)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(ran).toBe(0);
  });
});

describe('trap M: one timeout is counted twice', () => {
  test('opossum books a timeout, a failure and two latencies', async () => {
    const bare = makeBare(hang, { timeout: 1, volumeThreshold: 100 });
    await fireTimes(bare, 1);
    const { timeouts, failures, latencyTimes } = bare.stats;
    expect([timeouts, failures, latencyTimes.length]).toEqual([1, 1, 2]);
  });

  test('ours books one failure', async () => {
    const { breaker, clock } = makeBreaker({ failureThreshold: 2 });
    const call = breaker.run((signal) => {
      // the usual action: it fails, too, once it is told to stop
      return new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(boom));
      });
    });
    clock.advance(10_000);
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(breaker.state).toBe('closed');
    failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
  });
});

describe('trap N: a listener that throws fails the call', () => {
  test('opossum rejects a good call', async () => {
    const bare = makeBare(async () => 42);
    bare.on('success', fail);
    await expect(bare.fire()).rejects.toBe(boom);
  });

  test('ours answers', () => {
    const { breaker, clock } = makeBreaker();
    breaker.on('breaker-closed', fail);
    breaker.on('breaker-half-opened', fail);
    failTimes(breaker, 5);
    clock.advance(30_000);
    expect(breaker.runSync(double, 21)).toBe(42);
    expect(breaker.state).toBe('closed');
  });
});

describe('trap O: failures are shared with later calls', () => {
  test('opossum’s coalescing answers good calls with an old failure', async () => {
    let ran = 0;
    const bare = makeBare(
      async () => {
        if (ran++ === 0) throw boom;
        return ran;
      },
      { coalesce: true, volumeThreshold: 100 },
    );
    for (let call = 0; call < 3; call++) await expect(bare.fire()).rejects.toBe(boom);
    expect(ran).toBe(1);
  });

  test('ours runs every call', async () => {
    const { breaker } = makeBreaker();
    let ran = 0;
    const action = () => {
      if (ran++ === 0) throw boom;
      return ran;
    };
    await expect(breaker.run(action)).rejects.toBe(boom);
    expect(await breaker.run(action)).toBe(2);
    expect(await breaker.run(action)).toBe(3);
  });
});

describe('trap P: an answer that is no answer counts as a success', () => {
  test('opossum counts NaN', async () => {
    const bare = makeBare(async () => Number.NaN);
    await bare.fire();
    expect(bare.stats.successes).toBe(1);
  });

  test('ours leaves the judgement to the action: a check that throws in it is a failure', () => {
    const { breaker } = makeBreaker({ failureThreshold: 1 });
    expect(() => breaker.runSync(finite, Number.NaN)).toThrow(boom);
    expect(breaker.state).toBe('open');
  });
});

describe('trap Q: an action that blocks the thread is never too late', () => {
  test('opossum answers after its timeout', async () => {
    const bare = makeBare(
      async () => {
        const end = performance.now() + 10;
        while (performance.now() < end);
        return 'late';
      },
      { timeout: 1 },
    );
    expect(await bare.fire()).toBe('late');
  });

  test('ours cannot interrupt it either, but says that it was late', async () => {
    // the time of a blocked thread: it passes, and nothing that was scheduled is called
    let blockedMs = 0;
    const clock = { ...createFakeClock(), now: () => blockedMs };
    const { breaker } = makeBreaker({ failureThreshold: 1, clock });
    const call = breaker.run(
      () => {
        blockedMs = 20;
        return 'late';
      },
      { timeoutMs: 20 },
    );
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(breaker.state).toBe('open');
  });
});
