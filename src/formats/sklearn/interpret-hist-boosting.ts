import { createTreeEnsemble, type Link } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type Context, expectWidth, type Fitted, numbersOf } from './context.ts';
import { readHistTree } from './read-hist-tree.ts';
import { readLabels } from './read-labels.ts';
import { needVersion } from './read-version.ts';
import type { Column, RowPlan } from './row-plan.ts';
import { shortName } from './short-name.ts';
import { transformColumns } from './transform-columns.ts';

/** `HistGradientBoosting*`: trees over float64, which take missing values, infinities and categories. */
export function interpretHistBoosting(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  expectWidth(estimator, columns);
  const version = needVersion(estimator, context.version);
  const preprocessor = estimator.find('_preprocessor');
  const prepared =
    preprocessor === undefined
      ? columns
      : transformColumns(preprocessor, columns, { ...context, version });
  const mapper = estimator.at('_bin_mapper');
  const inputs = forgetUnknown(mapper, prepared, context.plan);
  const kind = shortName(estimator);
  const labels = kind.endsWith('Classifier') ? readLabels(estimator) : [];
  const outputs = labels.length > 2 ? labels.length : 1;
  if (outputs > limits.outputs) refuseUnsupported(`${outputs} outputs`, 'fewer can be read');
  const model = createTreeEnsemble({
    columns: inputs.map(({ name }) => name),
    outputs,
    leafSize: 1,
    inputs: 'float64',
    comparison: '<=',
    arithmetic: 'float64',
    base: numbersOf(estimator.at('_baseline_prediction'), outputs),
    link: readLink(estimator.at('_loss'), outputs, labels.length > 0),
    trees: estimator
      .at('_predictors')
      .items()
      .flatMap((iteration) => {
        const trees = iteration.items();
        if (trees.length !== outputs) iteration.refuse(`${outputs} trees`);
        return trees.map((tree, output) => readHistTree(tree, output));
      }),
  });
  return {
    columns: inputs,
    model,
    task: labels.length === 0 ? 'regression' : outputs === 1 ? 'binary' : 'multiclass',
    labels,
    decisionThreshold: aboveHalf,
    objective: kind,
  };
}

/** Categories that training did not see are missing to a node, as are negative ones. */
function forgetUnknown(
  mapper: PickleValue,
  columns: readonly Column[],
  plan: RowPlan,
): readonly Column[] {
  const flags = numbersOf(mapper.at('is_categorical_'), columns.length);
  const thresholds = mapper.at('bin_thresholds_').items();
  return columns.map((column, index) => {
    const number = plan.asNumber(column);
    if (flags[index] === 0) return number;
    const known = thresholds[index]?.numbers() ?? mapper.refuse('categories of each column');
    const keys = known.toSorted();
    const of = plan.add({ kind: 'floor', of: number.value });
    const value = plan.add({ kind: 'recode', of, keys, values: keys, other: Number.NaN });
    return { ...number, value };
  });
}

function readLink(loss: PickleValue, outputs: number, isClassifier: boolean): Link {
  const name = shortName(loss.at('link'));
  if (isClassifier) {
    if (outputs === 1 && name === 'LogitLink') return 'logistic';
    if (outputs > 1 && name === 'MultinomialLogit') return 'softmax';
  } else if (name === 'IdentityLink') return 'identity';
  else if (name === 'LogLink') return 'exponential';
  return refuseUnsupported(
    `the link ${name || 'of another kind'} (${loss.path})`,
    'those of the losses that scikit-learn has are read',
  );
}
