import type { JsonValue } from '../json/json-value.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { parseUbjson } from '../ubjson/parse-ubjson.ts';
import { xgboostReader } from '../xgboost/xgboost-reader.ts';
import { attachArtifact } from './attach-artifact.ts';
import type { Context, Fitted } from './context.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** `XGBClassifier` and `XGBRegressor`: their booster is a memory snapshot in UBJSON. */
export function interpretXgboost(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  const { bytes, document } = readSnapshot(estimator);
  expectAllRounds(document);
  const artifact = xgboostReader.read({ bytes, json: document }, {});
  const marker = readMarker(estimator);
  return attachArtifact(estimator, artifact, columns, context, { marker, labels: 'classes_' });
}

/** How many columns the booster has, and their names when it knows any. */
export function describeXgboostColumns(estimator: PickleValue): {
  count: number;
  names: string[] | undefined;
} {
  const learner = readSnapshot(estimator).document.at('learner');
  return {
    count: learner
      .at('learner_model_param')
      .at('num_feature')
      .count(1, 2 ** 31),
    names: learner.find('feature_names')?.strings(),
  };
}

function readSnapshot(estimator: PickleValue): { bytes: Uint8Array; document: JsonValue } {
  const bytes = estimator.at('_Booster').at('handle').bytes();
  const json = parseUbjson(bytes);
  const document = json.find('Model') ?? json;
  if (xgboostReader.detects({ bytes, json: document })) return { bytes, document };
  return refuseBroken(`${shortName(estimator)} without a model of XGBoost`);
}

/** The number that stands for a missing value, `null` for NaN. XGBoost compares it in float32. */
function readMarker(estimator: PickleValue): number | null {
  const missing = estimator.find('missing');
  if (missing === undefined || missing.isNone()) return null;
  const marker = missing.number();
  return Number.isNaN(marker) ? null : marker;
}

/** The wrapper stops at the best iteration, and the booster does not. */
function expectAllRounds(document: JsonValue): void {
  const learner = document.find('learner');
  const best = learner?.find('attributes')?.find('best_iteration')?.string();
  const booster = learner?.find('gradient_booster');
  const forest = (booster?.find('gbtree') ?? booster)?.find('model');
  const rounds = forest?.find('iteration_indptr')?.numbers().length;
  if (best === undefined || rounds === undefined || Number(best) + 2 >= rounds) return;
  refuseUnsupported(
    `early stopping of XGBoost at iteration ${Number(best)} of ${rounds - 1}`,
    'keep the best iterations only: model.get_booster()[: model.best_iteration + 1]',
  );
}
