// What: one model out of rows, with what they decide beside it: when to stop, and how scores become probabilities.
// Source: CalibratedClassifierCV of scikit-learn with ensemble=False: the calibrator is fitted to the scores that rows got
//   from models which had not seen them, and then serves the model of all rows.
// Complexity: one fit, with a calibrator one more per inner fold.
// Invariant: nothing outside the rows that are given is looked at.
import { SpillwayError } from '../../core/index.ts';
import type { Calibrator, Prediction } from '../../model/index.ts';
import type { Fit } from '../algorithms/algorithm.ts';
import { fitIsotonic } from '../evaluation/fit-isotonic.ts';
import { fitSigmoid } from '../evaluation/fit-sigmoid.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import { takeRows } from '../table/take-rows.ts';
import { answerTable } from './answer-table.ts';
import { createAnswers, putAnswer } from './collect-answers.ts';
import { dealFolds, holdOut } from './divide-rows.ts';
import { servedPipeline } from './served-pipeline.ts';
import type { TrainVersionOptions } from './train-version-options.ts';

/** A model, and how many rows it was fitted on. */
export interface FittedRows {
  readonly fit: Fit;
  readonly calibrator: Calibrator | null;
  readonly rows: number;
  /** Sentences. */
  readonly how: string;
}

const calibrationFolds = 5;

/** Fits a model to rows; those that decide when to stop, and the folds of a calibrator, are taken from them. */
export async function fitRows(
  options: TrainVersionOptions,
  data: TrainingData,
  stage: string,
): Promise<FittedRows> {
  const { calibration, task } = options;
  if (calibration === 'none') return fitPlainly(options, data, stage);
  if (task !== 'binary') {
    const message = `is for a binary task, and this is ${task}`;
    throw new SpillwayError('INVALID_CONFIG', `calibration ${message}`, {
      faults: [{ pointer: '/calibration', message }],
    });
  }
  const { labels, seed, split } = options;
  const { splits } = dealFolds({ data, labels, method: split, seed: seed + 2 }, calibrationFolds);
  const answers = createAnswers(data.table.rows, 2);
  const rows: number[] = [];
  for (const [fold, { training, validation }] of splits.entries()) {
    const name = `${stage}, calibration ${fold + 1} of ${calibrationFolds}`;
    // oxlint-disable-next-line no-await-in-loop -- one model at a time is in memory
    const fitted = await fitPlainly(options, takeRows(data, training), name);
    const part = takeRows(data, validation);
    let at = 0;
    for (const answer of answersOf(options, fitted, part)) {
      putAnswer(answers, rows.length, answer);
      rows.push(validation[at++]!);
    }
  }
  const measured = takeRows(data, rows);
  const fitted = await fitPlainly(options, data, stage);
  const fitCalibrator = calibration === 'sigmoid' ? fitSigmoid : fitIsotonic;
  return {
    ...fitted,
    calibrator: fitCalibrator({
      scores: answers.scores.subarray(0, rows.length),
      labels: measured.targets,
      weights: measured.weights ?? undefined,
    }),
    how: `${fitted.how} Its probabilities are calibrated (${calibration}) by the scores of ${rows.length.toLocaleString('en-US')} of these rows in ${calibrationFolds} folds.`,
  };
}

/** The answers of a fitted model to rows, as it serves them. */
export function answersOf(
  options: TrainVersionOptions,
  { calibrator, fit }: Pick<FittedRows, 'calibrator' | 'fit'>,
  { table }: TrainingData,
): Generator<Prediction, void, undefined> {
  return answerTable(
    servedPipeline(fit, { ...options, calibrator, decisionThreshold: 0.5 }),
    table,
  );
}

async function fitPlainly(
  options: TrainVersionOptions,
  data: TrainingData,
  stage: string,
): Promise<FittedRows> {
  const { algorithm, labels, onProgress, parameters, seed, split, stoppingShare = 0.15 } = options;
  let learning = data;
  let stopping: TrainingData | null = null;
  if (algorithm.stopsAfter(parameters) !== null) {
    const { splits } = holdOut({ data, labels, method: split, seed: seed + 1 }, stoppingShare);
    learning = takeRows(data, splits[0]!.training);
    stopping = takeRows(data, splits[0]!.validation);
  }
  const fit = await algorithm.fit({
    ...options,
    signal: options.signal,
    data: learning,
    stopping,
    onRound: (done, of, loss) => onProgress?.(stage, done, of, loss),
  });
  const rows = learning.table.rows;
  const fitted = `The model was fitted on ${rows.toLocaleString('en-US')} rows`;
  const how =
    stopping === null
      ? `${fitted}.`
      : `${fitted}; ${stopping.table.rows.toLocaleString('en-US')} others decided when to stop.`;
  return { fit, calibrator: null, rows, how };
}
