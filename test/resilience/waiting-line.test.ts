import { describe, expect, test } from 'vitest';
import { type Fault, SpillwayError } from '../../src/core/index.ts';
import {
  createWaitingLine,
  type PlaceInLine,
  type ShedReason,
  type WaitingLine,
  type WaitingLineOptions,
} from '../../src/resilience/index.ts';

const never = Number.POSITIVE_INFINITY;

/** A line of texts that writes down what it sheds. */
function makeLine(options: Partial<WaitingLineOptions> = {}) {
  const shed: [string, ShedReason][] = [];
  const line = createWaitingLine<string>({ capacity: 100, ...options }, (item, reason) => {
    shed.push([item, reason]);
  });
  const put = (item: string, now: number, place: Partial<PlaceInLine> = {}) =>
    line.offer(item, { priority: 'critical', cost: 1, deadline: never, ...place }, now);
  return { line, shed, put };
}

function takeAll(line: WaitingLine<string>, now: number): string[] {
  const taken: string[] = [];
  for (let item = line.take(now); item !== undefined; item = line.take(now)) taken.push(item);
  return taken;
}

describe('order', () => {
  test('an empty line has nothing to take', () => {
    const { line } = makeLine();
    expect(line.take(0)).toBeUndefined();
    expect([line.length, line.cost]).toEqual([0, 0]);
  });

  test('first in, first out while the line was empty a short time ago', () => {
    const { line, put } = makeLine();
    for (const [at, item] of ['a', 'b', 'c'].entries()) put(item, at);
    expect([line.length, line.cost]).toEqual([3, 3]);
    expect(takeAll(line, 99)).toEqual(['a', 'b', 'c']);
    expect([line.length, line.cost]).toEqual([0, 0]);
  });

  test('last in, first out once the line has stood for the interval', () => {
    const { line, shed, put } = makeLine();
    put('old', 0);
    for (const item of ['a', 'b', 'c']) put(item, 97);
    expect(takeAll(line, 100)).toEqual(['c', 'b', 'a']);
    expect(shed).toEqual([['old', 'waited-too-long']]);
  });

  test('first in, first out again when it was empty in between', () => {
    const { line, put } = makeLine();
    put('before', 0);
    expect(line.take(50)).toBe('before');
    for (const item of ['a', 'b']) put(item, 60);
    expect(takeAll(line, 159)).toEqual(['a', 'b']);
  });

  test('the highest priority first, whenever it came', () => {
    const { line, put } = makeLine();
    for (const priority of ['sheddable', 'critical', 'sheddable-plus', 'critical-plus'] as const) {
      put(priority, 0, { priority });
    }
    expect(takeAll(line, 1)).toEqual(['critical-plus', 'critical', 'sheddable-plus', 'sheddable']);
  });
});

