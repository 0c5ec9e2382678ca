import {
  type Clock,
  type Fault,
  faultsInWords,
  SpillwayError,
  systemClock,
} from '../core/index.ts';

/** When a circuit breaker opens, for how long, and what it is called. */
export interface CircuitBreakerOptions {
  /** What events and errors call it; for a model, its version. Not empty. */
  readonly name: string;
  /** Failures in a row that open it: an integer from 1. @default 5 */
  readonly failureThreshold?: number | undefined;
  /** Opens when more than this part of the calls in the window failed: 0 to 1, where 1 turns the rule off. @default 0.5 */
  readonly failureRatio?: number | undefined;
  /** Calls in the window before the ratio counts: an integer from 1. @default 20 */
  readonly minimumCalls?: number | undefined;
  /** How far back the ratio looks, in tenths: an integer from 10 to 2147483647 milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
  /** From opening until one call may try again: an integer from 1 to 2147483647 milliseconds. @default 30000 */
  readonly recoveryTimeoutMs?: number | undefined;
  /** Longest wait of a `run` that sets none: above 0, below `recoveryTimeoutMs`. @default 10000, at most half of `recoveryTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Told what a listener threw. @default nobody is told */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** The options with every default filled in. */
export type CircuitBreakerSettings = {
  readonly [Name in keyof CircuitBreakerOptions]-?: NonNullable<CircuitBreakerOptions[Name]>;
};

const longestTimerMs = 2 ** 31 - 1;

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeOptions({
  name,
  failureThreshold = 5,
  failureRatio = 0.5,
  minimumCalls = 20,
  windowMs = 10_000,
  recoveryTimeoutMs = 30_000,
  timeoutMs = Math.min(10_000, recoveryTimeoutMs / 2),
  clock = systemClock,
  onListenerError = () => undefined,
}: CircuitBreakerOptions): CircuitBreakerSettings {
  const faults: Fault[] = [];
  const check = (option: string, value: unknown, holds: boolean, expected: string) => {
    const came = typeof value === 'number' ? value : `a value of type ${typeof value}`;
    if (!holds)
      faults.push({ pointer: `/${option}`, message: `expected ${expected}, got ${came}` });
  };
  const checkInteger = (option: string, value: number, min: number, max: number) =>
    check(
      option,
      value,
      Number.isInteger(value) && value >= min && value <= max,
      `an integer from ${min} to ${max}`,
    );

  check('name', name, isText(name), 'a text that is not empty');
  checkInteger('failureThreshold', failureThreshold, 1, Number.MAX_SAFE_INTEGER);
  check(
    'failureRatio',
    failureRatio,
    Number.isFinite(failureRatio) && failureRatio >= 0 && failureRatio <= 1,
    'a number from 0 to 1',
  );
  checkInteger('minimumCalls', minimumCalls, 1, Number.MAX_SAFE_INTEGER);
  checkInteger('windowMs', windowMs, 10, longestTimerMs);
  checkInteger('recoveryTimeoutMs', recoveryTimeoutMs, 1, longestTimerMs);
  check(
    'timeoutMs',
    timeoutMs,
    Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs < recoveryTimeoutMs,
    `more than 0 and less than recoveryTimeoutMs, ${recoveryTimeoutMs}`,
  );
  if (faults.length > 0) {
    const sentence = faultsInWords(faults);
    throw new SpillwayError('INVALID_CONFIG', `circuit breaker: ${sentence}`, { faults });
  }
  return Object.freeze({
    name,
    failureThreshold,
    failureRatio,
    minimumCalls,
    windowMs,
    recoveryTimeoutMs,
    timeoutMs,
    clock,
    onListenerError,
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
