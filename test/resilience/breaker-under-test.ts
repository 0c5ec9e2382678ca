import {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  createCircuitBreaker,
} from '../../src/resilience/index.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/index.ts';

export const boom = new Error('the model failed');

export function fail(): never {
  throw boom;
}

export const double = (input: number): number => input * 2;

/** A breaker on a clock that stands still: five failures open it, 30 seconds later one call may try; nothing is random. */
export function makeBreaker(options: Partial<CircuitBreakerOptions> = {}): {
  readonly breaker: CircuitBreaker;
  readonly clock: FakeClock;
} {
  const clock = createFakeClock();
  return {
    breaker: createCircuitBreaker({ name: 'v1', clock, random: () => 0, ...options }),
    clock,
  };
}

export function failTimes(breaker: CircuitBreaker, times: number): void {
  for (let time = 0; time < times; time++) {
    try {
      breaker.runSync(fail, undefined);
    } catch (error) {
      if (error !== boom) throw error;
    }
  }
}

/** A promise that is settled from outside. */
export function defer<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Lets every promise that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
