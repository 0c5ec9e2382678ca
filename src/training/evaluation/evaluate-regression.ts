// What: metrics, intervals and tables of predicted values.
// Source: scikit-learn 1.9 for the values; Efron (1993) for the intervals; see the files imported.
// Complexity: O(n log n) for the ranking, then O(n) per draw of the bootstrap.
// Invariant: the same rows and seed give the same result; a row of weight 2 counts as two in every value.
import { createSeededRandom, SpillwayError } from '../../core/index.ts';
import { measureDraws } from './bootstrap.ts';
import { estimateFromDraws } from './estimate-from-draws.ts';
import { readEvaluationSettings } from './evaluation-settings.ts';
import { freezeDeep } from './freeze-deep.ts';
import { measureRegression, regressionMeasures } from './measure-regression.ts';
import type { Metric } from './metric.ts';
import { rankRows, takeInOrder } from './rank-rows.ts';
import { finiteRule, readNumbers } from './read-numbers.ts';
import type {
  RegressionEvaluation,
  RegressionEvaluationOptions,
  RegressionMetrics,
} from './regression-evaluation.ts';
import { countResiduals, tabulateBands } from './regression-tables.ts';
import { summariseSpread } from './summarise-spread.ts';
import { checkLength, readWeightedRows } from './weighted-rows.ts';

/**
 * Measures how near predicted values come to the true ones.
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be evaluated, `INVALID_CONFIG` with every fault of the options.
 */
export function evaluateRegression(options: RegressionEvaluationOptions): RegressionEvaluation {
  const { bootstrap } = readEvaluationSettings('evaluateRegression', options);
  checkLength('predictions', options.predictions, options.targets.length);
  const { places, weights } = readWeightedRows(options.targets.length, options.weights);
  const targets = readNumbers(options.targets, places, finiteRule('target'));
  const predictions = readNumbers(options.predictions, places, finiteRule('prediction'));
  const residuals = targets.map((target, k) => target - predictions[k]!);
  if (residuals.some((residual) => residual * residual === Number.POSITIVE_INFINITY)) {
    throw new SpillwayError('INVALID_DATA', 'a residual is too large to be squared');
  }
  const metrics = estimateMetrics(targets, residuals, weights, bootstrap);
  const warnings: string[] = [];
  if (targets.length < fewRows) {
    warnings.push(`only ${targets.length} rows: the figures are rough`);
  }
  if (metrics.r2.value === null) warnings.push('all targets are the same: r2 is not defined');
  return freezeDeep({
    task: 'regression',
    rows: targets.length,
    metrics,
    target: summariseSpread(targets, weights),
    residuals: summariseSpread(residuals, weights),
    bands: tabulateBands(targets, predictions, weights),
    histogram: countResiduals(residuals),
    bootstrap,
    warnings,
  } satisfies RegressionEvaluation);
}

/** Fewer rows than this make every figure rough. */
const fewRows = 30;

/** Why a metric is not defined, when it is not. */
const reasons: Readonly<Record<keyof RegressionMetrics, string>> = {
  rmse: 'there are no rows',
  mae: 'there are no rows',
  medianAbsoluteError: 'there are no rows',
  mape: 'a target is 0',
  r2: 'the targets are all the same',
  explainedVariance: 'the targets are all the same',
};

function estimateMetrics(
  targets: Float64Array,
  residuals: Float64Array,
  weights: Float64Array,
  { draws, seed }: RegressionEvaluation['bootstrap'],
): RegressionMetrics {
  const order = rankRows(residuals.map(Math.abs)).order.toReversed();
  const ranked = {
    targets: takeInOrder(targets, order),
    residuals: takeInOrder(residuals, order),
  };
  const rankedWeights = takeInOrder(weights, order);
  const values = new Float64Array(regressionMeasures.length);
  measureRegression(ranked, rankedWeights, values);
  const drawn = measureDraws({
    strata: [Uint32Array.from(order, (_, place) => place)],
    weights: rankedWeights,
    draws,
    random: createSeededRandom(seed),
    measures: regressionMeasures.length,
    measure: (those, measures) => measureRegression(ranked, those, measures),
  });
  const estimate = (name: keyof RegressionMetrics): Metric => {
    const place = regressionMeasures.indexOf(name);
    return estimateFromDraws({
      value: values[place]!,
      draws: drawn[place]!,
      reason: reasons[name],
    });
  };
  return {
    rmse: estimate('rmse'),
    mae: estimate('mae'),
    medianAbsoluteError: estimate('medianAbsoluteError'),
    mape: estimate('mape'),
    r2: estimate('r2'),
    explainedVariance: estimate('explainedVariance'),
  };
}
