import { faultsInWords, SpillwayError } from '../../core/index.ts';
import { describeBadNumber } from './check-training-rows.ts';
import { type CountedRows, measureColumn } from './design.ts';

/** The target of a regression at unit scale about its mean. */
export interface Targets {
  /** One per counted row. */
  readonly values: Float64Array;
  /** 0 without an intercept. */
  readonly mean: number;
  readonly scale: number;
  /** Whether there is anything to explain: without an intercept, whether it is not all 0. */
  readonly isVarying: boolean;
}

/**
 * The targets of these rows.
 * @throws SpillwayError `INVALID_DATA` for targets that are missing or not finite.
 */
export function readTargets(
  labels: ArrayLike<unknown>,
  { rows, shares }: CountedRows,
  isCentred: boolean,
): Targets {
  const numbers = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const label = labels[rows[i]!];
    numbers[i] = typeof label === 'number' ? label : Number.NaN;
  }
  const fault = describeBadNumber(numbers);
  if (fault !== null) {
    const faults = [{ pointer: '/labels', message: fault }];
    throw new SpillwayError(
      'INVALID_DATA',
      `the target of a linear regression: ${faultsInWords(faults)}`,
      { faults },
    );
  }
  const { mean, scale } = measureColumn(numbers, shares, isCentred);
  const unit = scale === 0 ? 1 : scale;
  const values = numbers.map((value) => (scale === 0 ? 0 : (value - mean) / unit));
  return { values, mean, scale: unit, isVarying: scale > 0 };
}
