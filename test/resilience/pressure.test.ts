import { describe, expect, it } from 'vitest';
import { createPressure } from '../../src/resilience/pressure.ts';
import { createFakeClock } from '../../src/testing/index.ts';

/** A clock whose timers are called so much too late. */
function lateClock() {
  const clock = createFakeClock();
  let lateMs = 0;
  return {
    ...clock,
    get scheduled() {
      return clock.scheduled;
    },
    schedule: (callback: () => void, delayMs: number) => clock.schedule(callback, delayMs + lateMs),
    beLate(ms: number) {
      lateMs = ms;
    },
  };
}

function watch(ratio: () => number = () => 0) {
  const clock = lateClock();
  let watching = 0;
  let watches = 0;
  const memory = {
    ratio,
    watch() {
      watching++;
      watches++;
      return () => watching--;
    },
  };
  const pressure = createPressure({ clock, maxLoopDelayMs: 100, memory });
  /** Lets time pass in which work comes. */
  const work = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      pressure.wake();
      clock.advance(10);
    }
  };
  return { clock, pressure, work, watching: () => watching, watches: () => watches };
}

describe('a late event loop', () => {
  it.each([
    [40, 3],
    [60, 2],
    [80, 1],
    [120, 0],
    [250, -1],
  ])('of %d ms, look after look, leaves priorities up to rank %d', (lateMs, rank) => {
    const { clock, pressure, work } = watch();
    work(100);
    clock.beLate(lateMs);
    work(6 * (20 + lateMs));
    expect(pressure.lowestRank).toBe(rank);
    if (rank < 3) expect(pressure.reason).toBe('loop-delay');
    expect(pressure.loopDelayMs).toBeGreaterThanOrEqual(lateMs - 20);
  });

  it('once is a pause that refuses nothing', () => {
    const { clock, pressure, work } = watch();
    work(100);
    clock.beLate(900);
    work(30);
    clock.beLate(0);
    work(1100);
    expect(pressure.lowestRank).toBe(3);
  });

  it('is forgotten when it is in time again', () => {
    const { clock, pressure, work } = watch();
    clock.beLate(250);
    work(2000);
    expect(pressure.lowestRank).toBe(-1);
    clock.beLate(0);
    work(400);
    expect(pressure.lowestRank).toBe(3);
    expect(pressure.loopDelayMs).toBe(0);
  });

  it('is as late as it has been in all of the last four looks', () => {
    const { clock, pressure, work } = watch();
    clock.beLate(60);
    work(800);
    expect(pressure.loopDelayMs).toBeGreaterThan(40);
    clock.beLate(10);
    work(110);
    expect(pressure.loopDelayMs).toBeLessThanOrEqual(10);
  });

  it('is looked for as long as work comes, without a pause', () => {
    const { clock, work, watches } = watch();
    work(5000);
    expect([clock.scheduled, watches()]).toEqual([1, 1]);
  });

  it('is looked for by one timer, and by none a second after the last work', () => {
    const { clock, pressure, work, watching } = watch();
    expect(clock.scheduled).toBe(0);
    work(200);
    expect([clock.scheduled, watching()]).toEqual([1, 1]);
    clock.advance(1200);
    expect([clock.scheduled, watching()]).toEqual([0, 0]);
    pressure.wake();
    expect(clock.scheduled).toBe(1);
  });
});

describe('memory', () => {
  it.each([
    [0.84, 3],
    [0.85, 2],
    [0.9, 1],
    [0.95, -1],
    [1, -1],
  ])('that is %d full leaves priorities up to rank %d', (ratio, rank) => {
    const { pressure, work } = watch(() => ratio);
    work(10);
    expect(pressure.lowestRank).toBe(rank);
    if (rank < 3) expect(pressure.reason).toBe('memory');
  });

  it('must be emptier by 0.03 before what was refused is admitted again', () => {
    let ratio = 0.96;
    const { pressure, work } = watch(() => ratio);
    work(10);
    ratio = 0.93;
    work(1100);
    expect(pressure.lowestRank).toBe(-1);
    ratio = 0.91;
    work(1100);
    expect(pressure.lowestRank).toBe(1);
    ratio = 0.8;
    work(1100);
    expect(pressure.lowestRank).toBe(3);
  });

  it('is short when nothing was admitted for two seconds, and no longer when that is over for two', () => {
    let ratio = 0.99;
    const { clock, pressure } = watch(() => ratio);
    const seen: boolean[] = [];
    const probe = (times: number) => {
      for (let second = 0; second < times; second++) {
        clock.advance(1000);
        seen.push(pressure.isMemoryShort);
      }
    };
    probe(4);
    ratio = 0.5;
    probe(4);
    expect(seen).toEqual([false, false, true, true, true, true, false, false]);
  });

  it('that is short for one look does not make it so', () => {
    let ratio = 0.99;
    const { clock, pressure } = watch(() => ratio);
    for (let second = 0; second < 6; second++) {
      clock.advance(1000);
      expect(pressure.isMemoryShort).toBe(false);
      ratio = second % 2 === 0 ? 0.5 : 0.99;
    }
  });

  it('is watched on while it refuses work, though none is admitted', () => {
    let ratio = 0.99;
    const { clock, pressure } = watch(() => ratio);
    pressure.wake();
    clock.advance(5000);
    expect(clock.scheduled).toBe(1);
    ratio = 0.1;
    clock.advance(1100);
    expect(pressure.lowestRank).toBe(3);
  });
});
