import { describe, expect, test } from 'vitest';
import { type Fault, SpillwayError } from '../../src/core/index.ts';
import {
  type Bulkhead,
  type BulkheadOptions,
  createBulkhead,
  createFixedLimit,
  createGradientLimit,
  type Permit,
  type PermitRequest,
} from '../../src/resilience/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

function makeBulkhead(options: Partial<BulkheadOptions> = {}) {
  const clock = createFakeClock();
  const bulkhead = createBulkhead({ name: 'v1', limit: createFixedLimit(1), clock, ...options });
  return { clock, bulkhead };
}

function ask(bulkhead: Bulkhead, request: Partial<PermitRequest> = {}) {
  return bulkhead.acquire({ priority: 'critical', deadline: Infinity, ...request });
}

/** A permit that must come at once. */
function hold(bulkhead: Bulkhead): Permit {
  const permit = ask(bulkhead);
  if (permit instanceof Promise) throw new Error('the bulkhead is full');
  return permit;
}

/** What becomes of one who waits: `permit`, or the code it is refused with. */
function fateOf(permit: Permit | Promise<Permit>): Promise<string> {
  if (!(permit instanceof Promise)) throw new Error('there was a free permit');
  return permit.then(
    () => 'permit',
    (error: unknown) => (SpillwayError.isInstance(error) ? error.code : String(error)),
  );
}

describe('permits', () => {
  test('come at once while one is free', () => {
    const { bulkhead } = makeBulkhead({ limit: createFixedLimit(2) });
    hold(bulkhead);
    hold(bulkhead);
    expect([bulkhead.inFlight, bulkhead.limit, bulkhead.waiting]).toEqual([2, 2, 0]);
  });

  test('go to the next who waits the moment one is released', async () => {
    const { bulkhead } = makeBulkhead();
    const first = hold(bulkhead);
    const fate = fateOf(ask(bulkhead));
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([1, 1]);
    first.release('ok');
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([1, 0]);
    expect(await fate).toBe('permit');
  });

  test('go to the higher priority first', async () => {
    const { bulkhead } = makeBulkhead();
    const first = hold(bulkhead);
    const order: string[] = [];
    const waiting = (['sheddable', 'critical', 'critical-plus'] as const).map(async (priority) => {
      const permit = await ask(bulkhead, { priority });
      order.push(priority);
      permit.release('ok');
    });
    first.release('ok');
    await Promise.all(waiting);
    expect(order).toEqual(['critical-plus', 'critical', 'sheddable']);
  });

  test('are released once, however often that is said', () => {
    const { bulkhead } = makeBulkhead({ limit: createFixedLimit(2) });
    const permit = hold(bulkhead);
    hold(bulkhead);
    permit.release('ok');
    permit.release('ok');
    permit.release('dropped');
    expect(bulkhead.inFlight).toBe(1);
  });

  test('are free again only when the work has ended, not at a deadline', () => {
    const { clock, bulkhead } = makeBulkhead({ queue: 0 });
    const permit = bulkhead.acquire({ priority: 'critical', deadline: 10 });
    clock.advance(1000);
    expect(() => ask(bulkhead)).toThrow('bulkhead v1 is full: 1 of 1 calls under way, 0 waiting');
    if (!(permit instanceof Promise)) permit.release('dropped');
    expect(bulkhead.inFlight).toBe(0);
  });
});

