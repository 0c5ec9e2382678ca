import { createTreeEnsemble, type TreeInput } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type Context, expectWidth, type Fitted } from './context.ts';
import { initialScores } from './initial-scores.ts';
import { largestFloat32 } from './interpret-forest.ts';
import { readLabels } from './read-labels.ts';
import { readTree } from './read-tree.ts';
import { needVersion } from './read-version.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** `GradientBoosting*`: an initial score and trees, whose leaves are multiplied by the learning rate. */
export function interpretBoosting(
  estimator: PickleValue,
  columns: readonly Column[],
  { plan, version }: Context,
): Fitted {
  expectWidth(estimator, columns);
  const { minor } = needVersion(estimator, version);
  const inputs = columns.map((column) => plan.asNumber(column));
  plan.refuseMissing(inputs);
  plan.refuseBeyond(inputs, largestFloat32);
  const kind = shortName(estimator);
  const labels = kind.endsWith('Classifier') ? readLabels(estimator) : [];
  const outputs = labels.length > 2 ? labels.length : 1;
  const isExponential = shortName(estimator.at('_loss')) === 'ExponentialLoss';
  const stages = estimator.at('estimators_');
  if (stages.shape().length !== 2 || stages.shape()[1] !== outputs) {
    stages.refuse(`an array of trees, ${outputs} per stage`);
  }
  if (outputs > limits.outputs) refuseUnsupported(`${outputs} outputs`, 'fewer can be read');
  const rate = estimator.at('learning_rate').number();
  const model = createTreeEnsemble({
    columns: inputs.map(({ name }) => name),
    outputs,
    leafSize: 1,
    inputs: 'float32',
    comparison: '<=',
    arithmetic: 'float64',
    base: initialScores(estimator.at('init_'), { outputs, isExponential, minor }),
    link: labels.length === 0 ? 'identity' : outputs === 1 ? 'logistic' : 'softmax',
    slope: labels.length === 2 && isExponential ? 2 : 1,
    trees: stages
      .items()
      .map((stage, index) => readStage(stage, inputs.length, index % outputs, rate)),
  });
  return {
    columns: inputs,
    model,
    task: labels.length === 0 ? 'regression' : outputs === 1 ? 'binary' : 'multiclass',
    labels,
    // since 1.4 a score of 0 is the second label
    decisionThreshold: minor >= 4 ? 0.5 : aboveHalf,
    objective: kind,
  };
}

function readStage(stage: PickleValue, columns: number, output: number, rate: number): TreeInput {
  const { shape, values, targets, classes } = readTree(stage.at('tree_'), columns);
  if (targets !== 1 || classes !== 1) stage.refuse('a tree of one value per node');
  return { ...shape, output, value: values.map((value) => rate * value) };
}
