/** A list with two ends against an array, over random histories long enough for its ring to wrap and to grow. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from '../../src/resilience/deque.ts';

interface Item {
  readonly value: number;
}

type Step = fc.Command<Item[], Deque<Item>>;

function step(name: string, run: (model: Item[], real: Deque<Item>) => void): Step {
  return {
    check: () => true,
    run(model, real) {
      run(model, real);
      expect(real.length).toBe(model.length);
      expect([real.front, real.back]).toEqual([model[0], model.at(-1)]);
      expect(model.map((_, place) => real.at(place))).toEqual(model);
      expect([real.at(-1), real.at(model.length)]).toEqual([undefined, undefined]);
    },
    toString: () => name,
  };
}

const steps = [
  fc.integer({ min: 1, max: 12 }).map((count) =>
    step(`pushBack x ${count}`, (model, real) => {
      for (let times = 0; times < count; times++) {
        const item = { value: (model.at(-1)?.value ?? 0) + 1 };
        model.push(item);
        real.pushBack(item);
      }
    }),
  ),
  fc.integer({ min: 1, max: 8 }).map((count) =>
    step(`popFront x ${count}`, (model, real) => {
      for (let times = 0; times < count; times++) expect(real.popFront()).toBe(model.shift());
    }),
  ),
  fc.integer({ min: 1, max: 4 }).map((count) =>
    step(`popBack x ${count}`, (model, real) => {
      for (let times = 0; times < count; times++) expect(real.popBack()).toBe(model.pop());
    }),
  ),
  fc.integer({ min: 2, max: 6 }).map((divisor) =>
    step(`removeWhere a multiple of ${divisor}`, (model, real) => {
      const leaves = ({ value }: Item) => value % divisor === 0;
      const asked: Item[] = [];
      real.removeWhere((item) => asked.push(item) > 0 && leaves(item));
      expect(asked).toEqual(model);
      model.splice(0, model.length, ...model.filter((item) => !leaves(item)));
    }),
  ),
  fc.nat({ max: 60 }).map((place) =>
    step(`find the one at ${place}`, (model, real) => {
      const wanted = model[place];
      expect(real.find((item) => item === wanted)).toBe(wanted);
    }),
  ),
];

test('a deque does what an array does', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 80, size: 'max' }), (commands) => {
      fc.modelRun(() => ({ model: [], real: new Deque<Item>() }), commands);
    }),
    { numRuns: 300 },
  );
});
