import { type Clock, checkOptions, systemClock } from '../core/index.ts';

/** The long average is a plain mean of this many windows first. */
export const warmUpWindows = 10;

/** How a gradient limit moves. The defaults of the formula are Netflix's. */
export interface GradientLimitOptions {
  /** Where it starts: from `min` to `max`. @default 20, kept between `min` and `max` */
  readonly initial?: number | undefined;
  /** The least: an integer from 1. For a pool of workers their number. @default 1 */
  readonly min?: number | undefined;
  /** The most: an integer from `min`. @default 200 */
  readonly max?: number | undefined;
  /** Calls that may queue at the other side, which is by how much a good window may lift the limit before smoothing: above 0, finite. @default 4 */
  readonly queueSize?: number | undefined;
  /** By what factor a window may be slower than the long average before the limit shrinks: from 1, finite. @default 1.5 */
  readonly tolerance?: number | undefined;
  /** How much of the way to its new value the limit goes in one window: above 0, at most 1. @default 0.2 */
  readonly smoothing?: number | undefined;
  /** Windows that the long average looks back: an integer from 10. @default 600 */
  readonly longWindow?: number | undefined;
  /** Samples that a window has at least: an integer from 1. @default 10 */
  readonly windowSamples?: number | undefined;
  /** How long a window is at least: from 0, finite, in milliseconds. @default 100 */
  readonly windowMs?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The options with every default filled in. */
export type GradientLimitSettings = {
  readonly [Name in keyof GradientLimitOptions]-?: NonNullable<GradientLimitOptions[Name]>;
};

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeOptions({
  min = 1,
  max = 200,
  initial = Math.max(min, Math.min(max, 20)),
  queueSize = 4,
  tolerance = 1.5,
  smoothing = 0.2,
  longWindow = 600,
  windowSamples = 10,
  windowMs = 100,
  clock = systemClock,
}: GradientLimitOptions): GradientLimitSettings {
  const finite = Number.isFinite;
  checkOptions('gradient limit', [
    {
      option: 'initial',
      value: initial,
      holds: finite(initial) && initial >= 1 && !(initial < min) && !(initial > max),
      expected: `a number from min, ${min}, to max, ${max}`,
    },
    { option: 'min', value: min, holds: isCount(min, 1), expected: 'an integer from 1' },
    {
      option: 'max',
      value: max,
      holds: isCount(max, 1) && !(max < min),
      expected: `an integer from min, ${min}`,
    },
    {
      option: 'queueSize',
      value: queueSize,
      holds: finite(queueSize) && queueSize > 0,
      expected: 'a finite number above 0',
    },
    {
      option: 'tolerance',
      value: tolerance,
      holds: finite(tolerance) && tolerance >= 1,
      expected: 'a finite number from 1',
    },
    {
      option: 'smoothing',
      value: smoothing,
      holds: finite(smoothing) && smoothing > 0 && smoothing <= 1,
      expected: 'more than 0 and at most 1',
    },
    {
      option: 'longWindow',
      value: longWindow,
      holds: isCount(longWindow, warmUpWindows),
      expected: `an integer from ${warmUpWindows}`,
    },
    {
      option: 'windowSamples',
      value: windowSamples,
      holds: isCount(windowSamples, 1),
      expected: 'an integer from 1',
    },
    {
      option: 'windowMs',
      value: windowMs,
      holds: finite(windowMs) && windowMs >= 0,
      expected: 'a finite number from 0',
    },
  ]);
  return {
    initial,
    min,
    max,
    queueSize,
    tolerance,
    smoothing,
    longWindow,
    windowSamples,
    windowMs,
    clock,
  };
}

function isCount(value: number, from: number): boolean {
  return Number.isInteger(value) && value >= from;
}
