import type { FeatureSteps, LinearModel, Pipeline, TreeEnsemble } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import { float32Text } from '../writing/float32-text.ts';
import type { WrittenValue } from '../writing/written-value.ts';
import type { Booster, BoosterColumn } from './booster.ts';
import { type AskedTree, describeRows, findCodes } from './describe-rows.ts';
import { fillWithZero } from './fill-with-zero.ts';
import { findObjective } from './objectives.ts';
import { ownAttributes } from './own-attributes.ts';
import { thawTrees } from './thaw-trees.ts';
import { describeBooster, describeLearner, encode, type WriteOptions } from './write-booster.ts';
import { writeBaseMargins } from './written-base.ts';
import { describeCategories } from './written-categories.ts';

/** What the file is told of the answers: the objective whose link is that of the model. */
interface Answers {
  readonly objective: string;
  readonly objectiveParameters?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>>;
}

const newest = [3, 4, 1] as const;

/**
 * Writes a model as the file that XGBoost loads and answers from with the same margins, for models that it can express:
 * trees of float32 that are added up, or a weighted sum in float32, with no steps before their columns. What a file of
 * XGBoost has no place for is not in it: labels, thresholds of decisions, ranges of features.
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming what XGBoost cannot express
 */
export function writePipeline(pipeline: Pipeline, options: WriteOptions = {}): Uint8Array {
  const { model } = pipeline;
  if (model.kind === 'calibrated-model') {
    return refuseUnsupported('calibrated probabilities', 'write the model under them');
  }
  const document =
    model.kind === 'tree-ensemble' ? describeForest(pipeline, model) : describeSum(pipeline, model);
  return encode(document, options);
}

function describeForest(pipeline: Pipeline, model: TreeEnsemble): WrittenValue {
  refuseOtherSums(model);
  const categories = pipeline.schema.features.map((feature) =>
    feature.type === 'category' ? (feature.categories ?? []) : null,
  );
  const nodes = [nodesOf(model)];
  const hasWords = categories.some((known) => known !== null);
  const expected = describeRows(model.columns, hasWords ? categories : undefined, nodes);
  checkRows(pipeline, expected.steps);
  const isCode = findCodes(model.columns, nodes);
  const booster: Booster = {
    ...describeAnswers(pipeline, model),
    parallelTrees: countParallel(model),
    columns: model.columns.map(
      (name, column): BoosterColumn => ({
        name,
        type: isCode[column] === 1 || categories[column] !== null ? 'c' : 'float',
      }),
    ),
    trees: thawTrees(model),
    treeOutput: model.treeOutput,
  };
  const { baseScale } = findObjective(booster.objective, newest);
  const base = writeBaseMargins(model.base, baseScale);
  return describeBooster(booster, base, hasWords ? describeCategories(categories) : null);
}

/** All outputs of a weighted sum start from one score, so what each starts from is in its bias. */
function describeSum(pipeline: Pipeline, model: LinearModel): WrittenValue {
  const { arithmetic, columns, intercepts, outputs, slope, weights } = model;
  refuseUnless(arithmetic === 'float32', 'a weighted sum in float64', 'gblinear adds float32');
  refuseUnless(slope === 1, 'a slope of its link', 'XGBoost has none');
  checkRows(pipeline, fillWithZero(columns.length));
  const answers = describeAnswers(pipeline, model);
  const { baseScale } = findObjective(answers.objective, newest);
  const numbers = new Float32Array((columns.length + 1) * outputs);
  for (let output = 0; output < outputs; output++) {
    for (let column = 0; column < columns.length; column++) {
      numbers[column * outputs + output] = weights[output * columns.length + column]!;
    }
    numbers[columns.length * outputs + output] = intercepts[output]!;
  }
  return describeLearner(
    { ...answers, columns: columns.map((name) => ({ name, type: 'float' })) },
    {
      score: writeBaseMargins(Float64Array.of(0), baseScale).score,
      attributes: answers.attributes,
      gradientBooster: {
        model: { boosted_rounds: 1, weights: numbers },
        name: 'gblinear',
      },
    },
  );
}

type DescribedAnswers = Pick<
  Booster,
  'attributes' | 'baseScores' | 'classes' | 'objective' | 'objectiveParameters'
