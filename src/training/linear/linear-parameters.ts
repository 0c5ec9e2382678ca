import type { Fault } from '../../core/index.ts';
import {
  checkParameters,
  isCount,
  isFlag,
  isPositive,
  isShare,
  type ParameterRule,
} from '../parameter-rules.ts';
import { type ElasticNet, type PenaltyName, penaltyNames } from './elastic-net.ts';

/** The parameters of a linear regression, in scikit-learn's names and meaning. */
export interface LinearParameters {
  /**
   * `null`: least squares (`LinearRegression`); `l2`: `alpha` is that of `Ridge`, beside the sum of the squares; `l1` and
   * `elasticnet`: `alpha` is that of `Lasso` and `ElasticNet`, beside half their mean.
   * @default 'elasticnet' when there is an `l1_ratio`, else 'l2' when there is an `alpha`, else null
   */
  readonly penalty?: PenaltyName | undefined;
  /** Strength of the penalty, 0 or more. @default 1 */
  readonly alpha?: number | undefined;
  /** Share of the absolute part of an elastic net, 0..1. @default 0.5 */
  readonly l1_ratio?: number | undefined;
  /** Whether there is an intercept; it is never penalised. @default true */
  readonly fit_intercept?: boolean | undefined;
  /** Largest derivative of half the mean square, columns and target at unit scale, that counts as none. @default 1e-10 */
  readonly tol?: number | undefined;
  /** Most iterations. @default 100; 10,000 where there are too many columns for second derivatives */
  readonly max_iter?: number | undefined;
}

/** Parameters with nothing left open. */
export interface CompleteLinearParameters {
  readonly penalty: PenaltyName;
  /** Of a sum of half the squares that has so many times the weight of the rows: 1 for ridge, 1 / all of it else. */
  readonly alpha: number;
  readonly ratio: number;
  readonly hasIntercept: boolean;
  readonly tolerance: number;
  readonly maxIterations: number | null;
}

const rules: Readonly<Record<keyof LinearParameters, ParameterRule>> = {
  penalty: {
    expected: `one of ${penaltyNames.join(', ')}`,
    accepts: (value) => penaltyNames.some((name) => name === value),
  },
  alpha: {
    expected: 'a finite number, 0 or more',
    accepts: (value) => Number.isFinite(value) && Number(value) >= 0,
  },
  l1_ratio: isShare,
  fit_intercept: isFlag,
  tol: isPositive,
  max_iter: isCount,
};

/**
 * Checks parameters and fills in what was left out.
 * @throws SpillwayError `INVALID_CONFIG` with all faults.
 */
export function readLinearParameters(given: LinearParameters): CompleteLinearParameters {
  const penalty = choosePenalty(given);
  checkParameters('trainLinear', { ...given }, rules, () => findContradictions(given, penalty));
  const alpha = given.alpha ?? 1;
  return {
    penalty: alpha === 0 ? null : penalty,
    alpha,
    ratio: penalty === 'l1' ? 1 : penalty === 'elasticnet' ? (given.l1_ratio ?? 0.5) : 0,
    hasIntercept: given.fit_intercept ?? true,
    tolerance: given.tol ?? 1e-10,
    maxIterations: given.max_iter ?? null,
  };
}

/** On the scale of the sum of half the squares, for rows of so much weight. */
export function toElasticNet(
  { alpha, penalty, ratio }: CompleteLinearParameters,
  totalWeight: number,
): ElasticNet {
  if (penalty === null) return { strength: 0, ratio: 0 };
  return { strength: penalty === 'l2' ? alpha : alpha * totalWeight, ratio };
}

function choosePenalty({ alpha, l1_ratio: share, penalty }: LinearParameters): PenaltyName {
  if (penalty !== undefined) return penalty;
  if (share !== undefined) return 'elasticnet';
  return alpha === undefined ? null : 'l2';
}

/** What would do nothing, or says two things at once. */
function findContradictions(
  { alpha, l1_ratio: share }: LinearParameters,
  penalty: PenaltyName,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (penalty === null && alpha !== undefined)
    faults.push({ pointer: '/parameters/alpha', message: 'does nothing when penalty is null' });
  if (share !== undefined && penalty !== 'elasticnet')
    faults.push({ pointer: '/parameters/l1_ratio', message: 'is only of an elasticnet' });
  return faults;
}
