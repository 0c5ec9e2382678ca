import { type OptionCheck, SpillwayError } from '../../core/index.ts';
import type { SplitStrategy } from './split.ts';

/** Rows are counted. */
export function checkRows(rows: number): OptionCheck {
  const holds = Number.isSafeInteger(rows) && rows >= 0 && rows < 2 ** 32;
  return { option: 'rows', value: rows, holds, expected: 'a number of rows' };
}

/** A seed is an integer. */
export function checkSeed(seed: number): OptionCheck {
  return {
    option: 'seed',
    value: seed,
    holds: Number.isSafeInteger(seed),
    expected: 'an integer',
  };
}

/** A gap is a stretch of time. */
export function checkGap(strategy: SplitStrategy): OptionCheck {
  const gap = strategy.kind === 'time' ? (strategy.gap ?? 0) : 0;
  return {
    option: 'strategy/gap',
    value: gap,
    holds: gap >= 0 && gap < Number.POSITIVE_INFINITY,
    expected: 'a length of time, 0 or more',
  };
}

/**
 * Refuses parts of which one would be empty.
 * @throws SpillwayError `INVALID_DATA`.
 */
export function checkParts(have: number, parts: number, what: 'rows' | 'groups'): void {
  if (have >= parts) return;
  throw new SpillwayError('INVALID_DATA', `${parts} parts need as many ${what}, got ${have}`);
}
