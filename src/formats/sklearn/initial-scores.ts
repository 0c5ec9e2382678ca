// What: the scores that gradient boosting starts from, by its initial estimator.
// Source: scikit-learn sklearn/ensemble/_gb.py `_init_raw_predictions`, up to 1.3 sklearn/ensemble/_gb_losses.py.
// Complexity: linear in the outputs.
// Invariant: equal to scikit-learn's scores of a model without trees, up to the last bit of the logarithm.
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { numbersOf } from './context.ts';
import { shortName } from './short-name.ts';

/** What the scores depend on. */
export interface InitialScoresInput {
  readonly outputs: number;
  readonly isExponential: boolean;
  /** The version of scikit-learn, after `1.`. */
  readonly minor: number;
}

const { exp, fround, log, log1p, max, min } = Math;

/** One score per output, from `init_`. */
export function initialScores(
  init: PickleValue,
  { outputs, isExponential, minor }: InitialScoresInput,
): Float64Array {
  if (init.isString() && init.string() === 'zero') return new Float64Array(outputs);
  const kind = shortName(init);
  if (kind === 'DummyRegressor') return numbersOf(init.at('constant_'), outputs);
  if (kind !== 'DummyClassifier' || init.at('strategy').string() !== 'prior') {
    return refuseUnsupported(
      `gradient boosting that starts from ${kind || 'another estimator'} (${init.path})`,
      'it gets rows in float32, which answers differ by; train with init=None or init="zero"',
    );
  }
  const least = minor >= 8 ? Number.EPSILON : 2 ** -23;
  const most = minor >= 8 ? 1 - least : fround(1 - least);
  const shares = numbersOf(init.at('class_prior_'), outputs === 1 ? 2 : outputs).map((share) =>
    min(max(share, least), most),
  );
  if (outputs === 1) {
    const score = logit(shares[1]!, minor);
    return Float64Array.of(isExponential ? score / 2 : score);
  }
  const logarithms = shares.map((share) => log(share));
  if (minor < 4) return logarithms;
  const mean = exp(logarithms.reduce((sum, logarithm) => sum + logarithm, 0) / outputs);
  return shares.map((share) => log(share / mean));
}

/** Since 1.4 that of scipy, which is exact near one half. */
function logit(share: number, minor: number): number {
  if (minor < 4 || share < 0.3 || share > 0.65) return log(share / (1 - share));
  const s = 2 * (share - 0.5);
  return log1p(s) - log1p(-s);
}
