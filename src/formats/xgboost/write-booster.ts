import { encodeJson } from '../writing/encode-json.ts';
import { encodeUbjson } from '../writing/encode-ubjson.ts';
import type { WrittenObject, WrittenValue } from '../writing/written-value.ts';
import { type BaseTrees, createBaseTrees } from './base-trees.ts';
import type { Booster, BoosterColumn, BoosterTree } from './booster.ts';
import { describeTree } from './describe-tree.ts';
import { findObjective } from './objectives.ts';
import { ownAttributes } from './own-attributes.ts';
import { type WrittenBase, writeBaseScores } from './written-base.ts';
import { checkObjective, writeObjective } from './written-objective.ts';

/** How a file is written. */
export interface WriteOptions {
  /** JSON text, or UBJSON: smaller, faster to read, and the default of XGBoost since 2.1. @default 'json' */
  readonly encoding?: 'json' | 'ubjson' | undefined;
}

/** The version whose rules the answers follow. */
const version = [3, 4, 1] as const;

/**
 * Writes a booster as the file that XGBoost 1.7 and later load with `load_model`, and answer from with the same margins.
 * Where outputs start from different scores, or there are no trees, a first round of one-leaf trees says what `base_score`
 * cannot; `best_iteration` then counts from that round.
 * @throws SpillwayError `INVALID_OPTION` for an objective, or a parameter of one, that cannot be written
 */
export function writeBooster(booster: Booster, options: WriteOptions = {}): Uint8Array {
  checkObjective(booster.objective, booster.objectiveParameters);
  const { baseScale } = findObjective(booster.objective, version);
  return encode(describeBooster(booster, writeBaseScores(booster.baseScores, baseScale)), options);
}

/** The bytes of a document. */
export function encode(document: WrittenValue, { encoding = 'json' }: WriteOptions): Uint8Array {
  return encoding === 'ubjson' ? encodeUbjson(document) : encodeJson(document);
}

/** The document of trees that start from `base`. `categories` are the words that codes of columns stand for. */
export function describeBooster(
  booster: Booster,
  base: WrittenBase,
  categories: WrittenObject | null = null,
): WrittenValue {
  const { columns, parallelTrees, trees } = booster;
  const outputs = booster.baseScores.length;
  const isVector = trees.some(({ answers }) => answers !== undefined);
  const silent = trees.length === 0 ? new Float64Array(outputs).fill(-0) : null;
  const margins = base.margins ?? silent;
  const first: BaseTrees =
    margins === null
      ? { trees: [], outputs: [] }
      : createBaseTrees(margins, { parallel: parallelTrees, isVector });
  const all = [...first.trees, ...trees];
  const perRound = parallelTrees * (isVector ? 1 : outputs);
  return describeLearner(booster, {
    score: base.score,
    attributes: {
      ...shiftIteration(booster.attributes, first.trees.length > 0),
      ...(first.trees.length > 0 && { [ownAttributes.baseTrees]: `${first.trees.length}` }),
    },
    gradientBooster: {
      model: {
        ...(categories !== null && { cats: categories }),
        gbtree_model_param: {
          num_parallel_tree: `${parallelTrees}`,
          num_trees: `${all.length}`,
          size_leaf_vector: '0',
        },
        iteration_indptr: findRounds(first.trees.length, trees.length, perRound),
        tree_info: [...first.outputs, ...booster.treeOutput],
        trees: all.map(
          (tree: BoosterTree, id) => () => describeTree(tree, { id, columns: columns.length }),
        ),
      },
      name: 'gbtree',
    },
  });
}

/** What the learner of a file is told beside what the model is. */
export interface LearnerParts {
  readonly score: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly gradientBooster: WrittenObject;
}

/** The document around trees or weights. */
export function describeLearner(
  {
    baseScores,
    classes,
    columns,
    objective,
    objectiveParameters,
  }: Pick<Booster, 'baseScores' | 'classes' | 'columns' | 'objective' | 'objectiveParameters'>,
  { attributes, gradientBooster, score }: LearnerParts,
): WrittenValue {
  return {
    learner: {
      attributes,
      ...describeColumns(columns),
      gradient_booster: gradientBooster,
      learner_model_param: {
        base_score: score,
        boost_from_average: '1',
        num_class: `${classes}`,
        num_feature: `${columns.length}`,
        num_target: `${classes > 0 ? 1 : baseScores.length}`,
      },
      objective: writeObjective(objective, objectiveParameters, classes),
    },
    version: [...version],
  };
}

/** Names that XGBoost would give itself are left out, so that arrays without names fit the model; so are types of floats. */
function describeColumns(columns: readonly BoosterColumn[]): WrittenObject {
  const isNamed = columns.some(({ name }, index) => name !== `f${index}`);
  const isTyped = columns.some(({ type }) => type !== 'float');
  return {
    feature_names: isNamed ? columns.map(({ name }) => name) : [],
    feature_types: isTyped ? columns.map(({ type }) => type) : [],
  };
}

function shiftIteration(
  attributes: Readonly<Record<string, string>>,
  hasBaseRound: boolean,
): Readonly<Record<string, string>> {
  const { best_iteration: best } = attributes;
  if (!hasBaseRound || best === undefined) return attributes;
  return { ...attributes, best_iteration: `${Number(best) + 1}` };
}

/** Where each round begins, and where the last ends. */
function findRounds(before: number, trees: number, perRound: number): number[] {
  const rounds = before > 0 ? [0] : [];
  // trees that make no whole rounds are one
  const step = trees % perRound === 0 ? perRound : Math.max(trees, 1);
  for (let start = before; start < before + trees; start += step) rounds.push(start);
  return [...rounds, before + trees];
}
