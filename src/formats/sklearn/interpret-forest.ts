import { createTreeEnsemble, type Label, type TreeInput } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { acceptsMissing } from './accepts-missing.ts';
import { type Context, expectWidth, type Fitted } from './context.ts';
import { readLabels } from './read-labels.ts';
import { readTree, type SklearnTree } from './read-tree.ts';
import { needVersion } from './read-version.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';
import { sumPairwise } from './sum-pairwise.ts';

/** The largest float32: a number beyond it becomes infinite, which trees refuse. */
export const largestFloat32 = 3.4028234663852886e38;

/** A single tree, or a forest whose answer is the mean of those of its trees. */
export function interpretForest(
  estimator: PickleValue,
  columns: readonly Column[],
  { plan, version }: Context,
): Fitted {
  expectWidth(estimator, columns);
  const { minor } = needVersion(estimator, version);
  const members = estimator.find('estimators_')?.items();
  const [first = estimator, ...others] = members ?? [estimator];
  if (members?.length === 0) estimator.at('estimators_').refuse('at least one tree');
  const inputs = columns.map((column) => plan.asNumber(column));
  const isSparse = columns.some((column) => column.isSparse);
  const takesMissing =
    !isSparse && acceptsMissing(first, minor) && (members === undefined || minor >= 4);
  if (!takesMissing) plan.refuseMissing(inputs);
  plan.refuseBeyond(inputs, largestFloat32);
  const kind = shortName(estimator);
  const labels = kind.endsWith('Classifier') ? readLabels(estimator) : [];
  const trees = [first, ...others].map((member) => readTree(member.at('tree_'), inputs.length));
  const outputs = labels.length === 0 ? trees[0]!.targets : labels.length === 2 ? 1 : labels.length;
  const model = createTreeEnsemble({
    columns: inputs.map(({ name }) => name),
    outputs,
    leafSize: outputs,
    inputs: 'float32',
    comparison: '<=',
    arithmetic: 'float64',
    base: new Float64Array(outputs),
    divisor: trees.length,
    link: labels.length === 0 ? 'identity' : 'probability',
    trees: trees.map((tree) =>
      toInput(tree, { labels, outputs, minor, isAlone: members === undefined }),
    ),
  });
  return {
    columns: inputs,
    model,
    task: labels.length === 0 ? 'regression' : labels.length === 2 ? 'binary' : 'multiclass',
    labels,
    decisionThreshold: aboveHalf,
    objective: kind,
  };
}

interface Answers {
  readonly labels: readonly Label[];
  readonly outputs: number;
  readonly minor: number;
  /** Whether the tree is no member of a forest. */
  readonly isAlone: boolean;
}

function toInput(tree: SklearnTree, { labels, outputs, minor, isAlone }: Answers): TreeInput {
  const { shape, values, nodes, targets, classes } = tree;
  if (labels.length === 0) {
    if (classes !== 1) refuseBroken(`a tree of ${classes} values per target in a regression`);
    if (targets !== outputs) refuseBroken(`a tree of ${targets} targets among trees of ${outputs}`);
    return { ...shape, output: 0, value: values };
  }
  if (targets !== 1) refuseUnsupported(`${targets} targets`, 'train one classifier for each');
  if (classes !== labels.length) {
    refuseBroken(`a tree of ${classes} classes in a classifier of ${labels.length}`);
  }
  const fractions = minor < 4 ? divideBySums(values, nodes, classes) : values;
  if (outputs > 1) return { ...shape, output: 0, value: fractions };
  const seconds = fractions.filter((_, index) => index % 2 === 1);
  return { ...shape, output: 0, value: isAlone ? settleTies(seconds, fractions) : seconds };
}

/** A lone tree compares two rounded fractions, whose sum may miss 1: the second then moves to its side of one half. */
function settleTies(seconds: Float64Array, fractions: Float64Array): Float64Array {
  return seconds.map((second, node) => {
    const isSecond = second > fractions[2 * node]!;
    return isSecond === second > 0.5 ? second : isSecond ? aboveHalf : 0.5;
  });
}

/** Up to 1.3 nodes hold weights of classes, of which `predict_proba` makes fractions. */
function divideBySums(values: Float64Array, nodes: number, classes: number): Float64Array {
  const fractions = new Float64Array(values.length);
  for (let node = 0; node < nodes; node++) {
    const sum = sumPairwise(values, node * classes, classes);
    const divisor = sum === 0 ? 1 : sum;
    for (let k = 0; k < classes; k++) {
      fractions[node * classes + k] = values[node * classes + k]! / divisor;
    }
  }
  return fractions;
}
