import { createTreeEnsemble } from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { plainPipeline } from '../plain-pipeline.ts';
import { refuseUnsupported } from '../refusals.ts';
import { readBaseMargins } from './base-margins.ts';
import { findWarnings } from './find-warnings.ts';
import { findObjective, type Objective } from './objectives.ts';
import { readBooster } from './read-booster.ts';
import { readTrees } from './read-trees.ts';

/** The two spellings of the container before JSON. */
const binaryMarks = ['binf', 'bs64'].map((mark) => new TextEncoder().encode(mark));

/**
 * Reads what XGBoost 1.0 and later write with `save_model`, as JSON text or as UBJSON, the default since 2.1: boosted
 * trees with leaves of one number or of one per output, weighted (dart) or not.
 */
export const xgboostReader: ModelReader = {
  format: 'xgboost',
  detects({ bytes, json }) {
    if (json === null) {
      return binaryMarks.some((mark) => mark.every((byte, at) => bytes[at] === byte));
    }
    // a memory snapshot, which pickle and save_raw keep, wraps the model
    return json.find('learner') !== undefined || json.find('Model')?.find('learner') !== undefined;
  },
  read({ json }, options) {
    if (json === null) {
      return refuseUnsupported(
        'the binary format before JSON',
        'load it with XGBoost and write it again with booster.save_model("model.json")',
      );
    }
    const snapshot = json.find('Model');
    if (snapshot === undefined) return readDocument(json, options, []);
    return readDocument(snapshot, options, [
      'the file is a memory snapshot, which only the XGBoost that wrote it is sure to load',
    ]);
  },
};

function readDocument(
  document: JsonValue,
  options: ReadOptions,
  warnings: readonly string[],
): ReadArtifact {
  const learner = document.at('learner');
  const name = learner.at('objective').at('name').string();
  const version = readVersion(document);
  const objective = findObjective(name, version);
  const booster = readBooster(learner.at('gradient_booster'));
  const parameters = learner.at('learner_model_param');
  const outputs = countOutputs(parameters, objective);
  const model = createTreeEnsemble({
    columns: chooseColumns(
      parameters.at('num_feature').count(1, 2 ** 32),
      learner.find('feature_names')?.strings(),
      options.columns,
    ),
    outputs,
    arithmetic: 'float32',
    base: readBaseMargins(parameters.at('base_score').string(), outputs, objective.baseScale),
    link: objective.link,
    ...readTrees(booster, outputs),
  });
  const { task } = objective;
  return {
    format: 'xgboost',
    libraryVersion: version?.join('.') ?? null,
    objective: name,
    pipeline: plainPipeline({
      model,
      task,
      labels: task === 'multiclass' ? [...Array(outputs).keys()] : task === 'binary' ? [0, 1] : [],
    }),
    warnings: [...warnings, ...findWarnings(version, learner, booster.forest, model)],
  };
}

function readVersion(document: JsonValue): number[] | null {
  const version = document.find('version');
  const numbers = version?.items().map((item) => item.count(0, 2 ** 31)) ?? null;
  if (numbers !== null && numbers.length !== 3) version?.refuse('three numbers');
  return numbers;
}

function countOutputs(parameters: JsonValue, { task }: Objective): number {
  const classes = parameters.at('num_class').count(0, limits.outputs);
  const targets = parameters.find('num_target')?.count(0, limits.outputs) ?? 1;
  const outputs = Math.max(classes, targets, 1);
  if (task === 'binary' && outputs > 1) {
    refuseUnsupported('several binary targets', 'train one model for each');
  }
  if (task === 'multiclass' && classes < 2) parameters.at('num_class').refuse('at least 2');
  return outputs;
}
