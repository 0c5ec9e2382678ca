import fc from 'fast-check';
import { expect } from 'vitest';
import { createSeededRandom, SpillwayError } from '../../src/core/index.ts';
import {
  type BreakerPermit,
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '../../src/resilience/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';
import { boom, defer, settled } from './breaker-under-test.ts';
import { ReferenceBreaker, type ReferenceCall } from './reference-breaker.ts';

type Outcome = 'good' | 'bad' | 'cancelled';

/** The settings of one history. Times are short and ratios exact in binary, so that histories of a page reach everything. */
export const settingsOfOne = fc.record({
  failureThreshold: fc.integer({ min: 1, max: 5 }),
  failureRatio: fc.constantFrom(0, 0.25, 0.5, 1),
  slowCallMs: fc.constantFrom(null, 5, 20),
  slowCallRatio: fc.constantFrom(0, 0.25, 0.5, 1),
  minimumCalls: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.constantFrom(50, 100),
  maximumRecoveryTimeoutMs: fc.constantFrom(60, 100, 600),
  recoveryJitter: fc.constantFrom(0, 0.2, 1),
  probes: fc.integer({ min: 1, max: 3 }),
  dryRun: fc.constantFrom(false, false, true),
  seed: fc.nat(),
});

export const recoveryTimeoutMs = 60;

type ValueOf<Source> = Source extends fc.Arbitrary<infer Value> ? Value : never;

/** The reference and what it knows of the calls on their way. */
interface Model {
  readonly reference: ReferenceBreaker;
  now: number;
  mayOpen: boolean;
  readonly permits: { readonly call: ReferenceCall; isSettled: boolean }[];
  runs: { readonly call: ReferenceCall; readonly deadline: number; readonly id: number }[];
  started: number;
}

/** The breaker. */
interface Real {
  readonly breaker: CircuitBreaker;
  readonly clock: FakeClock;
  mayOpen: boolean;
  readonly permits: BreakerPermit[];
  readonly runs: Map<number, { result: Promise<string>; end: Record<Outcome, () => void> }>;
  readonly told: unknown[];
}

/** Both worlds at their start. */
export function makeWorlds({
  seed,
  slowCallMs,
  slowCallRatio,
  ...rest
}: ValueOf<typeof settingsOfOne>): {
  readonly model: Model;
  readonly real: Real;
} {
  const clock = createFakeClock(0);
  const slow = slowCallMs === null ? {} : { slowCallMs, slowCallRatio };
  const options: CircuitBreakerOptions = {
    name: 'v1',
    recoveryTimeoutMs,
    ...rest,
    ...slow,
    clock,
    random: createSeededRandom(seed),
    mayOpen: () => real.mayOpen,
  };
  const reference = new ReferenceBreaker({
    recoveryTimeoutMs,
    ...rest,
    slowCallMs: slowCallMs ?? Number.POSITIVE_INFINITY,
    slowCallRatio,
    random: createSeededRandom(seed),
    mayOpen: () => model.mayOpen,
  });
  const model: Model = { reference, now: 0, mayOpen: true, permits: [], runs: [], started: 0 };
  const breaker = createCircuitBreaker(options);
  const real: Real = { breaker, clock, mayOpen: true, permits: [], runs: new Map(), told: [] };
  for (const event of [
    'breaker-opened',
    'breaker-half-opened',
    'breaker-closed',
    'breaker-would-open',
    'breaker-kept-closed',
  ] as const) {
    breaker.on(event, ({ from, to, reason, at }) => real.told.push([event, from, to, reason, at]));
  }
  return { model, real };
}

/** A step that both worlds take; afterwards they have told the same. */
abstract class AnyStep {
  readonly #words: string;

  constructor(...words: unknown[]) {
    this.#words = words.join(' ');
  }

  check(): boolean {
    return true;
  }

  toString(): string {
    return `${this.constructor.name} ${this.#words}`;
  }

  protected compare({ reference }: Model, { breaker, told }: Real): void {
    expect(told.length).toBe(reference.told.length);
    expect(told.at(-1)).toEqual(reference.told.at(-1));
    expect(breaker.forced).toBe(reference.forced);
  }
}

abstract class Step extends AnyStep implements fc.Command<Model, Real> {
  run(model: Model, real: Real): void {
    this.take(model, real);
    this.compare(model, real);
  }

  protected abstract take(model: Model, real: Real): void;
}

abstract class AsyncStep extends AnyStep implements fc.AsyncCommand<Model, Real> {
  async run(model: Model, real: Real): Promise<void> {
    await this.take(model, real);
    this.compare(model, real);
  }

  protected abstract take(model: Model, real: Real): Promise<void>;
}

function refusalOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    if (SpillwayError.isInstance(error)) return describeRefusal(error);
    throw error;
  }
  return 'none';
}

