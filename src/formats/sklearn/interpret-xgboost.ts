import type { Pipeline } from '../../model/index.ts';
import { JsonValue } from '../json/json-value.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { parseUbjson } from '../ubjson/parse-ubjson.ts';
import { xgboostReader } from '../xgboost/xgboost-reader.ts';
import { aboveHalf, type Context, type Fitted } from './context.ts';
import { readLabels } from './read-labels.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** `XGBClassifier` and `XGBRegressor`: their booster is a memory snapshot in UBJSON. */
export function interpretXgboost(
  estimator: PickleValue,
  columns: readonly Column[],
  { plan, warnings }: Context,
): Fitted {
  const kind = shortName(estimator);
  const bytes = estimator.at('_Booster').at('handle').bytes();
  const json = parseUbjson(bytes);
  const document = json.find('Model') ?? json;
  expectAllRounds(document);
  const source = { bytes, json: document };
  if (!xgboostReader.detects(source)) return refuseBroken(`${kind} without a model of XGBoost`);
  const { pipeline, warnings: ofFile, objective } = xgboostReader.read(source, {});
  const { features } = pipeline.schema;
  if (features.length !== columns.length) {
    return refuseBroken(
      `${kind} was fitted on ${features.length} columns and gets ${columns.length}`,
    );
  }
  warnings.push(...ofFile);
  const marker = readMarker(estimator);
  const inputs = columns.map((column, index) => {
    const feature = features[index]!;
    if (feature.type === 'category' && column.isRaw && column.fill === undefined) {
      plan.adopt(column, feature);
      return { ...column, isRaw: false };
    }
    const number = plan.asNumber(column);
    if (marker === null) return number;
    const value = plan.add({ kind: 'forget', of: number.value, value: marker, tolerance: 0 });
    return { ...number, value };
  });
  return {
    columns: plan.attach(inputs, pipeline.steps).map((value) => ({ value })),
    model: pipeline.model,
    task: pipeline.task,
    labels: chooseLabels(estimator, pipeline),
    decisionThreshold: pipeline.task === 'binary' ? aboveHalf : pipeline.decisionThreshold,
    objective: `${kind} ${objective}`,
  };
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

function chooseLabels(estimator: PickleValue, { labels, task }: Pipeline): Pipeline['labels'] {
  if (task === 'regression' || estimator.find('classes_') === undefined) return labels;
  const own = readLabels(estimator);
  return own.length === labels.length
    ? own
    : refuseBroken(`${own.length} labels of the wrapper for ${labels.length} of the model`);
}
