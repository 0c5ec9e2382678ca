import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { describeLightgbmColumns } from './interpret-lightgbm.ts';
import { describeXgboostColumns } from './interpret-xgboost.ts';
import { shortName } from './short-name.ts';
import { secondOf } from './transform-columns.ts';

/** How many columns an estimator takes, and their names when it was fitted on a table that had some. */
export interface Input {
  readonly count: number;
  readonly names: readonly string[] | undefined;
}

/** Asks the estimator that rows enter first: a pipeline itself does not know. */
export function describeInput(estimator: PickleValue): Input {
  const count = estimator.find('n_features_in_');
  if (count !== undefined) {
    return {
      count: count.count(1, 2 ** 31),
      names: estimator
        .find('feature_names_in_')
        ?.items()
        .map((name) => name.string()),
    };
  }
  const kind = shortName(estimator);
  if (kind.startsWith('XGB')) return describeXgboostColumns(estimator);
  if (kind.startsWith('LGBM')) return describeLightgbmColumns(estimator);
  if (kind === 'Pipeline') {
    const inner = estimator.at('steps').items().map(secondOf);
    const first = inner.find((step) => !step.isNone() && !step.isString());
    if (first !== undefined) return describeInput(first);
  }
  const member = estimator.find('best_estimator_') ?? estimator.find('estimator');
  if (member !== undefined && member.className !== null) return describeInput(member);
  const what = kind === '' ? 'something that is no estimator' : `${kind}, which is not fitted,`;
  return refuseUnsupported(
    `${what} as a model`,
    'save the fitted classifier, regressor or pipeline itself',
  );
}
