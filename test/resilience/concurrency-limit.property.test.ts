/** Random histories of calls against Gradient2 written down once more, from the formulas, over lists of samples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CallOutcome,
  type ConcurrencyLimit,
  createGradientLimit,
} from '../../src/resilience/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';

interface Sample {
  readonly rttMs: number;
  readonly inFlight: number;
  readonly outcome: CallOutcome;
}

interface Options {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly windowSamples: number;
  readonly windowMs: number;
}

class ReferenceLimit {
  limit: number;
  now = 0;
  #startedAt = 0;
  #window: Sample[] = [];
  #long = 0;
  #windows = 0;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    this.limit = options.initial;
  }

  add(sample: Sample): void {
    const wasDropped = this.#window.some(({ outcome }) => outcome === 'dropped');
    this.#window.push(sample);
    if (sample.outcome === 'dropped' && !wasDropped) this.#set(this.limit * 0.9);
    const { windowSamples, windowMs } = this.#options;
    if (this.#window.length < windowSamples || this.now < this.#startedAt + windowMs) return;
    const good = this.#window.filter(({ outcome }) => outcome === 'ok');
    if (good.length > 0) {
      const short = Math.max(1e-6, good.reduce((sum, { rttMs }) => sum + rttMs, 0) / good.length);
      const inFlight = Math.max(...this.#window.map((one) => one.inFlight));
      const before = this.limit;
      this.#update(short, inFlight);
      if (good.length < this.#window.length) this.limit = Math.min(before, this.limit);
    }
    this.#window = [];
    this.#startedAt = this.now;
  }

  #update(short: number, inFlight: number): void {
    this.#windows++;
    const weight = this.#windows > 10 ? 2 / 601 : 1 / this.#windows;
    // rounded as in the limit itself: a long average of twice the short one is a cliff
    const long = this.#long + (short - this.#long) * weight;
    this.#long = long / short > 2 ? long * 0.95 : long;
    if (inFlight < this.limit / 2) return;
    const gradient = Math.min(1, Math.max(0.5, (1.5 * long) / short));
    this.#set(this.limit + 0.2 * (this.limit * gradient + 4 - this.limit));
  }

  #set(limit: number): void {
    this.limit = Math.min(this.#options.max, Math.max(this.#options.min, limit));
  }
}

interface Real {
  readonly limit: ConcurrencyLimit;
  readonly clock: FakeClock;
}

type Step = fc.Command<ReferenceLimit, Real>;

function call(one: Sample): Step {
  return {
    check: () => true,
    run(model, { limit }) {
      model.add(one);
      limit.sample(one.rttMs, one.inFlight, one.outcome);
      expect(limit.limit).toBeCloseTo(model.limit, 8);
      // rounding may move the reference, but not the limit itself, beyond its bounds
      model.limit = limit.limit;
    },
    toString: () => `call(${one.rttMs}, ${one.inFlight}, ${one.outcome})`,
  };
}

function advance(ms: number): Step {
  return {
    check: () => true,
    run(model, { clock }) {
      model.now += ms;
      clock.advance(ms);
    },
    toString: () => `advance(${ms})`,
  };
}

const options = fc
  .record({
    min: fc.integer({ min: 1, max: 8 }),
    above: fc.integer({ min: 0, max: 60 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    windowSamples: fc.constantFrom(1, 2, 10),
    windowMs: fc.constantFrom(0, 100),
  })
  .map(({ min, above, at, windowSamples, windowMs }) => ({
    min,
    max: min + above,
    initial: min + above * at,
    windowSamples,
    windowMs,
  }));

const calls = fc.record({
  rttMs: fc.oneof(
    fc.constantFrom(0, 1, 10, 40),
    fc.double({ min: 0, max: 1000, noNaN: true, noDefaultInfinity: true }),
  ),
  inFlight: fc.integer({ min: 1, max: 70 }),
  outcome: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'dropped' as const),
});

test('a gradient limit does what the formulas say, within its bounds', () => {
  fc.assert(
    fc.property(
      options,
      fc.commands(
        [calls.map(call), calls.map(call), fc.constantFrom(1, 10, 99, 100, 500).map(advance)],
        { maxCommands: 150, size: 'max' },
      ),
      (chosen, commands) => {
        const clock = createFakeClock();
        const limit = createGradientLimit({ ...chosen, clock });
        fc.modelRun(
          () => ({ model: new ReferenceLimit(chosen), real: { limit, clock } }),
          commands,
        );
        expect(limit.limit).toBeGreaterThanOrEqual(chosen.min);
        expect(limit.limit).toBeLessThanOrEqual(chosen.max);
      },
    ),
    { numRuns: 1000 },
  );
});

const history = fc.array(calls, { maxLength: 40 });

/** The limit after a history, one window for each sample, and then one more sample. */
function limitAfter(samples: readonly Sample[], last: Sample): number {
  const limit = createGradientLimit({ windowSamples: 1, windowMs: 0 });
  for (const { rttMs, inFlight, outcome } of [...samples, last]) {
    limit.sample(rttMs, inFlight, outcome);
  }
  return limit.limit;
}

test('a slower call never leads to a higher limit', () => {
  const time = fc.double({ min: 0.001, max: 1000, noNaN: true });
  fc.assert(
    fc.property(history, time, time, (samples, one, other) => {
      const [quick, slow] = [Math.min(one, other), Math.max(one, other)].map((rttMs) =>
        limitAfter(samples, { rttMs, inFlight: 200, outcome: 'ok' }),
      );
      expect(slow).toBeLessThanOrEqual(quick! * (1 + 1e-12));
    }),
  );
});

test('a dropped call never leads to a higher limit than the same call that ended well', () => {
  fc.assert(
    fc.property(history, calls, (samples, last) => {
      const well = limitAfter(samples, { ...last, inFlight: 200, outcome: 'ok' });
      const dropped = limitAfter(samples, { ...last, inFlight: 200, outcome: 'dropped' });
      expect(dropped).toBeLessThanOrEqual(well * (1 + 1e-12));
    }),
  );
});
