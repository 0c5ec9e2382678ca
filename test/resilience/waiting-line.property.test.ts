/**
 * Random histories against the reference: what each call answers, what is shed, why and in which order, how much waits.
 * At the end, what went in has come out exactly once or waits still.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createWaitingLine,
  type PlaceInLine,
  priorities,
  type ShedReason,
  type WaitingLine,
} from '../../src/resilience/index.ts';
import { ReferenceLine } from './reference-line.ts';

interface Real {
  readonly line: WaitingLine<number>;
  readonly shed: [number, ShedReason][];
  /** What came out, in any way. */
  readonly out: number[];
}

interface Model {
  readonly line: ReferenceLine<number>;
  now: number;
  /** What went in; items are numbers from 0. */
  readonly accepted: number[];
  offered: number;
}

type Step = fc.Command<Model, Real>;

/** One operation on both lines, then all that can be seen of them. */
function step(name: string, run: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    run(model, real) {
      run(model, real);
      expect(real.shed).toEqual(model.line.shed);
      real.out.push(...real.shed.map(([item]) => item));
      real.shed.length = 0;
      model.line.shed.length = 0;
      expect(real.line.length).toBe(model.line.waiting.length);
      expect(real.line.cost).toBe(model.line.cost);
    },
    toString: () => name,
  };
}

function offer(place: PlaceInLine & { readonly withinMs: number | null }): Step {
  const { priority, cost, withinMs } = place;
  return step(`offer(${priority}, ${cost}, ${withinMs})`, (model, real) => {
    const deadline = withinMs === null ? Infinity : model.now + withinMs;
    const item = model.offered++;
    const accepted = model.line.offer(item, { priority, cost, deadline }, model.now);
    expect(real.line.hasRoom(priority, cost)).toBe(accepted);
    expect(real.line.offer(item, { priority, cost, deadline }, model.now)).toBe(accepted);
    if (accepted) model.accepted.push(item);
  });
}

const priority = fc.constantFrom(...priorities);
const cost = fc.integer({ min: 1, max: 9 });
const steps = [
  fc
    .record({
      priority,
      cost,
      deadline: fc.constant(0),
      withinMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 150 })),
    })
    .map(offer),
  fc.constant(
    step('take', (model, real) => {
      const item = real.line.take(model.now);
      expect(item).toBe(model.line.take(model.now));
      if (item !== undefined) real.out.push(item);
    }),
  ),
  fc.nat({ max: 40 }).map((item) =>
    step(`remove(${item})`, (model, real) => {
      const removed = real.line.remove(item);
      expect(removed).toBe(model.line.remove(item));
      if (removed) real.out.push(item);
    }),
  ),
  fc.constant(
    step('shedOverdue', (model, real) => {
      expect(real.line.shedOverdue(model.now)).toBe(model.line.shedOverdue(model.now));
    }),
  ),
  fc.record({ priority, cost }).map((wanted) =>
    step(`hasRoom(${wanted.priority}, ${wanted.cost})`, (model, real) => {
      const has = model.line.hasRoom(wanted.priority, wanted.cost);
      expect(real.line.hasRoom(wanted.priority, wanted.cost)).toBe(has);
    }),
  ),
  fc.constantFrom(0.5, 1, 4, 5, 6, 30, 95, 100, 101).map((ms) =>
    step(`advance(${ms})`, (model) => {
      model.now += ms;
    }),
  ),
];
const empty = fc.constant(
  step('removeAll', (model, real) => {
    const items = real.line.removeAll();
    expect(items).toEqual(model.line.removeAll());
    real.out.push(...items);
  }),
);

test('a line does what the reference does, and nothing is lost or served twice', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 7, 10, 30),
      // removeAll ends most of what could be found, so it comes seldom
      fc.commands([...steps, ...steps, ...steps, empty], { maxCommands: 120, size: 'max' }),
      (capacity, commands) => {
        const shed: Real['shed'] = [];
        const real: Real = {
          shed,
          line: createWaitingLine({ capacity }, (item, reason) => shed.push([item, reason])),
          out: [],
        };
        const model: Model = {
          line: new ReferenceLine(capacity),
          now: 0,
          accepted: [],
          offered: 0,
        };
        fc.modelRun(() => ({ model, real }), commands);
        const left = real.line.removeAll();
        expect([...real.out, ...left].toSorted((one, other) => one - other)).toEqual(
          model.accepted,
        );
        expect([real.line.length, real.line.cost]).toEqual([0, 0]);
      },
    ),
    { numRuns: 500 },
  );
});

test('a line that grew and shrank many times keeps its order', () => {
  const line = createWaitingLine<number>({ capacity: 10_000 }, () => undefined);
  const place = { priority: 'critical', cost: 1, deadline: Infinity } as const;
  const taken: number[] = [];
  let next = 0;
  for (let round = 1; round <= 60; round++) {
    for (let count = 0; count < round * 3; count++) line.offer(next++, place, 0);
    for (let count = 0; count < round * 2; count++) taken.push(line.take(0) ?? Number.NaN);
  }
  expect(line.length).toBe(next - taken.length);
  taken.push(...line.removeAll());
  expect(taken).toEqual(Array.from({ length: next }, (_, item) => item));
});
