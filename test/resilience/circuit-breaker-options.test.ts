import { expect, test } from 'vitest';
import { type Fault, SpillwayError, systemClock } from '../../src/core/index.ts';
import { completeOptions } from '../../src/resilience/circuit-breaker-options.ts';
import { type CircuitBreakerOptions, createCircuitBreaker } from '../../src/resilience/index.ts';

function faultsOf(options: CircuitBreakerOptions): readonly Fault[] {
  try {
    createCircuitBreaker(options);
  } catch (error) {
    if (SpillwayError.isInstance(error) && error.code === 'INVALID_CONFIG') return error.faults;
    throw error;
  }
  return [];
}

test('the defaults are those that the documentation names', () => {
  const { onListenerError, ...settings } = completeOptions({ name: 'v1' });
  expect(onListenerError(new Error('unseen'))).toBeUndefined();
  expect(settings).toEqual({
    name: 'v1',
    failureThreshold: 5,
    failureRatio: 0.5,
    minimumCalls: 20,
    windowMs: 10_000,
    recoveryTimeoutMs: 30_000,
    timeoutMs: 10_000,
    clock: systemClock,
  });
});

test('an undefined option is one that was not given', () => {
  expect(completeOptions({ name: 'v1', windowMs: undefined }).windowMs).toBe(10_000);
});

test('all faults come at once, each with its place', () => {
  const options = {
    name: '',
    failureThreshold: 0,
    failureRatio: 1.5,
    minimumCalls: 2.5,
    windowMs: 9,
    recoveryTimeoutMs: Number.POSITIVE_INFINITY,
    timeoutMs: -1,
  };
  const pointers = faultsOf(options).map(({ pointer }) => pointer);
  expect(pointers).toEqual(Object.keys(options).map((name) => `/${name}`));
  expect(() => createCircuitBreaker(options)).toThrow(
    '/failureThreshold: expected an integer from 1 to 9007199254740991, got 0; /failureRatio:',
  );
});

test.each([
  { timeoutMs: 1000, recoveryTimeoutMs: 1000 },
  { timeoutMs: 2000, recoveryTimeoutMs: 1000 },
  { timeoutMs: Number.NaN },
])('a deadline that does not end before recovery is refused: %o', (options) => {
  const pointers = faultsOf({ name: 'v1', ...options }).map(({ pointer }) => pointer);
  expect(pointers).toEqual(['/timeoutMs']);
});

test('texts in place of numbers are refused', () => {
  // @ts-expect-error -- what plain JavaScript may pass
  const faults = faultsOf({ name: 7, failureThreshold: '5', failureRatio: '0.5' });
  expect(faults).toEqual([
    { pointer: '/name', message: 'expected a text that is not empty, got 7' },
    {
      pointer: '/failureThreshold',
      message: 'expected an integer from 1 to 9007199254740991, got a value of type string',
    },
    {
      pointer: '/failureRatio',
      message: 'expected a number from 0 to 1, got a value of type string',
    },
  ]);
});
