/**
 * Random histories of calls against a plain reference: after every step each call has the permit, the refusal or the wait
 * that the reference gives it. Callers give up whenever they like: waiting, with a permit, refused, and in the very turn
 * in which a permit is handed to them.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import {
  type Bulkhead,
  createBulkhead,
  type Permit,
  type Priority,
  priorities,
} from '../../src/resilience/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';
import { settled } from './breaker-under-test.ts';
import { ReferenceLine } from './reference-line.ts';

/** `waits`, `holds`, `released`, or why it was refused. */
type Fate = string;

class ReferenceBulkhead {
  now = 0;
  limit: number;
  isClosed = false;
  readonly fates: Fate[] = [];
  readonly #line: ReferenceLine<number>;
  readonly #queue: number;

  constructor(limit: number, queue: number) {
    this.limit = limit;
    this.#queue = queue;
    this.#line = new ReferenceLine(queue);
  }

  get inFlight(): number {
    return this.holding.length;
  }

  /** The calls that have a permit, by number. */
  get holding(): number[] {
    return this.fates.flatMap((fate, call) => (fate === 'holds' ? [call] : []));
  }

  get waiting(): readonly unknown[] {
    return this.#line.waiting;
  }

  ask(priority: Priority, deadline: number): void {
    const call = this.fates.length;
    this.fates.push('waits');
    if (this.isClosed) this.fates[call] = 'SHUTTING_DOWN';
    else if (deadline <= this.now) this.fates[call] = 'DEADLINE_EXCEEDED';
    else {
      this.#handOut();
      if (this.inFlight < this.limit) this.fates[call] = 'holds';
      else if (this.#queue === 0 || !this.#line.hasRoom(priority, 1)) {
        this.fates[call] = 'BULKHEAD_FULL full';
      } else this.#line.offer(call, { priority, cost: 1, deadline }, this.now);
    }
    this.#tellShed();
  }

  release(call: number): void {
    if (this.fates[call] !== 'holds') return;
    this.fates[call] = 'released';
    this.#handOut();
  }

  giveUp(call: number): void {
    if (this.#line.remove(call)) this.fates[call] = 'CANCELLED';
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (let next = this.#shed(); next <= end; next = this.#shed()) this.now = next;
    this.now = end;
  }

  close(): void {
    this.isClosed = true;
    for (const call of this.#line.removeAll()) this.fates[call] = 'SHUTTING_DOWN';
  }

  /** Refuses all who are overdue now; answers when the next one will be. */
  #shed(): number {
    const next = this.#line.shedOverdue(this.now);
    this.#tellShed();
    return next;
  }

  #handOut(): void {
    while (this.waiting.length > 0 && this.inFlight < this.limit) {
      const call = this.#line.take(this.now);
      if (call !== undefined) this.fates[call] = 'holds';
    }
    this.#tellShed();
  }

  #tellShed(): void {
    for (const [call, reason] of this.#line.shed) {
      this.fates[call] = reason === 'deadline' ? 'DEADLINE_EXCEEDED' : `BULKHEAD_FULL ${reason}`;
    }
    this.#line.shed = [];
  }
}

interface Call {
  readonly caller: AbortController;
  permit: Permit | null;
  fate: Fate;
}

/** The bulkhead, and its callers. */
class Real {
  readonly clock: FakeClock = createFakeClock();
  readonly limit: { limit: number; sample(): void };
  readonly bulkhead: Bulkhead;
  readonly calls: Call[] = [];

  constructor(limit: number, queue: number) {
    this.limit = { limit, sample: () => undefined };
    this.bulkhead = createBulkhead({ limit: this.limit, queue, clock: this.clock });
  }

  ask(priority: Priority, deadline: number): void {
    const call: Call = { caller: new AbortController(), permit: null, fate: 'waits' };
    this.calls.push(call);
    const holds = (permit: Permit) => {
      // each call is told its fate once
      expect(call.fate).toBe('waits');
      call.permit = permit;
      call.fate = 'holds';
    };
    const refused = (error: unknown) => {
      expect(call.fate).toBe('waits');
      if (!SpillwayError.isInstance(error)) throw error;
      const { reason } = error.details;
      call.fate = typeof reason === 'string' ? `${error.code} ${reason}` : error.code;
    };
    try {
      const permit = this.bulkhead.acquire({ priority, deadline, signal: call.caller.signal });
      if (permit instanceof Promise) permit.then(holds, refused).catch(fail);
      else holds(permit);
    } catch (error) {
      refused(error);
    }
  }

  release(which: number, times: number): void {
    const call = this.calls[which];
    for (let time = 0; time < times; time++) call?.permit?.release('ok');
    if (call?.fate === 'holds') call.fate = 'released';
  }
}

