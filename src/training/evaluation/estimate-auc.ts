// What: a 95 % interval of the area under the ROC.
// Source: DeLong et al. (1988) for the variance; Pepe, The Statistical Evaluation of Medical Tests (2003), section 5.2,
//   for the scale of log-odds.
// Complexity: O(n).
// Invariant: the interval lies in [0, 1] and holds the area.
import { measureDelong } from './delong.ts';
import type { Metric } from './metric.ts';
import { metricWithoutInterval, undefinedMetric } from './metric-without-interval.ts';
import { errorsOf95 } from './normal-quantile.ts';

/** From this area on, and below its counterpart, the plain interval would leave [0, 1] too easily. */
const highArea = 0.95;

/** Fewer rows of a label than this are few. */
const fewRows = 30;

/** Measures the area of ranked rows of equal weight. `labels`: 1 or 0, from the highest score to the lowest. */
export function estimateAuc(labels: Uint8Array, ends: Uint32Array): Metric {
  const { auc, standardError, positives, negatives } = measureDelong(labels, ends);
  const fewer = Math.min(positives, negatives);
  if (fewer === 0) return undefinedMetric('the rows are all of one label');
  if (auc === 1 || auc === 0) {
    // were the area lower, so many pairs without a row in common would hardly all be in order
    const bound = 0.025 ** (1 / fewer);
    const [low, high] = auc === 1 ? [bound, 1] : [0, 1 - bound];
    return { value: auc, low, high, method: 'disjoint-pairs', reason: null };
  }
  if (fewer === 1) return metricWithoutInterval(auc, 'an interval needs two rows of each label');
  const reach = errorsOf95 * standardError;
  if (auc > highArea || auc < 1 - highArea || fewer < fewRows) {
    const middle = Math.log(auc / (1 - auc));
    const wide = reach / (auc * (1 - auc));
    const low = 1 / (1 + Math.exp(wide - middle));
    const high = 1 / (1 + Math.exp(-wide - middle));
    // an exponential and its logarithm need not give back the same number
    return {
      value: auc,
      low: Math.min(low, auc),
      high: Math.max(high, auc),
      method: 'delong-logit',
      reason: null,
    };
  }
  const low = Math.max(0, auc - reach);
  return { value: auc, low, high: Math.min(1, auc + reach), method: 'delong', reason: null };
}
