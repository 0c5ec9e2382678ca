import { createTreeEnsemble, type LinearModel, type TreeEnsemble } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ReadArtifact, ReadOptions } from '../model-reader.ts';
import { numberFeature, plainPipeline } from '../plain-pipeline.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { readBaseMargins } from './base-margins.ts';
import { takeBaseTrees } from './base-trees.ts';
import { chooseIterations, refuseIterations } from './choose-iterations.ts';
import { describeRows, type RowDescription } from './describe-rows.ts';
import { fillWithZero } from './fill-with-zero.ts';
import { findObjective, type Objective } from './objectives.ts';
import { type OwnAttributes, readOwnAttributes } from './own-attributes.ts';
import { type LinearBooster, readBooster, type TreeBooster } from './read-booster.ts';
import { readCategories } from './read-categories.ts';
import { readLinearModel } from './read-linear-model.ts';
import { readTrees } from './read-trees.ts';
import { warnOfNewerVersion } from './warn-of-newer-version.ts';

/** What the readers of both boosters need. */
interface Frame {
  readonly learner: JsonValue;
  readonly version: readonly number[] | null;
  readonly columns: readonly string[];
  readonly base: Float64Array;
  readonly link: Objective['link'];
  readonly asked: ReadOptions['iterations'];
  readonly isByWrapper: boolean;
  readonly own: OwnAttributes;
}

/** A model with the rows that it is for. */
interface ReadModel extends RowDescription {
  readonly model: TreeEnsemble | LinearModel;
  readonly warnings: readonly string[];
}

/**
 * Reads the document in a file of XGBoost, or in a memory snapshot, which other containers hold: pickles of scikit-learn.
 * These say elsewhere that the scikit-learn wrapper made them, a file of `save_model` says it itself.
 * @throws SpillwayError `INVALID_MODEL` or `UNSUPPORTED_MODEL`
 */
export function readXgboostDocument(
  json: JsonValue,
  options: ReadOptions,
  isByWrapper?: boolean,
): ReadArtifact {
  const document = json.find('Model') ?? json;
  const learner = document.at('learner');
  const name = learner.at('objective').at('name').string();
  const version = readVersion(document);
  const own = readOwnAttributes(learner);
  const objective = answeringLabels(findObjective(name, version), own.task);
  const booster = readBooster(learner.at('gradient_booster'));
  const parameters = learner.at('learner_model_param');
  const outputs = countOutputs(parameters, objective);
  const columns = chooseColumns(
    parameters.at('num_feature').count(1, 2 ** 32),
    learner.find('feature_names')?.strings(),
    options.columns,
  );
  const frame: Frame = {
    learner,
    version,
    columns,
    base: readBaseMargins(parameters.at('base_score').string(), outputs, objective.baseScale),
    // one expectile alone is added to none
    link: objective.link === 'cumulative-softplus' && outputs === 1 ? 'identity' : objective.link,
    asked: options.iterations,
    isByWrapper: isByWrapper ?? learner.find('attributes')?.find('scikit_learn') !== undefined,
    own,
  };
  const { model, features, steps, warnings } =
    booster.kind === 'linear' ? readSum(booster, frame) : readForest(booster, frame);
  const { task } = objective;
  return {
    format: 'xgboost',
    libraryVersion: version?.join('.') ?? null,
    objective: name,
    pipeline: plainPipeline({
      model,
      features,
      steps,
      task,
      labels: task === 'multiclass' ? [...Array(outputs).keys()] : task === 'binary' ? [0, 1] : [],
      // as the scikit-learn wrapper does; a `Booster` has no labels
      decisionThreshold: aboveHalf,
    }),
    warnings: [...warnOfNewerVersion(version), ...warnings],
  };
}

/** An average of class fractions is a sum for XGBoost, whose answer is then the probability itself. */
function answeringLabels(objective: Objective, task: OwnAttributes['task']): Objective {
  if (task === null) return objective;
  if (objective.link !== 'identity') {
    refuseBroken('spillway_task: expected an objective whose answers are the margins');
  }
  return { ...objective, task, link: 'probability' };
}

function readForest(booster: TreeBooster, frame: Frame): ReadModel {
  const { learner, version, columns, base, link, asked, isByWrapper, own } = frame;
  const { forest } = booster;
  const outputs = base.length;
  const chosen = chooseIterations(learner, forest, { asked, outputs, isByWrapper });
  const { trees: all, leafSize } = readTrees(booster, outputs, chosen.trees);
  const read = takeBaseTrees(base, all, { count: own.baseTrees, leafSize });
  const trees = own.hasCovers ? read : read.map((tree) => ({ ...tree, cover: null }));
  const model = createTreeEnsemble({
    columns,
    outputs,
    arithmetic: 'float32',
    base,
    link,
    leafSize,
    trees,
  });
  const categories = readCategories(forest, columns.length, version);
  return { model, ...describeRows(columns, categories, trees), warnings: chosen.warnings };
}

/** A missing value adds nothing to the sum, as 0 does. */
function readSum({ weights }: LinearBooster, { asked, base, columns, link }: Frame): ReadModel {
  if (asked !== undefined) {
    refuseIterations('the gblinear booster keeps the weights of its last iteration only');
  }
  return {
    model: readLinearModel(weights, columns, base, link),
    features: columns.map((name) => numberFeature(name, true)),
    steps: fillWithZero(columns.length),
    warnings: [],
  };
}

function readVersion(document: JsonValue): number[] | null {
  const version = document.find('version');
  const numbers = version?.items().map((item) => item.count(0, 2 ** 31)) ?? null;
  if (numbers !== null && numbers.length !== 3) version?.refuse('three numbers');
  return numbers;
}

function countOutputs(parameters: JsonValue, { link, task }: Objective): number {
  const classes = parameters.at('num_class').count(0, limits.outputs);
  const targets = parameters.find('num_target')?.count(0, limits.outputs) ?? 1;
  const outputs = Math.max(classes, targets, 1);
  if (task === 'binary' && outputs > 1) {
    refuseUnsupported('several binary targets', 'train one model for each');
  }
  // a forest of ours has an output for each label, and XGBoost takes them for targets
  const labels = link === 'probability' ? outputs : classes;
  if (task === 'multiclass' && labels < 2) parameters.at('num_class').refuse('at least 2');
  return outputs;
}
