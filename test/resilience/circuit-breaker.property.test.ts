/**
 * Random histories against the reference: after every step the state, what each call got, and the events must agree.
 * The calls overlap freely, so answers come late, deadlines pass and callers give up in every state.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import { type CircuitBreaker, createCircuitBreaker } from '../../src/resilience/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';
import { boom, defer, double, fail, settled } from './breaker-under-test.ts';
import { limits, ReferenceBreaker } from './reference-breaker.ts';

const advance = fc.record({
  do: fc.constant('advance' as const),
  ms: fc.integer({ min: 0, max: 70 }),
});
const look = fc.record({ do: fc.constant('look' as const) });
const runSync = fc.record({ do: fc.constant('runSync' as const), good: fc.boolean() });
const start = fc.record({
  do: fc.constant('start' as const),
  timeoutMs: fc.integer({ min: 1, max: limits.recoveryTimeoutMs - 1 }),
});
const finish = fc.record({
  do: fc.constant('finish' as const),
  /** Which of the calls on their way. */
  which: fc.nat({ max: 5 }),
  outcome: fc.constantFrom('good' as const, 'bad' as const, 'bad' as const, 'cancelled' as const),
});

type ValueOf<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;
type Step = ValueOf<typeof advance | typeof look | typeof runSync | typeof start | typeof finish>;

function makePair() {
  const clock = createFakeClock(0);
  const breaker = createCircuitBreaker({ name: 'v1', clock, ...limits });
  const reference = new ReferenceBreaker();
  const changes: unknown[] = [];
  for (const event of ['breaker-opened', 'breaker-half-opened', 'breaker-closed'] as const) {
    breaker.on(event, ({ to, at }) => changes.push([to, at]));
  }
  return { clock, breaker, reference, changes };
}

function runSyncOnBoth(
  { clock, breaker, reference }: ReturnType<typeof makePair>,
  good: boolean,
): void {
  const life = reference.admit(clock.now());
  const call = () => breaker.runSync(good ? double : fail, 21);
  if (life === null) {
    expect(call).toThrow(expect.objectContaining({ code: 'BREAKER_OPEN' }));
    return;
  }
  if (good) expect(call()).toBe(42);
  else expect(call).toThrow(boom);
  reference.finish(life, good ? 'good' : 'bad', clock.now());
}

test('runSync does what the reference does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(advance, look, runSync, runSync, runSync), { maxLength: 100 }),
      (steps) => {
        const pair = makePair();
        for (const step of steps) {
          if (step.do === 'advance') pair.clock.advance(step.ms);
          else if (step.do === 'runSync') runSyncOnBoth(pair, step.good);
          else expect(pair.breaker.state).toBe(pair.reference.look(pair.clock.now()));
          expect(pair.changes).toEqual(pair.reference.changes);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

/** Calls on their way, in both worlds. */
class CallsOnTheirWay {
  readonly #breaker: CircuitBreaker;
  readonly #clock: FakeClock;
  readonly #reference: ReferenceBreaker;
  #calls: {
    readonly life: number;
    readonly deadline: number;
    readonly result: Promise<string>;
    readonly end: Record<'good' | 'bad' | 'cancelled', () => void>;
  }[] = [];

  constructor({ breaker, clock, reference }: ReturnType<typeof makePair>) {
    this.#breaker = breaker;
    this.#clock = clock;
    this.#reference = reference;
  }

  async start(timeoutMs: number): Promise<void> {
    const life = this.#reference.admit(this.#clock.now());
    const work = defer<string>();
    const caller = new AbortController();
    const result = this.#breaker
      .run(() => work.promise, { timeoutMs, signal: caller.signal })
      .catch((error: unknown) => (SpillwayError.isInstance(error) ? error.code : String(error)));
    if (life === null) {
      expect(await result).toBe('BREAKER_OPEN');
      return;
    }
    const end = {
      good: () => work.resolve('good'),
      bad: () => work.reject('bad'),
      cancelled: () => caller.abort(),
    };
    this.#calls.push({ life, deadline: this.#clock.now() + timeoutMs, result, end });
  }

  async finish(which: number, outcome: 'good' | 'bad' | 'cancelled'): Promise<void> {
    const call = this.#calls[which];
    if (call === undefined) return;
    this.#calls = this.#calls.filter((other) => other !== call);
    call.end[outcome]();
    expect(await call.result).toBe(outcome === 'cancelled' ? 'CANCELLED' : outcome);
    this.#reference.finish(call.life, outcome, this.#clock.now());
  }

  async advance(ms: number): Promise<void> {
    this.#clock.advance(ms);
    const now = this.#clock.now();
    const late = this.#calls.filter(({ deadline }) => deadline <= now);
    this.#calls = this.#calls.filter(({ deadline }) => deadline > now);
    for (const call of late.toSorted((one, other) => one.deadline - other.deadline)) {
      expect(await call.result).toBe('DEADLINE_EXCEEDED');
      this.#reference.finish(call.life, 'bad', now);
      // what a late action does in the end matters to nobody
      call.end[call.life % 2 === 0 ? 'good' : 'bad']();
    }
    await settled();
  }
}

async function take(
  step: Step,
  pair: ReturnType<typeof makePair>,
  calls: CallsOnTheirWay,
): Promise<void> {
  switch (step.do) {
    case 'start':
      return calls.start(step.timeoutMs);
    case 'finish':
      return calls.finish(step.which, step.outcome);
    case 'advance':
      return calls.advance(step.ms);
    case 'runSync':
      return runSyncOnBoth(pair, step.good);
    case 'look':
      return expect(pair.breaker.state).toBe(pair.reference.look(pair.clock.now()));
  }
}

test('run, with runSync in between, does what the reference does', async () => {
  const anyStep = fc.oneof(
    { arbitrary: start, weight: 4 },
    { arbitrary: finish, weight: 4 },
    { arbitrary: runSync, weight: 1 },
    { arbitrary: advance, weight: 2 },
    { arbitrary: look, weight: 1 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      const pair = makePair();
      const calls = new CallsOnTheirWay(pair);
      for (const step of steps) {
        await take(step, pair, calls);
        expect(pair.changes).toEqual(pair.reference.changes);
      }
    }),
    { numRuns: 1000 },
  );
});
