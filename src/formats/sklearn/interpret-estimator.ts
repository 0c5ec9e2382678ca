import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import type { Context, Fitted, Interpret } from './context.ts';
import { interpretBoosting } from './interpret-boosting.ts';
import { interpretCalibrated } from './interpret-calibrated.ts';
import { interpretForest } from './interpret-forest.ts';
import { interpretHistBoosting } from './interpret-hist-boosting.ts';
import { interpretLightgbm } from './interpret-lightgbm.ts';
import { interpretLinear } from './interpret-linear.ts';
import { interpretXgboost } from './interpret-xgboost.ts';
import { readVersion } from './read-version.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';
import { secondOf, transformColumns } from './transform-columns.ts';

const interpreters: ReadonlyMap<string, Interpret> = new Map<string, Interpret>([
  ['Pipeline', interpretPipeline],
  ['GridSearchCV', (search, ...rest) => interpretEstimator(search.at('best_estimator_'), ...rest)],
  ['FrozenEstimator', (frozen, ...rest) => interpretEstimator(frozen.at('estimator'), ...rest)],
  ['CalibratedClassifierCV', interpretCalibrated],
  ...['DecisionTree', 'ExtraTree', 'RandomForest', 'ExtraTrees'].flatMap((name) =>
    bothOf(name, interpretForest),
  ),
  ...bothOf('GradientBoosting', interpretBoosting),
  ...bothOf('HistGradientBoosting', interpretHistBoosting),
  ...['LinearRegression', 'Ridge', 'RidgeCV', 'Lasso', 'ElasticNet', 'PoissonRegressor'].map(
    (name): [string, Interpret] => [name, interpretLinear],
  ),
  ...['LogisticRegression', 'LogisticRegressionCV', 'SGDClassifier'].map(
    (name): [string, Interpret] => [name, interpretLinear],
  ),
  ['XGBClassifier', interpretXgboost],
  ['XGBRegressor', interpretXgboost],
  ['LGBMClassifier', interpretLightgbm],
  ['LGBMRegressor', interpretLightgbm],
]);

function bothOf(name: string, interpret: Interpret): [string, Interpret][] {
  return [
    [`${name}Classifier`, interpret],
    [`${name}Regressor`, interpret],
  ];
}

/** What a fitted estimator predicts from columns. Anything that has no reader is refused by its class and place. */
export function interpretEstimator(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  const kind = shortName(estimator);
  const interpret = interpreters.get(kind);
  const version = readVersion(estimator, context.version);
  if (interpret === undefined) {
    const what = kind === '' ? 'something that is no estimator' : kind;
    const where = estimator.path === '' ? '' : ` (${estimator.path})`;
    const by = version === null ? '' : ` of scikit-learn ${version.text}`;
    return refuseUnsupported(
      `${what}${by} as the estimator that predicts${where}`,
      'save the fitted classifier, regressor or pipeline itself, of a kind that is read',
    );
  }
  return interpret(estimator, columns, { ...context, version });
}

function interpretPipeline(
  pipeline: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  const estimators = pipeline.at('steps').items().map(secondOf);
  const last = estimators.at(-1) ?? pipeline.at('steps').refuse('at least one step');
  const made = estimators
    .slice(0, -1)
    .reduce((before, step) => transformColumns(step, before, context), columns);
  return interpretEstimator(last, made, context);
}