describe('refusals', () => {
  test('without a queue the next is refused at once', () => {
    const { bulkhead } = makeBulkhead({ queue: 0 });
    hold(bulkhead);
    expect(() => ask(bulkhead)).toThrow(
      expect.objectContaining({
        code: 'BULKHEAD_FULL',
        details: {
          bulkhead: 'v1',
          reason: 'full',
          retryAfterMs: 0,
          inFlight: 1,
          limit: 1,
          waiting: 0,
        },
      }),
    );
  });

  test('when the queue is full the next is refused at once', () => {
    const { bulkhead } = makeBulkhead({ queue: 10 });
    hold(bulkhead);
    for (let call = 0; call < 9; call++) void ask(bulkhead);
    expect(() => ask(bulkhead)).toThrow(expect.objectContaining({ code: 'BULKHEAD_FULL' }));
    void ask(bulkhead, { priority: 'critical-plus' });
    expect(bulkhead.waiting).toBe(10);
  });

  test('one of a lower priority makes way', async () => {
    const { bulkhead } = makeBulkhead({ queue: 1 });
    hold(bulkhead);
    const refused = ask(bulkhead, { priority: 'sheddable' });
    void ask(bulkhead);
    await expect(refused).rejects.toMatchObject({
      code: 'BULKHEAD_FULL',
      message:
        'bulkhead v1 is full, the call made way for a higher priority: 1 of 1 calls under way, 0 waiting',
      details: { reason: 'displaced' },
    });
    expect(bulkhead.waiting).toBe(1);
  });

  test('one that waited too long is refused then, and not when a permit comes free', async () => {
    const { clock, bulkhead } = makeBulkhead();
    hold(bulkhead).release('ok');
    hold(bulkhead);
    const refused = ask(bulkhead);
    clock.advance(99);
    expect(bulkhead.waiting).toBe(1);
    clock.advance(1);
    await expect(refused).rejects.toMatchObject({
      code: 'BULKHEAD_FULL',
      details: { reason: 'waited-too-long', retryAfterMs: 0 },
    });
    expect([bulkhead.inFlight, bulkhead.waiting, clock.scheduled]).toEqual([1, 0, 0]);
  });

  test('while the line stands one is refused after the target', async () => {
    const { clock, bulkhead } = makeBulkhead({ targetMs: 20, intervalMs: 50 });
    hold(bulkhead);
    const fates = [fateOf(ask(bulkhead))];
    clock.advance(45);
    fates.push(fateOf(ask(bulkhead)));
    clock.advance(5);
    expect(bulkhead.waiting).toBe(1);
    clock.advance(14);
    expect(bulkhead.waiting).toBe(1);
    clock.advance(1);
    expect(bulkhead.waiting).toBe(0);
    expect(await Promise.all(fates)).toEqual(['BULKHEAD_FULL', 'BULKHEAD_FULL']);
  });

  test('a deadline between two milliseconds takes one timer, at the second', () => {
    const clock = createFakeClock();
    const delays: number[] = [];
    const counted = {
      ...clock,
      schedule(callback: () => void, delayMs: number) {
        delays.push(delayMs);
        return clock.schedule(callback, delayMs);
      },
    };
    const bulkhead = createBulkhead({ limit: createFixedLimit(1), clock: counted });
    hold(bulkhead);
    void fateOf(ask(bulkhead, { deadline: 20.25 }));
    expect(delays.splice(0)).toEqual([21]);
    clock.advance(21);
    expect([bulkhead.waiting, delays]).toEqual([0, []]);
  });

  test('a timer that comes too early is set once more', () => {
    const clock = createFakeClock();
    // as timers of the machine may, by less than a millisecond
    const early = {
      ...clock,
      schedule: (callback: () => void, delayMs: number) =>
        clock.schedule(callback, Math.max(0.1, delayMs - 0.5)),
    };
    const hasty = createBulkhead({ limit: createFixedLimit(1), clock: early });
    hold(hasty);
    void fateOf(ask(hasty, { deadline: 20.25 }));
    clock.advance(20.2);
    expect([hasty.waiting, clock.scheduled]).toEqual([1, 1]);
    clock.advance(1);
    expect([hasty.waiting, clock.scheduled]).toEqual([0, 0]);
  });

  test('the time to come back follows from how long calls take and how many wait', () => {
    const { clock, bulkhead } = makeBulkhead({ limit: createFixedLimit(2), queue: 1 });
    const permits = [hold(bulkhead), hold(bulkhead)];
    clock.advance(40);
    for (const permit of permits) permit.release('ok');
    hold(bulkhead);
    hold(bulkhead);
    void ask(bulkhead);
    // 40 ms and 2 at once: one comes free every 20 ms; one waits before
    expect(() => ask(bulkhead)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ retryAfterMs: 40 }) }),
    );
  });

  test('a slow call moves the mean by a tenth', () => {
    const { clock, bulkhead } = makeBulkhead({ queue: 0 });
    for (const ms of [10, 110]) {
      const permit = hold(bulkhead);
      clock.advance(ms);
      permit.release('ignored');
    }
    hold(bulkhead);
    expect(() => ask(bulkhead)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ retryAfterMs: 20 }) }),
    );
  });
});