describe('shedding', () => {
  test('an item may wait for less than the interval', () => {
    const { line, shed, put } = makeLine();
    put('on time', 0);
    expect(line.take(99.9)).toBe('on time');
    put('late', 200);
    expect(line.take(300)).toBeUndefined();
    expect(shed).toEqual([['late', 'waited-too-long']]);
    expect([line.length, line.cost]).toEqual([0, 0]);
  });

  test('while the line stands an item may wait for less than the target', () => {
    const { line, shed, put } = makeLine();
    put('first', 0);
    put('late', 96);
    put('on time', 96.1);
    expect(line.take(101)).toBe('on time');
    expect(shed).toEqual([
      ['first', 'waited-too-long'],
      ['late', 'waited-too-long'],
    ]);
  });

  test('target and interval can be set', () => {
    const { line, shed, put } = makeLine({ targetMs: 20, intervalMs: 1000 });
    put('first', 0);
    put('on time', 981);
    expect(line.take(999)).toBe('first');
    expect(line.take(1000)).toBe('on time');
    expect(shed).toEqual([]);
  });

  test('what waited too long is shed from every priority when one is served', () => {
    const { line, shed, put } = makeLine();
    put('low', 0, { priority: 'sheddable' });
    put('high', 99);
    expect(line.take(100)).toBe('high');
    expect(shed).toEqual([['low', 'waited-too-long']]);
  });

  test('an item at its deadline is shed, one just before it is served', () => {
    const { line, shed, put } = makeLine();
    put('late', 0, { deadline: 10 });
    put('on time', 0, { deadline: 10.1 });
    expect(line.take(10)).toBe('on time');
    expect(shed).toEqual([['late', 'deadline']]);
  });

  test('a deadline that passed is found at the new end too', () => {
    const { line, shed, put } = makeLine();
    put('stands', 0);
    put('patient', 98);
    put('hurried', 99, { deadline: 100 });
    expect(line.take(101)).toBe('patient');
    expect(shed).toEqual([
      ['stands', 'waited-too-long'],
      ['hurried', 'deadline'],
    ]);
  });

  test('the deadline is the reason where both hold', () => {
    const { line, shed, put } = makeLine();
    put('a', 0, { deadline: 50 });
    line.take(500);
    expect(shed).toEqual([['a', 'deadline']]);
  });

  test('shedOverdue finds every passed deadline and says which comes next', () => {
    const { line, shed, put } = makeLine();
    for (const [item, deadline] of Object.entries({ a: 30, b: 10, c: 20, d: 40 })) {
      put(item, 0, { deadline, cost: 2, priority: item === 'c' ? 'sheddable' : 'critical' });
    }
    expect(line.shedOverdue(20)).toBe(30);
    expect(shed).toEqual([
      ['b', 'deadline'],
      ['c', 'deadline'],
    ]);
    expect([line.length, line.cost]).toEqual([2, 4]);
    expect(takeAll(line, 21)).toEqual(['a', 'd']);
    expect(line.shedOverdue(1000)).toBe(never);
  });

  test('shedOverdue finds all who waited too long and says when the next one will have', () => {
    const { line, shed, put } = makeLine();
    for (const at of [0, 96, 97]) put(`at ${at}`, at);
    expect(line.shedOverdue(99)).toBe(100);
    expect(shed).toEqual([]);
    expect(line.shedOverdue(100)).toBe(101);
    expect(line.shedOverdue(101)).toBe(102);
    expect(shed).toEqual([
      ['at 0', 'waited-too-long'],
      ['at 96', 'waited-too-long'],
    ]);
    expect(line.take(101)).toBe('at 97');
  });
});

