import { describe, expect, it } from 'vitest';
import { createServiceTimes, type ServiceTimes } from '../../src/resilience/service-times.ts';

function observe(times: ServiceTimes, calls: number, kind: number, bytes: number, tookMs: number) {
  for (let call = 0; call < calls; call++) times.observe(kind, bytes, tookMs);
}

describe('expected service times', () => {
  it('are a guess until something was seen, and then what was seen of that kind', () => {
    const times = createServiceTimes(2);
    expect(times.expectedMs(0, 100)).toBe(0.1);
    observe(times, 200, 0, 100, 2);
    expect(times.expectedMs(0, 300)).toBeCloseTo(2, 6);
    expect(times.expectedMs(1, 300)).toBe(0.1);
  });

  it('of large bodies grow with their bytes, and are learned apart from small ones', () => {
    const times = createServiceTimes(1);
    observe(times, 200, 0, 64 * 1024, 32);
    expect(times.expectedMs(0, 128 * 1024)).toBeCloseTo(64, 6);
    expect(times.expectedMs(0, 100)).toBe(0.1);
  });

  it('know by the twentieth call of a kind that became a hundred times as dear', () => {
    const times = createServiceTimes(1);
    observe(times, 200, 0, 1, 0.2);
    observe(times, 20, 0, 1, 20);
    expect(times.expectedMs(0, 1)).toBeGreaterThan(10);
    observe(times, 100, 0, 1, 0.2);
    expect(times.expectedMs(0, 1)).toBeLessThan(0.3);
  });

  it('are hardly moved by one call that stands out, however far, nor by a slow start', () => {
    const times = createServiceTimes(1);
    observe(times, 1, 0, 1, 5000);
    expect(times.expectedMs(0, 1)).toBeLessThan(0.15);
    observe(times, 200, 0, 1, 1);
    observe(times, 1, 0, 1, 1e9);
    expect(times.expectedMs(0, 1)).toBeLessThan(1.4);
  });

  it('are above 0 also for work that takes no time at all, and are learned again from there', () => {
    const times = createServiceTimes(1);
    observe(times, 1000, 0, 1, 0);
    expect(times.expectedMs(0, 1)).toBeGreaterThan(0);
    observe(times, 60, 0, 1, 1);
    expect(times.expectedMs(0, 1)).toBeGreaterThan(0.9);
  });
});
