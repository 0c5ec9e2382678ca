import type { LinearModel, Link, Task } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import { limits } from '../limits.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { type Context, expectWidth, type Fitted } from './context.ts';
import { readLabels } from './read-labels.ts';
import { needVersion } from './read-version.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';

interface Answer {
  readonly link: Link;
  readonly slope: number;
}

/** Weighted sums: `intercept_ + coef_ . x`. */
export function interpretLinear(
  estimator: PickleValue,
  columns: readonly Column[],
  { plan, version }: Context,
): Fitted {
  expectWidth(estimator, columns);
  const kind = shortName(estimator);
  const { minor } = needVersion(estimator, version);
  const isClassifier = kind.startsWith('Logistic') || kind === 'SGDClassifier';
  const labels = isClassifier ? readLabels(estimator) : [];
  const inputs = columns.map((column) => plan.asNumber(column));
  plan.refuseMissing(inputs);
  plan.refuseBeyond(inputs, Number.MAX_VALUE);
  const task: Task = !isClassifier ? 'regression' : labels.length === 2 ? 'binary' : 'multiclass';
  const { link, slope } = isClassifier
    ? classifierAnswer(estimator, kind, labels.length, minor)
    : {
        link: kind === 'PoissonRegressor' ? ('exponential' as const) : ('identity' as const),
        slope: 1,
      };
  const weights = estimator.at('coef_').numbers();
  const outputs = countOutputs(estimator, weights.length, inputs.length);
  if (isClassifier && outputs !== (labels.length === 2 ? 1 : labels.length)) {
    estimator.at('coef_').refuse(`weights for ${labels.length} labels`);
  }
  const model: LinearModel = Object.freeze({
    kind: 'linear-model',
    columns: Object.freeze(inputs.map(({ name }) => name)),
    outputs,
    arithmetic: 'float64',
    weights,
    intercepts: readIntercepts(estimator.at('intercept_'), outputs),
    link,
    slope,
  });
  if (!weights.every(Number.isFinite) || !model.intercepts.every(Number.isFinite)) {
    refuseBroken(`${estimator.path || 'the file'}: a weight or an intercept is not finite`);
  }
  return {
    columns: inputs,
    model,
    task,
    labels,
    decisionThreshold: aboveHalf,
    objective: kind,
  };
}

function countOutputs(estimator: PickleValue, weights: number, columns: number): number {
  const coefficients = estimator.at('coef_');
  const shape = coefficients.shape();
  const outputs = shape.length === 2 ? shape[0]! : 1;
  if (shape.at(-1) !== columns || outputs * columns !== weights || outputs === 0) {
    return coefficients.refuse(`weights of ${columns} columns`);
  }
  if (outputs > limits.outputs) refuseUnsupported(`${outputs} outputs`, 'fewer can be read');
  return outputs;
}

function readIntercepts(value: PickleValue, outputs: number): Float64Array {
  // one number stands for all outputs, as without an intercept
  if (value.isNumber()) return new Float64Array(outputs).fill(value.number());
  const numbers = value.numbers();
  if (numbers.length === 1) return new Float64Array(outputs).fill(numbers[0]!);
  return numbers.length === outputs ? numbers : value.refuse(`${outputs} numbers`);
}

/** `predict_proba` of LogisticRegression has changed its mind by version, solver and option. */
function classifierAnswer(
  estimator: PickleValue,
  kind: string,
  labels: number,
  minor: number,
): Answer {
  if (kind === 'SGDClassifier') {
    const loss = estimator.at('loss').string();
    if (loss !== 'log_loss' && loss !== 'log') {
      refuseUnsupported(
        `SGDClassifier(loss="${loss.slice(0, 40)}")`,
        'it answers no probabilities; train with loss="log_loss"',
      );
    }
    return { link: labels === 2 ? 'logistic' : 'one-vs-rest', slope: 1 };
  }
  const option = estimator.find('multi_class');
  const choice = minor >= 8 || option === undefined ? 'auto' : option.string();
  if (labels === 2) return { link: 'logistic', slope: choice === 'multinomial' ? 2 : 1 };
  if (minor >= 8) return { link: 'softmax', slope: 1 };
  const solver = estimator.at('solver').string();
  const isAlone =
    choice === 'ovr' ||
    choice === 'warn' ||
    (choice !== 'multinomial' &&
      (solver === 'liblinear' || (minor < 6 && solver === 'newton-cholesky')));
  return { link: isAlone ? 'one-vs-rest' : 'softmax', slope: 1 };
}