/** What goes wrong in a callback goes wrong for the test run. */
function fail(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

type Step = fc.AsyncCommand<ReferenceBulkhead, Real>;

function step(name: string, run: (model: ReferenceBulkhead, real: Real) => void): Step {
  return {
    check: () => true,
    async run(model, real) {
      run(model, real);
      await settled();
      compare(model, real);
    },
    toString: () => name,
  };
}

function compare(model: ReferenceBulkhead, { bulkhead, calls, clock }: Real): void {
  expect(calls.map(({ fate }) => fate)).toEqual(model.fates);
  expect(bulkhead.inFlight).toBe(model.inFlight);
  expect(bulkhead.waiting).toBe(model.waiting.length);
  // one timer, and none while nobody waits
  expect(clock.scheduled).toBe(model.waiting.length > 0 ? 1 : 0);
}

/** Picks one of a list, the first when it is short. */
function pick(list: readonly number[], which: number): number {
  return list[which % list.length] ?? 0;
}

const which = fc.nat({ max: 30 });
const priority = fc.constantFrom(...priorities);
const withinMs = fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 150 }));
const ask = fc.record({ priority, withinMs }).map((request) =>
  step(`ask(${request.priority}, ${request.withinMs})`, (model, real) => {
    const deadline = model.now + request.withinMs;
    model.ask(request.priority, deadline);
    real.ask(request.priority, deadline);
  }),
);
const release = fc.record({ which, times: fc.integer({ min: 1, max: 3 }) }).map((one) =>
  step(`release(${one.which}) x ${one.times}`, (model, real) => {
    const call = pick(model.holding, one.which);
    model.release(call);
    real.release(call, one.times);
  }),
);
const releaseAgain = fc.record({ which }).map((one) =>
  step(`releaseAgain(${one.which})`, (model, real) => {
    if (model.fates[one.which] === 'released') real.release(one.which, 1);
  }),
);
const giveUp = fc.record({ which }).map((one) =>
  step(`giveUp(${one.which})`, (model, real) => {
    model.giveUp(one.which);
    real.calls[one.which]?.caller.abort();
  }),
);
const releaseWhileAllGiveUp = fc.record({ which }).map((one) =>
  step(`release(${one.which}) and all give up in the same turn`, (model, real) => {
    const call = pick(model.holding, one.which);
    model.release(call);
    real.release(call, 1);
    for (const [index, { caller }] of real.calls.entries()) {
      model.giveUp(index);
      caller.abort();
    }
  }),
);
const advance = fc.constantFrom(1, 4, 5, 30, 100, 101).map((ms) =>
  step(`advance(${ms})`, (model, real) => {
    model.advance(ms);
    real.clock.advance(ms);
  }),
);
const setLimit = fc.integer({ min: 1, max: 5 }).map((limit) =>
  step(`setLimit(${limit})`, (model, real) => {
    model.limit = limit;
    real.limit.limit = limit + 0.5;
  }),
);
const close = fc.constant(
  step('close', (model, real) => {
    model.close();
    real.bulkhead.close();
  }),
);

test('a bulkhead does what the reference does, and in the end every permit is back and nobody waits', async () => {
  const often = [ask, ask, ask, release, release, giveUp, advance, advance];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0, 1, 4, 10),
      fc.commands([...often, ...often, releaseAgain, releaseWhileAllGiveUp, setLimit, close], {
        maxCommands: 80,
        size: 'max',
      }),
      async (limit, queue, commands) => {
        const model = new ReferenceBulkhead(limit, queue);
        const real = new Real(limit, queue);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        while (model.inFlight > 0) {
          const call = pick(model.holding, 0);
          model.release(call);
          real.release(call, 1);
          // oxlint-disable-next-line no-await-in-loop -- who is next is known only then
          await settled();
        }
        compare(model, real);
        expect([real.bulkhead.inFlight, real.bulkhead.waiting]).toEqual([0, 0]);
        expect(real.calls.map(({ fate }) => fate)).not.toContain('waits');
      },
    ),
    { numRuns: 400 },
  );
});

test('never are more calls under way than the limit says', async () => {
  const action = fc.constantFrom('ask', 'release', 'abort', 'wait');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(action, which), { maxLength: 100 }), async (actions) => {
      const real = new Real(3, 5);
      for (const [what, call] of actions) {
        if (what === 'ask') real.ask('critical', real.clock.now() + 20);
        else if (what === 'release') real.release(call, 1);
        else if (what === 'abort') real.calls[call]?.caller.abort();
        else real.clock.advance(7);
        // oxlint-disable-next-line no-await-in-loop -- callers hear of it before the next step
        await settled();
        const held = real.calls.filter(({ fate }) => fate === 'holds').length;
        expect(held).toBe(real.bulkhead.inFlight);
        expect(held).toBeLessThanOrEqual(3);
        if (real.bulkhead.waiting > 0) expect(held).toBe(3);
      }
    }),
    { numRuns: 300 },
  );
});
