import { chooseColumns } from '../choose-columns.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { looksLikePickle, readPickle } from '../pickle/read-pickle.ts';
import { allowedClasses } from './allowed-classes.ts';
import { describeInput } from './describe-input.ts';
import { interpretEstimator } from './interpret-estimator.ts';
import { readVersion } from './read-version.ts';
import { RowPlan } from './row-plan.ts';

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
  const { count, names } = describeInput(estimator);
  const plan = new RowPlan(chooseColumns(count, names, options.columns));
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
