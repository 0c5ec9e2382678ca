import { describe, expect, test } from 'vitest';
import { type Fault, SpillwayError } from '../../src/core/index.ts';
import {
  type ConcurrencyLimit,
  createFixedLimit,
  createGradientLimit,
  type GradientLimitOptions,
} from '../../src/resilience/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

/** Every sample is a window. */
const everySample = { windowSamples: 1, windowMs: 0 };

/** As many calls under way as the limit allows. */
function sampleAtLimit(limit: ConcurrencyLimit, rttMs: number, outcome: 'ok' | 'dropped' = 'ok') {
  limit.sample(rttMs, limit.limit, outcome);
  return limit.limit;
}

function faultsOf(make: () => unknown): readonly Fault[] {
  try {
    make();
  } catch (error) {
    if (SpillwayError.isInstance(error) && error.code === 'INVALID_CONFIG') return error.faults;
    throw error;
  }
  return [];
}

describe('a fixed limit', () => {
  test('stays, whatever happens', () => {
    const limit = createFixedLimit(3);
    limit.sample(1e9, 3, 'dropped');
    expect(limit.limit).toBe(3);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d is refused', (count) => {
    expect(faultsOf(() => createFixedLimit(count))).toEqual([
      { pointer: '/limit', message: `expected an integer from 1, got ${count}` },
    ]);
  });
});

describe('a gradient limit', () => {
  test("moves as Netflix's Gradient2 does: rising, four times slower, well again", () => {
    const limit = createGradientLimit({ ...everySample, clock: createFakeClock() });
    const times = [10, 40, 10].flatMap((rttMs, phase) =>
      Array.from({ length: phase === 0 ? 15 : 10 }, () => rttMs),
    );
    // from Netflix's own code with minLimit 1, else its defaults
    const expected = [
      20.8, 21.6, 22.4, 23.2, 24, 24.8, 25.6, 26.4, 27.2, 28, 28.8, 29.6, 30.4, 31.2, 32, 29.6,
      27.44, 25.496, 23.7464, 22.1718, 20.7546, 19.4791, 18.3312, 17.2981, 16.3683, 17.1683,
      17.9683, 18.7683, 19.5683, 20.3683, 21.1683, 21.9683, 22.7683, 23.5683, 24.3683,
    ];
    const seen = times.map((rttMs) => sampleAtLimit(limit, rttMs));
    expect(seen).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(seen[index]).toBeCloseTo(value, 4);
  });

  test('starts at 20, or as near as min and max let it, or where it is told', () => {
    expect(createGradientLimit().limit).toBe(20);
    expect(createGradientLimit({ max: 8 }).limit).toBe(8);
    expect(createGradientLimit({ min: 32 }).limit).toBe(32);
    expect(createGradientLimit({ initial: 2, min: 2, max: 4 }).limit).toBe(2);
  });

  test('never leaves min to max', () => {
    const limit = createGradientLimit({ ...everySample, initial: 4, min: 3, max: 6 });
    for (let call = 0; call < 20; call++) sampleAtLimit(limit, 1);
    expect(limit.limit).toBe(6);
    for (let call = 0; call < 20; call++) sampleAtLimit(limit, 1, 'dropped');
    expect(limit.limit).toBe(3);
  });

  test('calls of some microseconds count', () => {
    const limit = createGradientLimit({ ...everySample });
    expect(sampleAtLimit(limit, 0.003)).toBeCloseTo(20.8, 10);
  });

  test('a clock that saw no time pass does no harm', () => {
    const limit = createGradientLimit({ ...everySample });
    for (let call = 0; call < 20; call++) sampleAtLimit(limit, 0);
    expect(limit.limit).toBeCloseTo(36, 10);
  });

  test('stays when less than half of it is in use, whatever calls take', () => {
    const limit = createGradientLimit({ ...everySample });
    limit.sample(10, 9, 'ok');
    limit.sample(1000, 9, 'ok');
    expect(limit.limit).toBe(20);
    limit.sample(10, 10, 'ok');
    expect(limit.limit).toBeGreaterThan(20);
  });

  test('a dropped call takes a tenth of it', () => {
    const limit = createGradientLimit({ ...everySample });
    expect(sampleAtLimit(limit, 10, 'dropped')).toBe(18);
    expect(sampleAtLimit(limit, 10, 'dropped')).toBeCloseTo(16.2, 10);
  });

  test('how long a dropped call took says nothing', () => {
    const [quick, slow] = [1, 10_000].map((droppedMs) => {
      const limit = createGradientLimit({ ...everySample });
      limit.sample(droppedMs, 20, 'dropped');
      return sampleAtLimit(limit, 10);
    });
    expect(quick).toBe(slow);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a call of %d ms is refused', (rttMs) => {
    const limit = createGradientLimit();
    expect(() => limit.sample(rttMs, 1, 'ok')).toThrow(`a call took ${rttMs} ms`);
  });
});