describe('room', () => {
  test.each([
    ['critical-plus', 100],
    ['critical', 90],
    ['sheddable-plus', 70],
    ['sheddable', 50],
  ] as const)('%s fills %d of 100 and no more', (priority, most) => {
    const { line, put } = makeLine();
    let count = 0;
    while (put(`${count}`, 0, { priority })) count++;
    expect(count).toBe(most);
    expect(line.hasRoom(priority, 1)).toBe(false);
    expect(line.cost).toBe(most);
  });

  test('parts are rounded up to a whole unit, so that every priority may fill something', () => {
    const { put } = makeLine({ capacity: 5 });
    const offered = [1, 2, 3, 4, 5, 6];
    expect(offered.map((item) => put(`${item}`, 0))).toEqual([true, true, true, true, true, false]);
  });

  test('what waits with higher priorities counts, what waits with lower ones does not', () => {
    const { line, put } = makeLine();
    put('high', 0, { priority: 'critical-plus', cost: 60 });
    expect(line.hasRoom('sheddable', 1)).toBe(false);
    expect(line.hasRoom('sheddable-plus', 10)).toBe(true);
    put('low', 0, { priority: 'sheddable-plus', cost: 10 });
    expect(line.hasRoom('critical', 30)).toBe(true);
    expect(line.hasRoom('critical', 31)).toBe(false);
  });

  test('an empty line takes one item, however dear', () => {
    const { line, put } = makeLine({ capacity: 10 });
    expect(line.hasRoom('sheddable', 1000)).toBe(true);
    expect(put('dear', 0, { priority: 'sheddable', cost: 1000 })).toBe(true);
    expect(put('second', 0, { priority: 'sheddable' })).toBe(false);
    expect(line.take(0)).toBe('dear');
  });

  test('a higher priority displaces lower ones: the lowest first, the oldest of them first', () => {
    const { line, shed, put } = makeLine({ capacity: 10 });
    for (const item of ['s1', 's2', 's3']) put(item, 0, { priority: 'sheddable' });
    for (const item of ['p1', 'p2', 'p3', 'p4']) put(item, 0, { priority: 'sheddable-plus' });
    expect(put('c', 1, { cost: 4 })).toBe(true);
    expect(shed).toEqual([
      ['s1', 'displaced'],
      ['s2', 'displaced'],
    ]);
    expect(put('d', 1, { cost: 3 })).toBe(true);
    expect(shed.slice(2)).toEqual([
      ['s3', 'displaced'],
      ['p1', 'displaced'],
      ['p2', 'displaced'],
    ]);
    expect(line.cost).toBe(9);
    expect(takeAll(line, 1)).toEqual(['c', 'd', 'p3', 'p4']);
  });

  test('nobody is displaced for an item that does not fit anyway, nor for one of the same priority', () => {
    const { line, shed, put } = makeLine({ capacity: 10 });
    put('low', 0, { priority: 'sheddable', cost: 5 });
    put('high', 0, { cost: 4 });
    expect(put('too dear', 0, { cost: 6 })).toBe(false);
    expect(put('low too', 0, { priority: 'sheddable' })).toBe(false);
    expect(shed).toEqual([]);
    expect(line.length).toBe(2);
  });

  test('one that is displaced past its deadline is told that', () => {
    const { shed, put } = makeLine({ capacity: 10 });
    put('low', 0, { priority: 'sheddable', cost: 5, deadline: 3 });
    put('high', 3, { cost: 9 });
    expect(shed).toEqual([['low', 'deadline']]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a cost of %d is refused', (cost) => {
    const { line, put } = makeLine();
    expect(() => put('a', 0, { cost })).toThrow(`expected a finite cost above 0, got ${cost}`);
    expect(line.length).toBe(0);
  });

  test('fractions of cost leave nothing behind', () => {
    const { line, put } = makeLine();
    for (let item = 0; item < 10; item++) put(`${item}`, 0, { cost: 0.1 });
    takeAll(line, 0);
    expect(line.cost).toBe(0);
  });
});

describe('leaving', () => {
  test('one that is removed is neither served nor shed, and its room is free', () => {
    const { line, shed, put } = makeLine({ capacity: 10 });
    for (const item of ['a', 'b', 'c']) put(item, 0, { cost: 3 });
    expect(line.hasRoom('critical', 3)).toBe(false);
    expect(line.remove('b')).toBe(true);
    expect(line.remove('b')).toBe(false);
    expect(line.remove('nobody')).toBe(false);
    expect([line.length, line.cost, line.hasRoom('critical', 3)]).toEqual([2, 6, true]);
    expect(takeAll(line, 0)).toEqual(['a', 'c']);
    expect(shed).toEqual([]);
  });

  test('a line whose last item was removed has been empty', () => {
    const { line, put } = makeLine();
    put('a', 0);
    line.remove('a');
    for (const item of ['b', 'c']) put(item, 90);
    expect(takeAll(line, 189)).toEqual(['b', 'c']);
  });

  test('removeAll empties it: highest priority first, oldest first', () => {
    const { line, shed, put } = makeLine();
    put('low', 0, { priority: 'sheddable' });
    for (const item of ['a', 'b']) put(item, 1);
    expect(line.removeAll()).toEqual(['a', 'b', 'low']);
    expect([line.length, line.cost, line.take(1), shed.length]).toEqual([0, 0, undefined, 0]);
    expect(line.removeAll()).toEqual([]);
  });
});

test('options out of range are refused with every fault', () => {
  const faultsOf = (options: WaitingLineOptions): readonly Fault[] => {
    try {
      makeLine(options);
    } catch (error) {
      if (SpillwayError.isInstance(error) && error.code === 'INVALID_CONFIG') return error.faults;
    }
    return [];
  };
  expect(faultsOf({ capacity: 0, targetMs: -1, intervalMs: Number.NaN })).toEqual([
    { pointer: '/capacity', message: 'expected a finite number above 0, got 0' },
    { pointer: '/targetMs', message: 'expected more than 0 and at most intervalMs, NaN, got -1' },
    { pointer: '/intervalMs', message: 'expected a finite number above 0, got NaN' },
  ]);
  expect(faultsOf({ capacity: 1, targetMs: 101 }).map(({ pointer }) => pointer)).toEqual([
    '/targetMs',
  ]);
  expect(faultsOf({ capacity: Number.POSITIVE_INFINITY })).toHaveLength(1);
  expect(faultsOf({ capacity: 0.5, targetMs: 100 })).toEqual([]);
});
