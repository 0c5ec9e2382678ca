import { SpillwayError } from '../core/index.ts';
import type { Link, Pipeline, Prediction, Task } from '../model/index.ts';
import { createScorer, type Scorer } from './create-scorer.ts';
import { createRowEncoder } from './encode-row.ts';
import { findPostProcessor, type PostProcessor } from './links.ts';
import { createCalibratedScorer } from './predict-calibrated-model.ts';

/** Answers rows that were read: one number per feature of the schema, categories by their code, NaN = missing. */
export interface Predictor {
  predictValues(values: Float64Array): Prediction;
  /** The raw scores before the link, one per output. */
  margins(values: Float64Array): Float64Array;
}

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
export function createPredictor(pipeline: Pipeline): Predictor {
  checkPipeline(pipeline);
  const { model, task, labels, decisionThreshold } = pipeline;
  const encode = createRowEncoder(pipeline.steps);
  const predict: Scorer =
    model.kind === 'calibrated-model' ? createCalibratedScorer(model) : createScorer(model);
  const postProcess: PostProcessor =
    model.kind === 'calibrated-model' ? () => {} : findPostProcessor(model);
  // used again for each row; no code of a caller runs while they are in use
  const row = new Float64Array(model.columns.length);
  const scores = new Float64Array(model.outputs);
  const answers = new Float64Array(model.outputs);

  const score = (values: Float64Array): void => {
    encode(values, row);
    predict(row, scores);
  };

  return {
    margins(values) {
      score(values);
      return scores.slice();
    },
    predictValues(values) {
      score(values);
      answers.set(scores);
      postProcess(answers);
      const margin = model.link === 'probability' ? null : numberOrList(scores);
      if (task === 'regression') {
        const value = numberOrList(answers);
        return { margin, value, prediction: value };
      }
      if (task === 'binary') {
        const probability = answers[0]!;
        return {
          margin,
          probability,
          prediction: labels[probability >= decisionThreshold ? 1 : 0]!,
        };
      }
      return { margin, probabilities: [...answers], prediction: labels[indexOfHighest(scores)]! };
    },
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
