import { chooseColumns } from '../choose-columns.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { looksLikePickle, readPickle } from '../pickle/read-pickle.ts';
import { refuseUnsupported } from '../refusals.ts';
import { allowedClasses } from './allowed-classes.ts';
import { interpretEstimator } from './interpret-estimator.ts';
import { readVersion } from './read-version.ts';
import { RowPlan } from './row-plan.ts';
import { shortName } from './short-name.ts';
import { secondOf } from './transform-columns.ts';

/**
 * Reads fitted estimators and pipelines of scikit-learn 1.2 to 1.9 as pickle, joblib or skops wrote them, and those of
 * XGBoost's wrappers. Nothing of the file is run: its objects stay data.
 */
export const sklearnReader: ModelReader = {
  format: 'scikit-learn',
  detects: ({ bytes }) => looksLikePickle(bytes),
  read({ bytes }, options) {
    return readEstimator(readPickle(bytes, { allowed: allowedClasses }), options);
  },
};

function readEstimator(estimator: PickleValue, options: ReadOptions): ReadArtifact {
  const entrance = findEntrance(estimator);
  const count = entrance.at('n_features_in_').count(1, 2 ** 31);
  const named = entrance
    .find('feature_names_in_')
    ?.items()
    .map((name) => name.string());
  const plan = new RowPlan(chooseColumns(count, named, options.columns));
  const warnings: string[] = [];
  const version = readVersion(estimator, null);
  const fitted = interpretEstimator(estimator, plan.rawColumns(), {
    plan,
    version,
    warnings,
    interpret: interpretEstimator,
  });
  const { columns, model, task, labels, decisionThreshold, objective } = fitted;
  return {
    format: 'scikit-learn',
    libraryVersion: version?.text ?? null,
    objective,
    pipeline: {
      schema: { features: plan.features() },
      steps: plan.stepsTo(columns),
      model,
      task,
      labels,
      decisionThreshold,
    },
    warnings,
  };
}

/** The estimator that rows enter first, which knows how many columns they have; a pipeline itself does not. */
function findEntrance(estimator: PickleValue): PickleValue {
  if (estimator.find('n_features_in_') !== undefined) return estimator;
  const kind = shortName(estimator);
  if (kind === 'Pipeline') {
    const inner = estimator.at('steps').items().map(secondOf);
    const first = inner.find((step) => !step.isNone() && !step.isString());
    if (first !== undefined) return findEntrance(first);
  }
  const member = estimator.find('best_estimator_') ?? estimator.find('estimator');
  if (member !== undefined && member.className !== null) return findEntrance(member);
  return refuseUnsupported(
    `${kind === '' ? 'something that is no estimator' : kind} without columns`,
    'save the fitted classifier, regressor or pipeline itself',
  );
}
