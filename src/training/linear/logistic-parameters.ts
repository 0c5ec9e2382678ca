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

/** The parameters of a logistic regression, in scikit-learn's names and meaning. */
export interface LogisticParameters {
  /** `null` for none. @default 'l2', or what `l1_ratio` says: 0 is 'l2', 1 is 'l1', between them 'elasticnet' */
  readonly penalty?: PenaltyName | undefined;
  /** Inverse of the penalty's strength, above 0; Infinity for no penalty. @default 1 */
  readonly C?: number | undefined;
  /** Share of the absolute part of an elastic net, 0..1. @default what `penalty` says */
  readonly l1_ratio?: number | undefined;
  /** Whether there is an intercept; it is never penalised. @default true */
  readonly fit_intercept?: boolean | undefined;
  /** Largest derivative of the mean loss, columns at unit scale, that counts as none. @default 1e-10 */
  readonly tol?: number | undefined;
  /** Most iterations. @default 100; 10,000 where there are too many columns for second derivatives */
  readonly max_iter?: number | undefined;
  /**
   * A factor of the weights of each class: `balanced` for one that gives all classes the same sum, or one per label (1
   * for those that are not named). @default null
   */
  readonly class_weight?: 'balanced' | Readonly<Record<string, number>> | null | undefined;
}

/** Parameters with nothing left open. */
export interface CompleteLogisticParameters {
  readonly net: ElasticNet;
  readonly hasIntercept: boolean;
  readonly tolerance: number;
  readonly maxIterations: number | null;
  readonly classWeight: 'balanced' | Readonly<Record<string, number>> | null;
}

const rules: Readonly<Record<keyof LogisticParameters, ParameterRule>> = {
  penalty: {
    expected: `one of ${penaltyNames.map(String).join(', ')}`,
    accepts: (value) => penaltyNames.some((name) => name === value),
  },
  C: {
    expected: 'a number above 0',
    accepts: (value) => typeof value === 'number' && value > 0,
  },
  l1_ratio: isShare,
  fit_intercept: isFlag,
  tol: isPositive,
  max_iter: isCount,
  class_weight: {
    expected: "'balanced', null, or a finite number above 0 for each label",
    accepts: (value) =>
      value === 'balanced' ||
      value === null ||
      (typeof value === 'object' &&
        !Array.isArray(value) &&
        Object.values(value).every((weight) => isPositive.accepts(weight))),
  },
};

/**
 * Checks parameters and fills in what was left out.
 * @throws SpillwayError `INVALID_CONFIG` with all faults.
 */
export function readLogisticParameters(given: LogisticParameters): CompleteLogisticParameters {
  checkParameters('trainLogistic', { ...given }, rules, () => findContradictions(given));
  const { C = 1, l1_ratio: share, penalty } = given;
  const isFree = penalty === null || C === Number.POSITIVE_INFINITY;
  const ratio = share ?? (penalty === 'l1' ? 1 : 0);
  return {
    net: { strength: isFree ? 0 : 1 / C, ratio },
    hasIntercept: given.fit_intercept ?? true,
    tolerance: given.tol ?? 1e-10,
    maxIterations: given.max_iter ?? null,
    classWeight: given.class_weight ?? null,
  };
}

/** What would do nothing, or says two things at once. */
function findContradictions({ C, l1_ratio: share, penalty }: LogisticParameters): readonly Fault[] {
  const faults: Fault[] = [];
  const isFree = penalty === null || C === Number.POSITIVE_INFINITY;
  if (penalty === null && C !== undefined && C !== Number.POSITIVE_INFINITY)
    faults.push({ pointer: '/parameters/C', message: 'does nothing when penalty is null' });
  if (isFree && share !== undefined)
    faults.push({ pointer: '/parameters/l1_ratio', message: 'does nothing without a penalty' });
  if (!isFree && penalty === 'elasticnet' && share === undefined)
    faults.push({ pointer: '/parameters/l1_ratio', message: 'is needed for an elasticnet' });
  const expected = { l1: 1, l2: 0 };
  if (
    !isFree &&
    (penalty === 'l1' || penalty === 'l2') &&
    (share ?? expected[penalty]) !== expected[penalty]
  )
    faults.push({ pointer: '/parameters/l1_ratio', message: `contradicts the penalty ${penalty}` });
  return faults;
}