describe('a window', () => {
  test('ends with the tenth sample, when 100 ms have passed', () => {
    const clock = createFakeClock();
    const limit = createGradientLimit({ clock });
    clock.advance(100);
    for (let call = 0; call < 9; call++) limit.sample(10, 20, 'ok');
    expect(limit.limit).toBe(20);
    limit.sample(10, 20, 'ok');
    expect(limit.limit).toBeCloseTo(20.8, 10);
    clock.advance(99);
    for (let call = 0; call < 50; call++) limit.sample(10, 20, 'ok');
    expect(limit.limit).toBeCloseTo(20.8, 10);
    clock.advance(1);
    limit.sample(10, 20, 'ok');
    expect(limit.limit).toBeCloseTo(21.6, 10);
  });

  test('counts by its mean time and by the most calls that were under way', () => {
    const windows = { windowSamples: 2, windowMs: 0 };
    const limit = createGradientLimit(windows);
    const same = createGradientLimit(everySample);
    for (const [one, other, mean] of [
      [5, 15, 10],
      [20, 60, 40],
    ] as const) {
      limit.sample(one, 1, 'ok');
      limit.sample(other, 20, 'ok');
      same.sample(mean, 20, 'ok');
    }
    expect(limit.limit).toBe(same.limit);
    // a good window, then one at 40 ms against a long average of 25 ms
    expect(limit.limit).toBeCloseTo(21.34, 10);
  });

  test('shrinks the limit at its first dropped call and not again, and does not lift it', () => {
    const clock = createFakeClock();
    const limit = createGradientLimit({ clock });
    for (let call = 0; call < 12; call++) limit.sample(10, 20, 'dropped');
    expect(limit.limit).toBe(18);
    clock.advance(100);
    limit.sample(10, 20, 'ok');
    expect(limit.limit).toBe(18);
    clock.advance(100);
    for (let call = 0; call < 10; call++) limit.sample(10, 20, 'ok');
    expect(limit.limit).toBeCloseTo(18.8, 10);
  });

  test('with dropped calls may shrink the limit further by its times', () => {
    const clock = createFakeClock();
    const limit = createGradientLimit({ clock, windowSamples: 2 });
    for (let window = 0; window < 10; window++) {
      clock.advance(100);
      limit.sample(10, 30, 'ok');
      limit.sample(10, 30, 'ok');
    }
    expect(limit.limit).toBeCloseTo(28, 10);
    clock.advance(100);
    limit.sample(1000, 30, 'dropped');
    expect(limit.limit).toBeCloseTo(28 * 0.9, 10);
    limit.sample(1000, 30, 'ok');
    // the times alone, at the least gradient: 0.8 * 25.2 + 0.2 * (12.6 + 4)
    expect(limit.limit).toBeCloseTo(23.48, 10);
  });
});

test('options out of range are refused with every fault', () => {
  const wrong: GradientLimitOptions = {
    initial: 0,
    min: 0,
    max: 1.5,
    queueSize: 0,
    tolerance: 0.9,
    smoothing: 1.1,
    longWindow: 9,
    windowSamples: 0,
    windowMs: -1,
  };
  const faults = faultsOf(() => createGradientLimit(wrong));
  expect(faults.map(({ pointer }) => pointer)).toEqual(
    Object.keys(wrong).map((option) => `/${option}`),
  );
  expect(faults[1]).toEqual({ pointer: '/min', message: 'expected an integer from 1, got 0' });
  const pointersOf = (options: GradientLimitOptions) =>
    faultsOf(() => createGradientLimit(options)).map(({ pointer }) => pointer);
  expect(pointersOf({ min: 10, max: 9 })).toContain('/max');
  expect(pointersOf({ min: 3, initial: 2 })).toEqual(['/initial']);
  expect(pointersOf({ max: 10, initial: 11 })).toEqual(['/initial']);
  expect(pointersOf({ smoothing: 0, tolerance: Number.NaN, windowMs: Number.NaN })).toEqual([
    '/tolerance',
    '/smoothing',
    '/windowMs',
  ]);
  expect(pointersOf({ queueSize: 0.5, tolerance: 1, smoothing: 1, longWindow: 10 })).toEqual([]);
});
