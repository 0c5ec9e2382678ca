import { SpillwayError } from '../core/index.ts';
import { checkPrediction, type Model, type Prediction } from '../model/index.ts';
import { labelOfProbability, mostProbableLabel } from './choose-label.ts';

/** What is stated about the answers of code that is not ours. */
export interface Answering extends Pick<Model, 'labels' | 'pipeline' | 'task'> {
  /** Binary: the probability from which the positive label is predicted. */
  readonly threshold: number;
}

/**
 * Makes a prediction of what code of a user answered: a number, or an object whose fields are read once, since they may
 * be getters. What it leaves open follows from the task.
 * @throws SpillwayError `INVALID_OUTPUT` when nobody could act on it.
 */
export function completePrediction(answered: unknown, answering: Answering): Prediction {
  const prediction = fill(readFields(answered, answering), answering);
  checkPrediction(prediction, answering);
  return prediction;
}

type Fields = { readonly [Name in keyof Prediction]?: Prediction[Name] | undefined };

function readFields(answered: unknown, { task }: Answering): Fields {
  if (typeof answered === 'number') {
    return task === 'regression' ? { value: answered } : { probability: answered };
  }
  if (answered instanceof Promise) {
    throw new SpillwayError(
      'INVALID_OUTPUT',
      'the model answered no usable prediction: expected an answer at once, not a promise; code that answers later is given as predict',
    );
  }
  if (typeof answered !== 'object' || answered === null) {
    throw new SpillwayError(
      'INVALID_OUTPUT',
      `the model answered no usable prediction: expected a number or an object`,
    );
  }
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checkPrediction looks at every field
    const { margin, probability, probabilities, value, prediction } = answered as Fields;
    return {
      margin: margin !== undefined && isNumeric(margin) ? margin : null,
      ...(probability !== undefined && { probability }),
      ...(probabilities !== undefined && { probabilities: copyOf(probabilities) }),
      ...(value !== undefined && { value: copyOf(value) }),
      ...(prediction !== undefined && { prediction: copyOf(prediction) }),
    };
  } catch (cause) {
    throw new SpillwayError('INVALID_OUTPUT', 'the answer of the model cannot be read', { cause });
  }
}

function fill(fields: Fields, { labels, task, threshold }: Answering): Prediction {
  const { margin = null, probability, probabilities, value, prediction } = fields;
  if (task === 'binary' && typeof probability === 'number') {
    const label = prediction ?? labelOfProbability(probability, labels, threshold);
    return { margin, probability, prediction: label };
  }
  if (task === 'multiclass' && Array.isArray(probabilities)) {
    const label = prediction ?? mostProbableLabel(probabilities, labels);
    return { margin, probabilities, prediction: label };
  }
  // what is missing or of another kind is refused by the check
  return {
    margin,
    prediction: prediction ?? value ?? Number.NaN,
    ...(value !== undefined && { value }),
  };
}

function isNumeric(margin: unknown): boolean {
  return (
    typeof margin === 'number' ||
    (Array.isArray(margin) && margin.every((m) => typeof m === 'number'))
  );
}

/** Longest list in an answer: labels and outputs are far fewer, and an endless one must not be copied. */
const longestList = 100_000;

function copyOf<T>(value: T): T {
  if (!Array.isArray(value)) return value;
  if (value.length > longestList) throw new RangeError(`a list of ${value.length} in an answer`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plain copy of a list is a list of the same
  return Array.from({ length: value.length }, (_, index): unknown => value[index]) as T;
}
