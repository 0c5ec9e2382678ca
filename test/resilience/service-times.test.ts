import { describe, expect, it } from 'vitest';
import { createServiceTimes } from '../../src/resilience/service-times.ts';

describe('expected service times', () => {
  it('are a guess above 0 until something was seen, and then what was seen', () => {
    const times = createServiceTimes(2);
    expect(times.expectedMs(0, 100)).toBe(0.1);
    times.observe(0, 100, 2);
    expect(times.expectedMs(0, 300)).toBe(2);
    expect(times.expectedMs(1, 300)).toBe(0.1);
  });

  it('of large bodies grow with their bytes, and are learned apart from small ones', () => {
    const times = createServiceTimes(1);
    times.observe(0, 100, 0.5);
    times.observe(0, 64 * 1024, 32);
    expect(times.expectedMs(0, 128 * 1024)).toBe(64);
    expect(times.expectedMs(0, 100)).toBe(0.5);
  });

  it('follow a change within some dozens of observations, and one that stands out hardly moves them', () => {
    const times = createServiceTimes(1);
    for (let call = 0; call < 50; call++) times.observe(0, 1, 1);
    times.observe(0, 1, 10);
    expect(times.expectedMs(0, 1)).toBeLessThan(2);
    for (let call = 0; call < 50; call++) times.observe(0, 1, 20);
    expect(times.expectedMs(0, 1)).toBeGreaterThan(19);
  });

  it('are above 0 also for work that takes no time at all', () => {
    const times = createServiceTimes(1);
    times.observe(0, 1, 0);
    expect(times.expectedMs(0, 1)).toBeGreaterThan(0);
  });
});
