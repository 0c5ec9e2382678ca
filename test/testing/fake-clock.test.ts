import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../src/testing/index.ts';

describe('a fake clock', () => {
  test('stands still until it is told to move', () => {
    const clock = createFakeClock(1_000_000);
    expect([clock.now(), clock.wallNow()]).toEqual([0, 1_000_000]);
    clock.advance(1.5);
    expect([clock.now(), clock.wallNow()]).toEqual([1.5, 1_000_001.5]);
  });

  test('starts at the start of 2025 when nothing else is said', () => {
    expect(new Date(createFakeClock().wallNow()).toISOString()).toBe('2025-01-01T00:00:00.000Z');
  });

  test('calls what is due in order of time, then of scheduling, each at its moment', () => {
    const clock = createFakeClock();
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(`${name} at ${clock.now()}`);
    clock.schedule(note('late'), 20);
    clock.schedule(note('first'), 10);
    clock.schedule(note('second'), 10);
    clock.schedule(note('beyond'), 21);
    clock.schedule(note('negative'), -5);
    clock.advance(20);
    expect(calls).toEqual(['negative at 0', 'first at 10', 'second at 10', 'late at 20']);
    expect([clock.now(), clock.scheduled]).toEqual([20, 1]);
  });

  test('calls what a callback schedules within the time', () => {
    const clock = createFakeClock();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      clock.schedule(again, 10);
    };
    clock.schedule(again, 10);
    clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
    expect(clock.scheduled).toBe(1);
  });

  test('does not call what was cancelled, even by a callback at the same moment', () => {
    const clock = createFakeClock();
    let called = 0;
    clock.schedule(() => cancel(), 10);
    const cancel = clock.schedule(() => called++, 10);
    clock.advance(10);
    cancel();
    expect([called, clock.scheduled]).toEqual([0, 0]);
  });

  test.each([-1, Number.NaN])('refuses to go back: %d', (ms) => {
    expect(() => createFakeClock().advance(ms)).toThrow(RangeError);
  });
});
