import type { JsonValue } from '../json/json-value.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { parseUbjson } from '../ubjson/parse-ubjson.ts';
import { readXgboostDocument } from '../xgboost/read-xgboost-document.ts';
import { attachArtifact } from './attach-artifact.ts';
import type { Context, Fitted } from './context.ts';
import type { Column } from './row-plan.ts';

/** `XGBClassifier` and `XGBRegressor`: their booster is a memory snapshot in UBJSON. */
export function interpretXgboost(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  const artifact = readXgboostDocument(readSnapshot(estimator), {}, true);
  const marker = readMarker(estimator);
  return attachArtifact(estimator, artifact, columns, context, {
    marker,
    labels: 'classes_',
    missesZeros: true,
  });
}

/** How many columns the booster has, and their names when it knows any. */
export function describeXgboostColumns(estimator: PickleValue): {
  count: number;
  names: string[] | undefined;
} {
  const learner = readSnapshot(estimator).at('learner');
  return {
    count: learner
      .at('learner_model_param')
      .at('num_feature')
      .count(1, 2 ** 31),
    names: learner.find('feature_names')?.strings(),
  };
}

function readSnapshot(estimator: PickleValue): JsonValue {
  const json = parseUbjson(estimator.at('_Booster').at('handle').bytes());
  return json.find('Model') ?? json;
}

/** The number that stands for a missing value, `null` for NaN. XGBoost compares it in float32. */
function readMarker(estimator: PickleValue): number | null {
  const missing = estimator.find('missing');
  if (missing === undefined || missing.isNone()) return null;
  const marker = missing.number();
  return Number.isNaN(marker) ? null : marker;
}