describe('deadlines', () => {
  test('one that has passed is refused although a permit is free', () => {
    const { clock, bulkhead } = makeBulkhead();
    clock.advance(5);
    expect(() => ask(bulkhead, { deadline: 5 })).toThrow(
      expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }),
    );
    expect(() => ask(bulkhead, { deadline: Number.NaN })).toThrow('the deadline passed');
    expect(bulkhead.inFlight).toBe(0);
  });

  test('who waits is refused at the deadline, each at its own, by one timer', async () => {
    const { clock, bulkhead } = makeBulkhead();
    hold(bulkhead);
    const settled: string[] = [];
    for (const deadline of [30, 10, 20, 10]) {
      void fateOf(ask(bulkhead, { deadline })).then((fate) => settled.push(`${deadline} ${fate}`));
      expect(clock.scheduled).toBe(1);
    }
    for (const waiting of [4, 2, 1, 0]) {
      expect(bulkhead.waiting).toBe(waiting);
      expect(clock.scheduled).toBe(waiting === 0 ? 0 : 1);
      clock.advance(9.5);
      clock.advance(0.5);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await Promise.resolve();
    }
    expect(settled).toEqual([10, 10, 20, 30].map((deadline) => `${deadline} DEADLINE_EXCEEDED`));
  });

  test('no timer runs while nobody waits', async () => {
    const { clock, bulkhead } = makeBulkhead();
    const permit = hold(bulkhead);
    expect(clock.scheduled).toBe(0);
    const patient = fateOf(ask(bulkhead));
    const hurried = fateOf(ask(bulkhead, { deadline: 50 }));
    expect(clock.scheduled).toBe(1);
    permit.release('ok');
    expect(await patient).toBe('permit');
    clock.advance(50);
    expect(await hurried).toBe('DEADLINE_EXCEEDED');
    expect(clock.scheduled).toBe(0);
  });

  test('a timer ends with the last who waits', () => {
    const { clock, bulkhead } = makeBulkhead();
    const permit = hold(bulkhead);
    void ask(bulkhead, { deadline: 50 });
    permit.release('ok');
    expect([bulkhead.inFlight, clock.scheduled]).toEqual([1, 0]);
  });

  test('a deadline beyond what timers can do is one all the same', () => {
    const { clock, bulkhead } = makeBulkhead({ intervalMs: 2 ** 40 });
    hold(bulkhead);
    void fateOf(ask(bulkhead, { deadline: 2 ** 31 + 10 }));
    clock.advance(2 ** 31);
    expect(bulkhead.waiting).toBe(1);
    clock.advance(10);
    expect(bulkhead.waiting).toBe(0);
  });
});

describe('callers who give up', () => {
  test('leave the line and are told', async () => {
    const { clock, bulkhead } = makeBulkhead();
    hold(bulkhead);
    const caller = new AbortController();
    const asked = ask(bulkhead, { signal: caller.signal, deadline: 10 });
    caller.abort('enough');
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED', cause: 'enough' });
    expect([bulkhead.waiting, clock.scheduled]).toEqual([0, 0]);
  });

  test('before they ask get nothing', () => {
    const { bulkhead } = makeBulkhead();
    expect(() => ask(bulkhead, { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'CANCELLED' }),
    );
    expect(bulkhead.inFlight).toBe(0);
  });

  test('after the permit was theirs keep it', async () => {
    const { bulkhead } = makeBulkhead();
    const first = hold(bulkhead);
    const caller = new AbortController();
    const asked = ask(bulkhead, { signal: caller.signal });
    first.release('ok');
    caller.abort();
    const second = await asked;
    expect(bulkhead.inFlight).toBe(1);
    second.release('ignored');
    expect(bulkhead.inFlight).toBe(0);
  });

  test('leave no listener on their signal, whatever became of them', async () => {
    const { clock, bulkhead } = makeBulkhead();
    const permit = hold(bulkhead);
    const { signal } = new AbortController();
    let listeners = 0;
    const watched = Object.assign(Object.create(signal), {
      addEventListener: (type: string) => type === 'abort' && listeners++,
      removeEventListener: (type: string) => type === 'abort' && listeners--,
    });
    Object.defineProperty(watched, 'aborted', { value: false });
    const fates = [50, Infinity, Infinity].map((deadline) =>
      fateOf(ask(bulkhead, { signal: watched, deadline })),
    );
    expect(listeners).toBe(3);
    clock.advance(50);
    permit.release('ok');
    bulkhead.close();
    expect(await Promise.all(fates)).toEqual(['DEADLINE_EXCEEDED', 'permit', 'SHUTTING_DOWN']);
    expect(listeners).toBe(0);
  });
});