function describeRefusal({ code, details }: SpillwayError): unknown {
  const retryAfterMs = details['retryAfterMs'];
  return retryAfterMs === undefined ? [code] : [code, retryAfterMs];
}

class Look extends Step {
  protected take({ reference, now }: Model, { breaker }: Real): void {
    expect(breaker.state).toBe(reference.look(now));
  }
}

class Advance extends Step {
  readonly #ms: number;

  constructor(ms: number) {
    super(ms);
    this.#ms = ms;
  }

  protected take(model: Model, { clock }: Real): void {
    clock.advance(this.#ms);
    model.now += this.#ms;
  }
}

class AdvanceWithRuns extends AsyncStep {
  readonly #ms: number;

  constructor(ms: number) {
    super(ms);
    this.#ms = ms;
  }

  /** Calls whose deadline passes have failed, in the order of their deadlines, and are counted when time stands again. */
  protected async take(model: Model, { clock, runs }: Real): Promise<void> {
    clock.advance(this.#ms);
    model.now += this.#ms;
    const late = model.runs.filter(({ deadline }) => deadline <= model.now);
    model.runs = model.runs.filter(({ deadline }) => deadline > model.now);
    for (const { id, call } of late.toSorted((one, other) => one.deadline - other.deadline)) {
      expect(await runs.get(id)?.result).toBe('DEADLINE_EXCEEDED');
      model.reference.finish(call, 'bad', model.now);
      // what a late action does in the end matters to nobody
      runs.get(id)?.end[id % 2 === 0 ? 'good' : 'bad']();
    }
    await settled();
  }
}

class RunSync extends Step {
  readonly #good: boolean;
  readonly #tookMs: number;

  constructor(good: boolean, tookMs: number) {
    super(good ? 'good' : 'bad', tookMs);
    this.#good = good;
    this.#tookMs = tookMs;
  }

