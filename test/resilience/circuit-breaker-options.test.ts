import { expect, test } from 'vitest';
import { type Fault, SpillwayError, systemClock, systemRandom } from '../../src/core/index.ts';
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
  const { onListenerError, mayOpen, ...settings } = completeOptions({ name: 'v1' });
  expect(onListenerError(new Error('unseen'))).toBeUndefined();
  expect(mayOpen()).toBe(true);
  expect(settings).toEqual({
    name: 'v1',
    failureThreshold: 5,
    failureRatio: 0.5,
    slowCallMs: Number.POSITIVE_INFINITY,
    slowCallRatio: 0.5,
    minimumCalls: 20,
    windowMs: 10_000,
    recoveryTimeoutMs: 30_000,
    maximumRecoveryTimeoutMs: 300_000,
    recoveryJitter: 0.2,
    probes: 1,
    dryRun: false,
    timeoutMs: 10_000,
    clock: systemClock,
    random: systemRandom,
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
    slowCallMs: 0,
    slowCallRatio: -0.1,
    minimumCalls: 2.5,
    windowMs: 9,
    recoveryTimeoutMs: Number.POSITIVE_INFINITY,
    maximumRecoveryTimeoutMs: 0,
    recoveryJitter: Number.NaN,
    probes: 0,
    dryRun: 'yes',
    timeoutMs: -1,
    mayOpen: true,
    random: 0.5,
    onListenerError: null,
  };
  // @ts-expect-error -- what plain JavaScript may pass
  const pointers = faultsOf(options).map(({ pointer }) => pointer);
  expect(pointers).toEqual(Object.keys(options).map((name) => `/${name}`));
  // @ts-expect-error -- as above
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

test.each([
  { name: 'v1', slowCallRatio: 0.2 },
  { name: 'v1', slowCallMs: 2 ** 31 },
  { name: 'v1', slowCallMs: Number.POSITIVE_INFINITY },
  { name: 'v1', failureRatio: -1 },
  { name: 'v1', failureThreshold: 2 ** 53 },
  { name: 'v1', windowMs: 2 ** 31 },
  { name: 'v1', recoveryTimeoutMs: 0 },
  { name: 'v1', maximumRecoveryTimeoutMs: 29_999 },
  { name: 'v1', maximumRecoveryTimeoutMs: 30_000.5 },
  { name: 'v1', recoveryJitter: 1.01 },
  { name: 'v1', probes: 1.5 },
])('%o is refused, and nothing else is', ({ name, ...option }) => {
  const pointers = faultsOf({ name, ...option }).map(({ pointer }) => pointer);
  expect(pointers).toEqual([`/${Object.keys(option)[0]}`]);
});

test('the ends of the ranges are accepted', () => {
  const longestMs = 2 ** 31 - 1;
  const smallest = {
    failureThreshold: 1,
    failureRatio: 0,
    slowCallMs: Number.MIN_VALUE,
    slowCallRatio: 0,
    minimumCalls: 1,
    windowMs: 10,
    recoveryTimeoutMs: 1,
    maximumRecoveryTimeoutMs: 1,
    recoveryJitter: 0,
    probes: 1,
    timeoutMs: Number.MIN_VALUE,
  };
  const largest = {
    failureThreshold: Number.MAX_SAFE_INTEGER,
    failureRatio: 1,
    slowCallMs: longestMs,
    slowCallRatio: 1,
    minimumCalls: Number.MAX_SAFE_INTEGER,
    windowMs: longestMs,
    recoveryTimeoutMs: longestMs,
    maximumRecoveryTimeoutMs: longestMs,
    recoveryJitter: 1,
    probes: Number.MAX_SAFE_INTEGER,
    timeoutMs: longestMs - 0.5,
  };
  expect(completeOptions({ name: 'v1', ...smallest })).toMatchObject(smallest);
  expect(completeOptions({ name: 'v1', ...largest })).toMatchObject(largest);
});

test('the defaults follow the recovery time, and fit where they cannot', () => {
  const defaultsFor = (recoveryTimeoutMs: number) => {
    const settings = completeOptions({ name: 'v1', recoveryTimeoutMs });
    return [settings.timeoutMs, settings.maximumRecoveryTimeoutMs];
  };
  expect(defaultsFor(100)).toEqual([50, 1000]);
  expect(defaultsFor(20_000)).toEqual([10_000, 200_000]);
  expect(defaultsFor(2 ** 31 - 1)).toEqual([10_000, 2 ** 31 - 1]);
});

test('settings cannot be changed', () => {
  expect(Object.isFrozen(completeOptions({ name: 'v1' }))).toBe(true);
});

test('every option says what it expects', () => {
  const options = {
    name: '',
    slowCallMs: '5',
    slowCallRatio: 2,
    windowMs: 1,
    recoveryJitter: 'none',
    dryRun: 1,
    timeoutMs: 0,
    mayOpen: 'yes',
    random: null,
    onListenerError: {},
  };
  // @ts-expect-error -- what plain JavaScript may pass
  const faults = faultsOf(options).map(({ pointer, message }) => `${pointer} ${message}`);
  expect(faults).toEqual([
    '/name expected a text that is not empty, got a value of type string',
    '/slowCallMs expected more than 0, at most 2147483647, got a value of type string',
    '/slowCallRatio expected a number from 0 to 1, got 2',
    '/windowMs expected an integer from 10 to 2147483647, got 1',
    '/recoveryJitter expected a number from 0 to 1, got a value of type string',
    '/dryRun expected true or false, got 1',
    '/timeoutMs expected more than 0 and less than recoveryTimeoutMs, 30000, got 0',
    '/mayOpen expected a function, got a value of type string',
    '/random expected a function, got a value of type object',
    '/onListenerError expected a function, got a value of type object',
  ]);
});

test('a missing name and a time that is a text are faults', () => {
  // @ts-expect-error -- what plain JavaScript may pass
  expect(faultsOf({ timeoutMs: '5' })).toEqual([
    {
      pointer: '/name',
      message: 'expected a text that is not empty, got a value of type undefined',
    },
    {
      pointer: '/timeoutMs',
      message:
        'expected more than 0 and less than recoveryTimeoutMs, 30000, got a value of type string',
    },
  ]);
});

test('options that depend on another say on which', () => {
  const options = {
    name: 'v1',
    slowCallRatio: 0.2,
    timeoutMs: 30_000,
    maximumRecoveryTimeoutMs: 1,
  };
  expect(faultsOf(options)).toEqual([
    { pointer: '/slowCallRatio', message: 'expected slowCallMs beside it, got 0.2' },
    {
      pointer: '/maximumRecoveryTimeoutMs',
      message: 'expected an integer from 30000 to 2147483647, got 1',
    },
    {
      pointer: '/timeoutMs',
      message: 'expected more than 0 and less than recoveryTimeoutMs, 30000, got 30000',
    },
  ]);
});
