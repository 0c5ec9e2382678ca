import {
  type Clock,
  checkOptions,
  type OptionCheck,
  type Random,
  systemClock,
  systemRandom,
} from '../core/index.ts';

/** When a circuit breaker opens, for how long, and what it is called. */
export interface CircuitBreakerOptions {
  /** What events and errors call it; for a model, its version. Not empty. */
  readonly name: string;
  /** Failures in a row that open it: an integer from 1. @default 5 */
  readonly failureThreshold?: number | undefined;
  /** Opens when more than this part of the calls in the window failed: 0 to 1, where 1 turns the rule off. @default 0.5 */
  readonly failureRatio?: number | undefined;
  /** A call that takes longer is slow, whether it answers or fails: above 0, at most 2147483647 milliseconds. @default no call is slow */
  readonly slowCallMs?: number | undefined;
  /** Opens when more than this part of the calls in the window was slow: 0 to 1, where 1 turns the rule off; only with `slowCallMs`. @default 0.5 */
  readonly slowCallRatio?: number | undefined;
  /** Calls in the window before the ratios count: an integer from 1. @default 20 */
  readonly minimumCalls?: number | undefined;
  /** How far back the ratios look, in tenths: an integer from 10 to 2147483647 milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
  /** From opening until calls may try again: an integer from 1 to 2147483647 milliseconds. @default 30000 */
  readonly recoveryTimeoutMs?: number | undefined;
  /** Each try that fails doubles the time until the next, up to this: an integer from `recoveryTimeoutMs` to 2147483647 milliseconds. @default 10 times `recoveryTimeoutMs` */
  readonly maximumRecoveryTimeoutMs?: number | undefined;
  /** A grown time is shortened by a random part of up to this, never below `recoveryTimeoutMs`, so that replicas do not try together: 0 to 1. @default 0.2 */
  readonly recoveryJitter?: number | undefined;
  /** Calls that a half-open breaker lets through, all of which must succeed to close it: an integer from 1. @default 1 */
  readonly probes?: number | undefined;
  /** Counts, and tells by `breaker-would-open` when it would open, but never refuses a call. @default false */
  readonly dryRun?: boolean | undefined;
  /** Longest wait of a `run` that sets none: above 0, below `recoveryTimeoutMs`. @default 10000, at most half of `recoveryTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Asked before a ratio, of failures or of slow calls, opens it; when it answers `false` the breaker stays closed and tells `breaker-kept-closed`. What it throws is told to `onListenerError`, and the breaker opens. @default always */
  readonly mayOpen?: (() => boolean) | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Shortens the grown times. @default the platform's generator */
  readonly random?: Random | undefined;
  /** Told what a listener threw. @default nobody is told */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** The options with every default filled in; `slowCallMs` is infinite when no call is slow. */
export type CircuitBreakerSettings = {
  readonly [Name in keyof CircuitBreakerOptions]-?: NonNullable<CircuitBreakerOptions[Name]>;
};

const longestTimeMs = 2 ** 31 - 1;
const noCallIsSlow = Number.POSITIVE_INFINITY;

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeOptions(options: CircuitBreakerOptions): CircuitBreakerSettings {
  const settings = withDefaults(options);
  checkOptions('circuit breaker', checksOf(options, settings));
  return Object.freeze(settings);
}

function withDefaults({
  name,
  failureThreshold = 5,
  failureRatio = 0.5,
  slowCallMs = noCallIsSlow,
  slowCallRatio = 0.5,
  minimumCalls = 20,
  windowMs = 10_000,
  recoveryTimeoutMs = 30_000,
  maximumRecoveryTimeoutMs = Math.min(10 * recoveryTimeoutMs, longestTimeMs),
  recoveryJitter = 0.2,
  probes = 1,
  dryRun = false,
  timeoutMs = Math.min(10_000, recoveryTimeoutMs / 2),
  mayOpen = () => true,
  clock = systemClock,
  random = systemRandom,
  onListenerError = () => undefined,
}: CircuitBreakerOptions): CircuitBreakerSettings {
  return {
    name,
    failureThreshold,
    failureRatio,
    slowCallMs,
    slowCallRatio,
    minimumCalls,
    windowMs,
    recoveryTimeoutMs,
    maximumRecoveryTimeoutMs,
    recoveryJitter,
    probes,
    dryRun,
    timeoutMs,
    mayOpen,
    clock,
    random,
    onListenerError,
  };
}

type OptionName = keyof CircuitBreakerOptions;

/** Looks at what was given; the defaults fit whatever else fits. */
function checksOf(
  options: CircuitBreakerOptions,
  { recoveryTimeoutMs, slowCallMs }: CircuitBreakerSettings,
): readonly OptionCheck[] {
  const checks: OptionCheck[] = [];
  const check = (option: OptionName, expected: string, holds: (value: unknown) => boolean) => {
    const value: unknown = options[option];
    const isDefault = value === undefined && option !== 'name';
    checks.push({ option, value, expected, holds: isDefault || holds(value) });
  };
  const checkInteger = (option: OptionName, min: number, max = Number.MAX_SAFE_INTEGER) =>
    check(
      option,
      `an integer from ${min} to ${max}`,
      (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    );
  const checkRatio = (option: OptionName) =>
    check(
      option,
      'a number from 0 to 1',
      (value) => typeof value === 'number' && value >= 0 && value <= 1,
    );
  const checkFunction = (option: OptionName) =>
    check(option, 'a function', (value) => typeof value === 'function');

  check('name', 'a text that is not empty', (name) => typeof name === 'string' && name !== '');
  checkInteger('failureThreshold', 1);
  checkRatio('failureRatio');
  check(
    'slowCallMs',
    `more than 0, at most ${longestTimeMs}`,
    (value) => typeof value === 'number' && value > 0 && value <= longestTimeMs,
  );
  checkRatio('slowCallRatio');
  check('slowCallRatio', 'slowCallMs beside it', () => slowCallMs !== noCallIsSlow);
  checkInteger('minimumCalls', 1);
  checkInteger('windowMs', 10, longestTimeMs);
  checkInteger('recoveryTimeoutMs', 1, longestTimeMs);
  checkInteger('maximumRecoveryTimeoutMs', recoveryTimeoutMs, longestTimeMs);
  checkRatio('recoveryJitter');
  checkInteger('probes', 1);
  check('dryRun', 'true or false', (value) => typeof value === 'boolean');
  check(
    'timeoutMs',
    `more than 0 and less than recoveryTimeoutMs, ${recoveryTimeoutMs}`,
    (value) => typeof value === 'number' && value > 0 && value < recoveryTimeoutMs,
  );
  checkFunction('mayOpen');
  checkFunction('random');
  checkFunction('onListenerError');
  return checks;
}