  protected take(model: Model, { breaker, clock }: Real): void {
    const call = model.reference.admit(model.now);
    // deadlines of runs on their way are another step's business
    const tookMs = model.runs.length > 0 ? 0 : this.#tookMs;
    const action = (input: number) => {
      clock.advance(tookMs);
      if (!this.#good) throw boom;
      return input;
    };
    if (!('life' in call)) {
      expect(refusalOf(() => breaker.runSync(action, 42))).toEqual(call);
      return;
    }
    if (this.#good) expect(breaker.runSync(action, 42)).toBe(42);
    else expect(() => breaker.runSync(action, 42)).toThrow(boom);
    model.now += tookMs;
    model.reference.finish(call, this.#good ? 'good' : 'bad', model.now);
  }
}

class Acquire extends Step {
  protected take(model: Model, { breaker, permits }: Real): void {
    const call = model.reference.admit(model.now);
    if (!('life' in call)) {
      expect(refusalOf(() => breaker.acquire())).toEqual(call);
      return;
    }
    permits.push(breaker.acquire());
    model.permits.push({ call, isSettled: false });
  }
}

/** Settles one of the permits, also one that is settled already. */
class Settle extends Step {
  readonly #which: number;
  readonly #outcome: Outcome;

  constructor(which: number, outcome: Outcome) {
    super(which, outcome);
    this.#which = which;
    this.#outcome = outcome;
  }

  protected take(model: Model, { permits }: Real): void {
    const place = permits.length - 1 - this.#which;
    const permit = permits[place];
    const known = model.permits[place];
    if (permit === undefined || known === undefined) return;
    const settle = { good: 'succeeded', bad: 'failed', cancelled: 'ignored' } as const;
    permit[settle[this.#outcome]]();
    if (!known.isSettled) model.reference.finish(known.call, this.#outcome, model.now);
    known.isSettled = true;
  }
}

class StartRun extends AsyncStep {
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    super(timeoutMs);
    this.#timeoutMs = timeoutMs;
  }

  protected async take(model: Model, { breaker, runs }: Real): Promise<void> {
    const call = model.reference.admit(model.now);
    const work = defer<string>();
    const caller = new AbortController();
    const running = breaker.run(() => work.promise, {
      timeoutMs: this.#timeoutMs,
      signal: caller.signal,
    });
    if (!('life' in call)) {
      const refusal = await running.catch(describeRefusal);
      expect(refusal).toEqual(call);
      return;
    }
    const result = running.catch((error: unknown) =>
      SpillwayError.isInstance(error) ? error.code : String(error),
    );
    const id = model.started++;
    const end = {
      good: () => work.resolve('good'),
      bad: () => work.reject('bad'),
      cancelled: () => caller.abort(),
    };
    runs.set(id, { result, end });
    model.runs.push({ call, id, deadline: model.now + this.#timeoutMs });
  }
}

class FinishRun extends AsyncStep {
  readonly #which: number;
  readonly #outcome: Outcome;

  constructor(which: number, outcome: Outcome) {
    super(which, outcome);
    this.#which = which;
    this.#outcome = outcome;
  }

  protected async take(model: Model, { runs }: Real): Promise<void> {
    const known = model.runs[this.#which];
    if (known === undefined) return;
    model.runs = model.runs.filter((other) => other !== known);
    const run = runs.get(known.id);
    run?.end[this.#outcome]();
    expect(await run?.result).toBe(this.#outcome === 'cancelled' ? 'CANCELLED' : this.#outcome);
    model.reference.finish(known.call, this.#outcome, model.now);
  }
}

class Force extends Step {
  readonly #state: 'open' | 'closed' | null;

  constructor(state: 'open' | 'closed' | null) {
    super(state);
    this.#state = state;
  }

  protected take({ reference, now }: Model, { breaker }: Real): void {
    if (reference.isShutDown) {
      expect(refusalOf(() => breaker.force(this.#state))).toEqual(['SHUTTING_DOWN']);
      return;
    }
    breaker.force(this.#state);
    reference.force(this.#state, now);
  }
}

class AllowOpening extends Step {
  readonly #mayOpen: boolean;

  constructor(mayOpen: boolean) {
    super(mayOpen);
    this.#mayOpen = mayOpen;
  }

  protected take(model: Model, real: Real): void {
    model.mayOpen = this.#mayOpen;
    real.mayOpen = this.#mayOpen;
  }
}

class Close extends Step {
  protected take({ reference }: Model, { breaker }: Real): void {
    breaker.close();
    reference.close();
  }
}

const outcome = fc.constantFrom<Outcome>('good', 'bad', 'bad', 'cancelled');
const runSync = fc
  .tuple(fc.boolean(), fc.constantFrom(0, 0, 5, 6, 21, 61))
  .map((of) => new RunSync(...of));
const finishRun = fc.tuple(fc.nat({ max: 3 }), outcome).map((of) => new FinishRun(...of));
const settle = fc.tuple(fc.nat({ max: 4 }), outcome).map((of) => new Settle(...of));
const startRun = fc.integer({ min: 1, max: recoveryTimeoutMs - 1 }).map((ms) => new StartRun(ms));
const acquire = fc.constant(null).map(() => new Acquire());
const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: 70 }),
  fc.constantFrom(4, 5, 6, 60, 120, 600),
);
const advance = milliseconds.map((ms) => new Advance(ms));
const advanceWithRuns = milliseconds.map((ms) => new AdvanceWithRuns(ms));
const look = fc.constant(null).map(() => new Look());
const allowOpening = fc.boolean().map((mayOpen) => new AllowOpening(mayOpen));
const force = fc
  .constantFrom('open' as const, 'closed' as const, null, null)
  .map((state) => new Force(state));
const close = fc.constant(null).map(() => new Close());
const interference = fc.oneof(
  { arbitrary: allowOpening, weight: 6 },
  { arbitrary: force, weight: 6 },
  { arbitrary: close, weight: 1 },
);

// what is in a list twice comes twice as often
const steps = [runSync, runSync, runSync, acquire, acquire, settle, settle, look, interference];

/** Steps that answer at once. */
export const syncSteps: fc.Arbitrary<fc.Command<Model, Real>>[] = [...steps, advance, advance];

/** The same with `run`, whose calls end later or too late. */
export const allSteps: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  // its types ask for promises; what is awaited need not be one
  ...(steps as fc.Arbitrary<unknown>[] as fc.Arbitrary<fc.AsyncCommand<Model, Real>>[]),
  advanceWithRuns,
  advanceWithRuns,
  startRun,
  startRun,
  finishRun,
  finishRun,
];
