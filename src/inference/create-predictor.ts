import { SpillwayError } from '../core/index.ts';
import type { Link, Pipeline, Prediction, Task } from '../model/index.ts';
import { createReferenceScorers, type Scorers } from './create-scorers.ts';
import { createRowEncoder } from './encode-row.ts';
import { findPostProcessor, type PostProcessor } from './links.ts';

/** Answers rows that were read: one number per feature of the schema, categories by their code, NaN = missing. */
export interface Predictor {
  predictValues(values: Float64Array): Prediction;
  /**
   * The same for `count` rows that stand one after the other.
   * @throws RangeError when there are fewer numbers than that.
   */
  predictBatch(values: Float64Array, count: number): Prediction[];
  /** The raw scores before the link, one per output. */
  margins(values: Float64Array): Float64Array;
}

/** So many rows of a batch are made into columns and scores at a time: memory does not grow with the batch. */
const blockRows = 4096;

const linksOf: Readonly<Record<Task, readonly Link[]>> = {
  binary: ['logistic', 'probability', 'hinge', 'probit', 'softplus'],
  multiclass: ['softmax', 'probability', 'one-vs-rest', 'independent-logistic', 'softmax-nonzero'],
  regression: [
    'identity',
    'logistic',
    'exponential',
    'probability',
    'hinge',
    'ascending',
    'cumulative-softplus',
    'softplus',
    'signed-square',
    'probit',
  ],
};

/**
 * The reference predictor: short, in the order of the definition, the one that every faster path must equal.
 * @throws SpillwayError `INVALID_MODEL` when the parts of the pipeline do not fit each other.
 */
export function createPredictor(
  pipeline: Pipeline,
  createScorers: (model: Pipeline['model']) => Scorers = createReferenceScorers,
): Predictor {
  checkPipeline(pipeline);
  const { model, schema, steps } = pipeline;
  const encode = createRowEncoder(steps);
  const { scoreRow, scoreRows } = createScorers(model);
  const toPrediction = createToPrediction(pipeline);
  const features = schema.features.length;
  const width = model.columns.length;
  const isPlain = steps.steps.length === 0 && steps.columns.every((from, index) => from === index);
  // used again for each row; no code of a caller runs while they are in use
  const row = new Float64Array(width);
  const scores = new Float64Array(model.outputs);
  let columns = new Float64Array(0);
  let manyScores = new Float64Array(0);

  const toColumns = (values: Float64Array, count: number): Float64Array => {
    if (isPlain && features === width) return values;
    if (columns.length < count * width) columns = new Float64Array(count * width);
    for (let index = 0; index < count; index++) {
      encode(values.subarray(index * features, (index + 1) * features), row);
      columns.set(row, index * width);
    }
    return columns;
  };

  return {
    margins(values) {
      encode(values, row);
      scoreRow(row, scores);
      return scores.slice();
    },
    predictValues(values) {
      encode(values, row);
      scoreRow(row, scores);
      return toPrediction(scores);
    },
    predictBatch(values, count) {
      const { outputs } = model;
      // the kernels would take what the batch before left in their memory for the rows that are not there
      if (!(Number.isInteger(count) && count >= 0 && values.length >= count * features)) {
        throw new RangeError(`${values.length} numbers for ${count} rows of ${features}`);
      }
      const predictions: Prediction[] = [];
      for (let start = 0; start < count; start += blockRows) {
        const rows = Math.min(blockRows, count - start);
        if (manyScores.length < rows * outputs) manyScores = new Float64Array(rows * outputs);
        const block = values.subarray(start * features, (start + rows) * features);
        scoreRows(toColumns(block, rows), rows, manyScores);
        for (let index = 0; index < rows; index++) {
          for (let k = 0; k < outputs; k++) scores[k] = manyScores[index * outputs + k]!;
          predictions.push(toPrediction(scores));
        }
      }
      return predictions;
    },
  };
}

/** Turns the scores of one row into the answer of the task; the scores stay as they are. */
function createToPrediction({
  model,
  task,
  labels,
  decisionThreshold,
}: Pipeline): (scores: Float64Array) => Prediction {
  const postProcess: PostProcessor =
    model.kind === 'calibrated-model' ? () => {} : findPostProcessor(model);
  const answers = new Float64Array(model.outputs);
  return (scores) => {
    answers.set(scores);
    postProcess(answers);
    const margin = model.link === 'probability' ? null : numberOrList(scores);
    if (task === 'regression') {
      const value = numberOrList(answers);
      return { margin, value, prediction: value };
    }
    if (task === 'binary') {
      const probability = answers[0]!;
      return { margin, probability, prediction: labels[probability >= decisionThreshold ? 1 : 0]! };
    }
    return { margin, probabilities: [...answers], prediction: labels[indexOfHighest(scores)]! };
  };
}

function numberOrList(numbers: Float64Array): number | number[] {
  return numbers.length === 1 ? numbers[0]! : [...numbers];
}

/** The first of the highest, as XGBoost chooses. */
function indexOfHighest(numbers: Float64Array): number {
  let best = 0;
  for (let index = 1; index < numbers.length; index++) {
    if (numbers[index]! > numbers[best]!) best = index;
  }
  return best;
}

function checkPipeline({ labels, model, schema, steps, task }: Pipeline): void {
  const expectedLabels = { binary: 2, regression: 0, multiclass: model.outputs }[task];
  expect(
    steps.columns.length === model.columns.length,
    `${steps.columns.length} columns for a model of ${model.columns.length}`,
  );
  expect(
    steps.features === schema.features.length,
    `steps from ${steps.features} values for rows of ${schema.features.length}`,
  );
  expect(
    labels.length === expectedLabels,
    `${labels.length} labels for a ${task} model of ${model.outputs} outputs`,
  );
  expect(task !== 'binary' || model.outputs === 1, `${model.outputs} outputs for a binary model`);
  expect(linksOf[task].includes(model.link), `the link ${model.link} for a ${task} model`);
}

function expect(fits: boolean, fault: string): void {
  if (!fits)
    throw new SpillwayError('INVALID_MODEL', `the parts of the model do not fit: ${fault}`);
}
