import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Clock, SpillwayError } from '../../src/core/index.ts';
import { createBulkhead, createCircuitBreaker } from '../../src/resilience/index.ts';
import {
  type AwaitedCall,
  createAwaitedCall,
  type LaterAnswer,
  type LaterSource,
} from '../../src/scoring/awaited-call.ts';
import { createFakeClock } from '../../src/testing/index.ts';

const answering = { labels: [0, 1], pipeline: null, task: 'binary', threshold: 0.5 } as const;

/** A call of 100 ms at most, one at a time, of a source, and what came of its permits. */
function setUp(ask: LaterSource['ask'], clock: Clock) {
  const source: LaterSource = {
    takes: 'row',
    threads: 1,
    restarts: 0,
    ask,
    ready: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const samples: string[] = [];
  const limit = {
    limit: 1,
    sample: (_: number, __: number, outcome: string) => samples.push(outcome),
  };
  const bulkhead = createBulkhead({ limit, clock });
  const breaker = createCircuitBreaker({
    name: 'v',
    clock,
    failureThreshold: 1,
    recoveryTimeoutMs: 1000,
  });
  const call = createAwaitedCall(source, {
    keepAlive: { hold: () => undefined, release: () => undefined },
    name: 'v',
    answering,
    breaker,
    bulkhead,
    timeoutMs: 100,
    clock,
    onFailure: () => undefined,
  });
  const askWith = (options: Partial<AwaitedCall> = {}) =>
    call({
      requestId: 'r',
      input: {},
      explain: false,
      priority: 'critical',
      deadline: 10_000,
      signal: undefined,
      ...options,
    });
  return { ask: askWith, breaker, bulkhead, samples };
}

/** Stops when it is told to. */
const stops: LaterSource['ask'] = (_, { signal }) =>
  new Promise<LaterAnswer>((__, reject) => {
    signal.addEventListener('abort', () =>
      reject(new SpillwayError('MODEL_FAILED', 'stopped', { cause: signal.reason })),
    );
  });

describe('a call that ends at its deadline', () => {
  it.each([
    ['of the version: the limit learns of it', 10_000, ['dropped'], 'open'],
    ['of a caller who left it most of its time: the same', 75, ['dropped'], 'open'],
    ['of a caller who left it less: nobody learns anything', 74, [], 'closed'],
  ])('%s', async (_, deadline, expected, state) => {
    const clock = createFakeClock();
    const { ask, breaker, bulkhead, samples } = setUp(stops, clock);
    const asked = ask({ deadline });
    asked.catch(() => undefined);
    await turn();
    clock.advance(Math.min(deadline, 100));
    await turn();
    clock.advance(100);
    await expect(asked).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await turn();
    expect(samples).toEqual(expected);
    expect(breaker.state).toBe(state);
    expect(bulkhead.inFlight).toBe(0);
    expect(clock.scheduled).toBe(0);
  });
});

describe('a breaker whose time is over between two looks', () => {
  it('lets the call try that came then', async () => {
    let now = 0;
    let stepMs = 0;
    const clock: Clock = {
      now: () => (now += stepMs),
      wallNow: () => now,
      schedule: () => () => undefined,
    };
    const { ask, breaker } = setUp(() => Promise.resolve({ prediction: 0.5 }), clock);
    breaker.acquire().failed();
    now = 998.9;
    stepMs = 1;
    expect(await ask()).toMatchObject({ prediction: { probability: 0.5 } });
    expect(breaker.state).toBe('closed');
  });
});

describe('a caller who goes in the moment of his turn', () => {
  it('costs the source nothing', async () => {
    const clock = createFakeClock();
    let asked = 0;
    const { ask, bulkhead } = setUp(() => {
      asked++;
      return Promise.resolve({ prediction: 0.5 });
    }, clock);
    const held = await bulkhead.acquire({ deadline: 10_000, priority: 'critical' });
    const caller = new AbortController();
    const waiting = ask({ signal: caller.signal });
    await turn();
    held.release('ok');
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(asked).toBe(0);
    expect(bulkhead.inFlight).toBe(0);
  });
});
