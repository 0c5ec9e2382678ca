import type { BoostingObjective } from '../objectives/boosting-objective.ts';
import { areaUnderPrecisionRecall, areaUnderRoc } from './area-metrics.ts';
import {
  classMetrics,
  createErrorMetric,
  createQuantileMetric,
  createTweedieMetric,
  type Measure,
  rowMetrics,
} from './row-metrics.ts';

/** A number that is watched while a booster is trained, as XGBoost computes it. */
export interface BoostingMetric {
  readonly name: string;
  /** Whether greater is better. */
  readonly isMaximized: boolean;
  readonly measure: Measure;
}

/** Makes the metric of that name, or `null` when there is none for the objective. */
export function createMetric(
  name: string,
  objective: BoostingObjective,
  quantiles: readonly number[],
): BoostingMetric | null {
  const measure = measureOf(name, objective, quantiles);
  return measure === null
    ? null
    : { name, measure, isMaximized: name === 'auc' || name === 'aucpr' };
}

/** The names of the metrics of an objective, for messages. */
export function metricNames(objective: BoostingObjective): readonly string[] {
  if (objective.classes > 0) return [...Object.keys(classMetrics), 'auc', 'aucpr'];
  if (objective.name === 'reg:quantileerror') return ['quantile'];
  const areas = isProbability(objective) ? ['auc', 'aucpr', 'error', 'error@0.5'] : [];
  return [...Object.keys(rowMetrics), ...areas, 'tweedie-nloglik@1.5'];
}

function measureOf(
  name: string,
  objective: BoostingObjective,
  quantiles: readonly number[],
): Measure | null {
  if (objective.name === 'reg:quantileerror') {
    return name === 'quantile' ? createQuantileMetric(quantiles) : null;
  }
  if (name === 'auc' || name === 'aucpr') {
    if (objective.classes === 0 && !isProbability(objective)) return null;
    return name === 'auc' ? areaUnderRoc : areaUnderPrecisionRecall;
  }
  if (objective.classes > 0) return Object.hasOwn(classMetrics, name) ? classMetrics[name]! : null;
  if (Object.hasOwn(rowMetrics, name)) return rowMetrics[name]!;
  const [kind, text, ...rest] = name.split('@');
  const parameter = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (kind === 'error' && isProbability(objective) && rest.length === 0) {
    if (text === undefined) return createErrorMetric(0.5);
    return Number.isFinite(parameter) ? createErrorMetric(parameter) : null;
  }
  if (kind === 'tweedie-nloglik' && rest.length === 0) {
    return parameter >= 1 && parameter < 2 ? createTweedieMetric(parameter) : null;
  }
  return null;
}

function isProbability({ name }: BoostingObjective): boolean {
  return name === 'binary:logistic' || name === 'reg:logistic';
}