>;

function describeAnswers(pipeline: Pipeline, model: TreeEnsemble | LinearModel): DescribedAnswers {
  const answers = chooseObjective(pipeline, model);
  const covers = model.kind === 'tree-ensemble' && model.cover === null;
  return {
    objective: answers.objective,
    objectiveParameters: answers.objectiveParameters ?? {},
    attributes: { ...answers.attributes, ...(covers && { [ownAttributes.covers]: 'none' }) },
    classes: answers.objective.startsWith('multi:') ? model.outputs : 0,
    baseScores: Array.from({ length: model.outputs }, () => 0),
  };
}

function chooseObjective(
  { task }: Pipeline,
  { link, outputs }: TreeEnsemble | LinearModel,
): Answers {
  switch (`${task} ${link}`) {
    case 'binary logistic':
      return { objective: 'binary:logistic' };
    case 'binary hinge':
      return { objective: 'binary:hinge' };
    case 'multiclass softmax':
      return { objective: 'multi:softprob' };
    case 'regression identity':
      return { objective: 'reg:squarederror' };
    case 'regression logistic':
      return { objective: 'reg:logistic' };
    case 'regression exponential':
      return { objective: 'reg:gamma' };
    case 'regression ascending':
      return {
        objective: 'reg:quantileerror',
        objectiveParameters: { quantile_alpha: evenLevels(outputs) },
      };
    case 'regression cumulative-softplus':
      return {
        objective: 'reg:expectileerror',
        objectiveParameters: { expectile_alpha: evenLevels(outputs) },
      };
    case 'binary probability':
    case 'multiclass probability':
      return { objective: 'reg:squarederror', attributes: { [ownAttributes.task]: task } };
    default:
      return refuseUnsupported(
        `the link ${link} of a ${task} model`,
        'no objective of XGBoost answers so',
      );
  }
}

/** Levels for as many outputs; which ones they were is not known, and no answer hangs on them. */
function evenLevels(outputs: number): string {
  const levels = Array.from({ length: outputs }, (_, output) =>
    float32Text(Math.fround((output + 1) / (outputs + 1))),
  );
  return `[${levels.join(',')}]`;
}

function refuseOtherSums(model: TreeEnsemble): void {
  refuseUnless(model.linearLeaves === null, 'linear leaves', 'leaves of XGBoost are numbers');
  refuseUnless(
    model.inputs === 'float32',
    'float64 inputs',
    'XGBoost rounds each value of a row to float32 before it is compared',
  );
  refuseUnless(model.arithmetic === 'float32', 'sums in float64', 'XGBoost adds float32');
  refuseUnless(
    model.divisor === 1 && model.offset.every((number) => number === 0),
    'an average of trees',
    'XGBoost adds them up',
  );
  refuseUnless(model.slope === 1, 'a slope of its link', 'XGBoost has none');
}

function checkRows({ schema, steps }: Pipeline, expected: FeatureSteps): void {
  const isPlain =
    schema.features.length === expected.features &&
    JSON.stringify(steps.columns) === JSON.stringify(expected.columns) &&
    JSON.stringify(steps.steps) === JSON.stringify(expected.steps);
  refuseUnless(isPlain, 'steps between a row and its columns', 'XGBoost has no place for them');
}

/** All nodes of an ensemble as those of one tree. */
function nodesOf({ categorical, column, left }: TreeEnsemble): AskedTree {
  const none: readonly number[] = [];
  const categories =
    categorical === null
      ? undefined
      : Array.from(categorical.count, (count) => (count === -1 ? null : none));
  return { categories, column, left };
}

/** How many trees of one output follow each other, which is how XGBoost lays out the trees of a round. */
function countParallel({ leafSize, outputs, treeOutput }: TreeEnsemble): number {
  if (leafSize > 1 || outputs === 1) return 1;
  const run = treeOutput.findIndex((output) => output !== 0);
  const isRegular =
    run > 0 && treeOutput.every((output, tree) => output === Math.floor(tree / run) % outputs);
  return isRegular ? run : 1;
}

function refuseUnless(holds: boolean, feature: string, advice: string): void {
  if (!holds) refuseUnsupported(feature, advice);
}
