import { checkOptions } from '../../core/index.ts';
import type { BootstrapOptions } from './metric.ts';

/** The options of an evaluation that are not rows. */
export interface EvaluationOptions {
  readonly threshold?: number | undefined;
  readonly calibrationBins?: number | undefined;
  readonly curvePoints?: number | undefined;
  readonly bootstrap?: BootstrapOptions | undefined;
}

/** The same, complete. */
export interface EvaluationSettings {
  readonly threshold: number;
  readonly calibrationBins: number;
  readonly curvePoints: number;
  readonly bootstrap: { readonly draws: number; readonly seed: number };
}

/**
 * Completes the options of an evaluation.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function readEvaluationSettings(
  owner: string,
  options: EvaluationOptions,
): EvaluationSettings {
  const { threshold = 0.5, calibrationBins = 10, curvePoints = 200 } = options;
  const { draws = 1000, seed = 0 } = options.bootstrap ?? {};
  checkOptions(owner, [
    {
      option: 'threshold',
      value: threshold,
      holds: threshold >= 0 && threshold <= 1,
      expected: 'a probability',
    },
    {
      option: 'calibrationBins',
      value: calibrationBins,
      holds: isWhole(calibrationBins, 2, 100),
      expected: 'a whole number from 2 to 100',
    },
    {
      option: 'curvePoints',
      value: curvePoints,
      holds: isWhole(curvePoints, 10, 100_000),
      expected: 'a whole number from 10 to 100000',
    },
    {
      option: 'bootstrap/draws',
      value: draws,
      holds: draws === 0 || isWhole(draws, 100, 100_000),
      expected: '0 or a whole number from 100 to 100000',
    },
    {
      option: 'bootstrap/seed',
      value: seed,
      holds: Number.isSafeInteger(seed),
      expected: 'an integer',
    },
  ]);
  return { threshold, calibrationBins, curvePoints, bootstrap: { draws, seed } };
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
