import { type Clock, checkOptions, systemClock } from '../core/index.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { checksOfWaits } from './waiting-line-options.ts';

/** What a bulkhead holds, and how long its line may be. */
export interface BulkheadOptions {
  /** What errors call it; for a model, its version. Not empty. @default 'bulkhead' */
  readonly name?: string | undefined;
  /** How many calls may be under way at once: `createFixedLimit` or `createGradientLimit`. */
  readonly limit: ConcurrencyLimit;
  /** How many calls may wait: an integer from 0, where 0 refuses at once. `critical` may fill 90 % of it, `sheddable-plus` 70 %, `sheddable` 50 %, rounded up. @default 100 */
  readonly queue?: number | undefined;
  /** A call may wait less than this while the line stands: above 0, at most `intervalMs`, in milliseconds. @default 5 */
  readonly targetMs?: number | undefined;
  /** A call may wait less than this otherwise, and after so long without being empty the line stands: above 0, finite, in milliseconds. @default 100 */
  readonly intervalMs?: number | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** The options with every default filled in. */
export type BulkheadSettings = {
  readonly [Name in keyof BulkheadOptions]-?: NonNullable<BulkheadOptions[Name]>;
};

/**
 * Fills in the defaults and checks the ranges.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeOptions({
  name = 'bulkhead',
  limit,
  queue = 100,
  targetMs = 5,
  intervalMs = 100,
  clock = systemClock,
}: BulkheadOptions): BulkheadSettings {
  checkOptions('bulkhead', [
    {
      option: 'name',
      value: name,
      holds: typeof name === 'string' && name !== '',
      expected: 'a text that is not empty',
    },
    {
      option: 'limit',
      value: limit,
      // plain JavaScript may well pass the number itself
      holds: isLimit(limit),
      expected: 'a limit, as createFixedLimit makes',
    },
    {
      option: 'queue',
      value: queue,
      holds: Number.isSafeInteger(queue) && queue >= 0,
      expected: 'an integer from 0',
    },
    ...checksOfWaits(targetMs, intervalMs),
  ]);
  return { name, limit, queue, targetMs, intervalMs, clock };
}

function isLimit(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sample' in value && 'limit' in value;
}