describe('the limit', () => {
  test('is told of calls that ended: how long they took, among how many, and how', () => {
    const samples: unknown[] = [];
    const limit = { limit: 2.9, sample: (...sample: unknown[]) => samples.push(sample) };
    const { clock, bulkhead } = makeBulkhead({ limit });
    expect(bulkhead.limit).toBe(2);
    const [one, two] = [hold(bulkhead), hold(bulkhead)];
    clock.advance(7);
    two.release('dropped');
    clock.advance(1);
    one.release('ok');
    hold(bulkhead).release('ignored');
    expect(samples).toEqual([
      [7, 2, 'dropped'],
      [8, 1, 'ok'],
    ]);
  });

  test('that grows lets those in who wait, before those who come', async () => {
    const limit = { limit: 1, sample: () => undefined };
    const { bulkhead } = makeBulkhead({ limit });
    hold(bulkhead);
    const waiting = fateOf(ask(bulkhead));
    limit.limit = 2;
    const late = ask(bulkhead);
    expect(await waiting).toBe('permit');
    expect(late).toBeInstanceOf(Promise);
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([2, 1]);
  });

  test('that shrank holds back until fewer are under way', () => {
    const limit = { limit: 3, sample: () => undefined };
    const { bulkhead } = makeBulkhead({ limit, queue: 0 });
    const permits = [hold(bulkhead), hold(bulkhead), hold(bulkhead)];
    limit.limit = 1;
    permits[0]?.release('ok');
    permits[1]?.release('ok');
    expect(() => ask(bulkhead)).toThrow('1 of 1 calls under way');
    permits[2]?.release('ok');
    hold(bulkhead);
  });

  test('that throws costs no permit', async () => {
    const sample = () => {
      throw new Error('broken');
    };
    const { bulkhead } = makeBulkhead({ limit: { limit: 1, sample } });
    const permit = hold(bulkhead);
    const next = fateOf(ask(bulkhead));
    expect(() => permit.release('ok')).toThrow('broken');
    expect(await next).toBe('permit');
    expect(bulkhead.inFlight).toBe(1);
  });

  test('of a gradient shrinks when calls are dropped', () => {
    const { clock, bulkhead } = makeBulkhead({ limit: createGradientLimit({ initial: 10 }) });
    clock.advance(1);
    hold(bulkhead).release('dropped');
    expect(bulkhead.limit).toBe(9);
  });
});

test('closing refuses who waits and who comes; permits that are out stay good', async () => {
  const { clock, bulkhead } = makeBulkhead();
  const permit = hold(bulkhead);
  const waiting = fateOf(ask(bulkhead, { deadline: 50 }));
  bulkhead.close();
  bulkhead.close();
  expect(await waiting).toBe('SHUTTING_DOWN');
  expect([bulkhead.inFlight, bulkhead.waiting, clock.scheduled]).toEqual([1, 0, 0]);
  permit.release('ok');
  expect(bulkhead.inFlight).toBe(0);
  expect(() => ask(bulkhead)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
});

test('options out of range are refused with every fault', () => {
  const faultsOf = (options: Partial<BulkheadOptions>): readonly Fault[] => {
    try {
      makeBulkhead(options);
    } catch (error) {
      if (SpillwayError.isInstance(error) && error.code === 'INVALID_CONFIG') return error.faults;
      throw error;
    }
    return [];
  };
  // @ts-expect-error -- what plain JavaScript may pass
  const faults = faultsOf({ name: '', limit: 5, queue: -1, targetMs: 0, intervalMs: 0 });
  expect(faults).toEqual([
    { pointer: '/name', message: 'expected a text that is not empty, got a value of type string' },
    { pointer: '/limit', message: 'expected a limit, as createFixedLimit makes, got 5' },
    { pointer: '/queue', message: 'expected an integer from 0, got -1' },
    { pointer: '/targetMs', message: 'expected more than 0 and at most intervalMs, 0, got 0' },
    { pointer: '/intervalMs', message: 'expected a finite number above 0, got 0' },
  ]);
  expect(faultsOf({ queue: 1.5 }).map(({ pointer }) => pointer)).toEqual(['/queue']);
  expect(faultsOf({ queue: 0, targetMs: 200 }).map(({ pointer }) => pointer)).toEqual([
    '/targetMs',
  ]);
});
