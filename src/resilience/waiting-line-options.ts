import { checkOptions, type OptionCheck } from '../core/index.ts';

/** How much may wait, and for how long. */
export interface WaitingLineOptions {
  /** How much may wait, in units of cost: above 0, finite. */
  readonly capacity: number;
  /** An item may wait less than this while the line stands: above 0, at most `intervalMs`, in milliseconds. @default 5 */
  readonly targetMs?: number | undefined;
  /** An item may wait less than this otherwise, and after so long without being empty the line stands: above 0, finite, in milliseconds. @default 100 */
  readonly intervalMs?: number | undefined;
}

/** The options with every default filled in. */
export type WaitingLineSettings = {
  readonly [Name in keyof WaitingLineOptions]-?: NonNullable<WaitingLineOptions[Name]>;
};

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeOptions({
  capacity,
  targetMs = 5,
  intervalMs = 100,
}: WaitingLineOptions): WaitingLineSettings {
  checkOptions('waiting line', [
    {
      option: 'capacity',
      value: capacity,
      holds: Number.isFinite(capacity) && capacity > 0,
      expected: 'a finite number above 0',
    },
    ...checksOfWaits(targetMs, intervalMs),
  ]);
  return { capacity, targetMs, intervalMs };
}

/** What must hold of the two times of a line, for all that have one. */
export function checksOfWaits(targetMs: number, intervalMs: number): OptionCheck[] {
  return [
    {
      option: 'targetMs',
      value: targetMs,
      holds: Number.isFinite(targetMs) && targetMs > 0 && !(targetMs > intervalMs),
      expected: `more than 0 and at most intervalMs, ${intervalMs}`,
    },
    {
      option: 'intervalMs',
      value: intervalMs,
      holds: Number.isFinite(intervalMs) && intervalMs > 0,
      expected: 'a finite number above 0',
    },
  ];
}
