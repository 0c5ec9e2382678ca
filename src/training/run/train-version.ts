// What: one trained version: measured on rows that it has not seen, and then fitted for serving.
// Source: the held-out part or folds are predicted by models that saw neither these rows nor anything learned from them.
// Complexity: one fit per fold and one for serving.
// Invariant: whatever is learned (columns, cuts, coefficients, when to stop) is learned inside `fit` from its own rows.
import { SpillwayError } from '../../core/index.ts';
import { writeOnnx } from '../../formats/index.ts';
import type { Calibrator, Pipeline } from '../../model/index.ts';
import type { Fit } from '../algorithms/algorithm.ts';
import { chooseThreshold } from '../evaluation/choose-threshold.ts';
import { findLeaks } from '../split/find-leaks.ts';
import type { Split, SplitResult } from '../split/split.ts';
import { joinRows } from '../table/join-rows.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import { takeRows } from '../table/take-rows.ts';
import { checkRange, checkTargets } from './check-targets.ts';
import { type Answers, createAnswers, putAnswer } from './collect-answers.ts';
import { dealFolds, holdOut } from './divide-rows.ts';
import { type Evaluation, evaluateAnswers } from './evaluate-answers.ts';
import { answersOf, type FittedRows, fitRows } from './fit-rows.ts';
import { servedPipeline } from './served-pipeline.ts';
import type { TrainVersionOptions } from './train-version-options.ts';

/** A trained version, not yet written. */
export interface TrainedVersion {
  readonly fit: Fit;
  readonly calibrator: Calibrator | null;
  readonly pipeline: Pipeline;
  /** The same without the calibrator: what the features move. */
  readonly scoring: Pipeline;
  /** A weighted sum as ONNX, from features to probabilities; `null` for what is not written as that. */
  readonly onnx: Uint8Array | null;
  /** Of the rows that were measured on; `null` without any. */
  readonly evaluation: Evaluation | null;
  /** What was measured: true and answered, for figures; `null` without any. */
  readonly measured: { readonly data: TrainingData; readonly answers: Answers } | null;
  readonly decisionThreshold: number;
  /** Sentences on how it was measured and what the written model was fitted on. */
  readonly how: string;
  readonly trainedRows: number;
  readonly warnings: readonly string[];
}

const fewestIsotonicRows = 1000;

/**
 * Trains and measures a version. The model that is given back was fitted on all rows; one whose training stopped early is
 * the one that stopped, without the rows that decided it and those held out.
 * @throws SpillwayError `INVALID_DATA` for targets that nothing can be learned from, `INVALID_CONFIG` or `INVALID_OPTION`
 * for parameters, `CANCELLED` when `signal` says so.
 */
export async function trainVersion(options: TrainVersionOptions): Promise<TrainedVersion> {
  const { algorithm, data, labels, parameters, seed, split, task, threshold, validation } = options;
  if (!algorithm.tasks.includes(task)) {
    throw new SpillwayError(
      'INVALID_CONFIG',
      `${algorithm.name} is for ${algorithm.tasks.join(' and ')}, and the task is ${task}`,
    );
  }
  checkThreshold(options);
  checkTargets(data, labels, 'the data');
  checkRange(algorithm, data);
  const stops = algorithm.stopsAfter(parameters) !== null;
  let kept: FittedRows | null = null;
  let measured: TrainedVersion['measured'] = null;
  let measuring: string;
  const splits: SplitResult[] = [];
  if (validation.kind === 'rows') {
    kept = await fitRows(options, data, algorithm.name);
    measured = measure(options, kept, validation.data);
    measuring = `Measured on the ${count(validation.data.table.rows)} rows of another file.`;
  } else if (validation.kind === 'hold-out') {
    const divided = holdOut({ data, labels, method: split, seed }, validation.share);
    splits.push(divided);
    const { training, validation: test } = divided.splits[0]!;
    const part = takeRows(data, training);
    checkTargets(part, labels, 'the part to learn from');
    const fitted = await fitRows(options, part, `${algorithm.name}, held-out part`);
    measured = measure(options, fitted, takeRows(data, test));
    if (stops) kept = fitted;
    measuring = `Measured on ${count(test.length)} rows that were held out (split: ${split}, seed ${seed}), by a model of the other ${count(training.length)}.`;
  } else if (validation.kind === 'folds') {
    const divided = dealFolds({ data, labels, method: split, seed }, validation.folds);
    splits.push(divided);
    measured = await measureFolds(options, divided.splits);
    measuring = `Measured in ${validation.folds} folds (split: ${split}, seed ${seed}): ${count(measured.data.table.rows)} rows, each by a model that had not seen it.`;
  } else {
    measuring = 'Not measured: validation is none.';
  }
  const { calibrator, fit, how, rows } =
    kept ?? (await fitRows(options, data, `${algorithm.name}, all rows`));
  const chosen = measured && decide(options, measured);
  const decisionThreshold = chosen ?? (threshold?.by === 'fixed' ? threshold.at : 0.5);
  const looked = validation.kind === 'rows' ? joinRows(data, validation.data) : data;
  const leaks = findLeaks({
    table: looked.table,
    splits:
      validation.kind === 'rows'
        ? [splitAt(data.table.rows, looked.table.rows)]
        : splits.flatMap((divided) => divided.splits),
    ...(task === 'regression' ? { targets: looked.targets } : { labels: looked.targets }),
    groups: split === 'group' ? (looked.keys ?? undefined) : undefined,
  });
  const warnings = [
    ...fit.warnings,
    ...splits.flatMap((divided) => divided.warnings),
    ...leaks.map(({ message }) => message),
  ];
  const free = options.features.filter(
    (feature) => feature.monotonic !== undefined && !algorithm.keepsTo(feature),
  );
  if (free.length > 0) {
    warnings.push(
      `the schema says that ${free.map(({ name }) => JSON.stringify(name)).join(', ')} is monotonic, and nothing keeps this model to it: boosting keeps to it for numbers`,
    );
  }
  if (options.calibration === 'isotonic' && rows < fewestIsotonicRows) {
    warnings.push(
      `isotonic calibration by ${count(rows)} rows follows their chance: it takes about ${count(fewestIsotonicRows)}, sigmoid fewer`,
    );
  }
  if (chosen !== null) {
    warnings.push(
      'the decision threshold was chosen on the rows that it is measured on: figures at the threshold are a little kind',
    );
  }
  const evaluation =
    measured && evaluateAnswers({ ...measured, decisionThreshold, labels, seed, task });
  const pipeline = servedPipeline(fit, { ...options, calibrator, decisionThreshold });
  const scoring =
    calibrator === null
      ? pipeline
      : servedPipeline(fit, { ...options, calibrator: null, decisionThreshold });
  // trees have a file that others read
  const onnx = scoring.model.kind === 'tree-ensemble' ? null : writeOnnxOf(pipeline, warnings);
  return {
    fit,
    calibrator,
    pipeline,
    onnx,
    scoring,
    evaluation,
    measured,
    decisionThreshold,
    how: `${measuring} ${how}`,
    trainedRows: rows,
    warnings,
  };
}

/** The rows up to one are learned from, those from there on are measured on. */
function splitAt(row: number, rows: number): Split {
  return {
    training: Uint32Array.from({ length: row }, (_, place) => place),
    validation: Uint32Array.from({ length: rows - row }, (_, place) => row + place),
  };
}

/** What cannot be written is told with its reason. */
function writeOnnxOf(pipeline: Pipeline, warnings: string[]): Uint8Array | null {
  try {
    return writeOnnx(pipeline);
  } catch (error) {
    if (!SpillwayError.isInstance(error) || error.code !== 'UNSUPPORTED_MODEL') throw error;
    warnings.push(`there is no model.onnx: ${error.message}`);
    return null;
  }
}

async function measureFolds(
  options: TrainVersionOptions,
  splits: readonly Split[],
): Promise<NonNullable<TrainedVersion['measured']>> {
  const { algorithm, data, labels } = options;
  const rows: number[] = [];
  const all = createAnswers(data.table.rows, labels.length);
  for (const [fold, { training, validation: test }] of splits.entries()) {
    const part = takeRows(data, training);
    checkTargets(part, labels, `the rows outside fold ${fold + 1}`);
    const fitted = await fitRows(
      options,
      part,
      `${algorithm.name}, fold ${fold + 1} of ${splits.length}`,
    );
    let at = 0;
    for (const answer of answersOf(options, fitted, takeRows(data, test))) {
      putAnswer(all, rows.length, answer);
      rows.push(test[at++]!);
    }
  }
  const width = all.numbers.length / data.table.rows;
  return {
    data: takeRows(data, rows),
    answers: {
      numbers: all.numbers.subarray(0, rows.length * width),
      scores: all.scores.subarray(0, rows.length),
    },
  };
}

function measure(
  options: TrainVersionOptions,
  fitted: FittedRows,
  data: TrainingData,
): NonNullable<TrainedVersion['measured']> {
  const answers = createAnswers(data.table.rows, options.labels.length);
  let row = 0;
  for (const answer of answersOf(options, fitted, data)) putAnswer(answers, row++, answer);
  return { data, answers };
}

/** The threshold that serves the aim best on the rows measured; `null` when none is chosen there. */
function decide(
  { seed, task, threshold }: TrainVersionOptions,
  { answers, data }: NonNullable<TrainedVersion['measured']>,
): number | null {
  if (task !== 'binary' || threshold === undefined || threshold.by === 'fixed') return null;
  const { aim } = threshold;
  const choice = chooseThreshold({
    labels: data.targets,
    probabilities: answers.numbers,
    weights: data.weights ?? undefined,
    aim,
    bootstrap: { seed },
  });
  if (choice.threshold !== null) return choice.threshold;
  throw new SpillwayError(
    'INVALID_DATA',
    `no threshold reaches the ${aim.kind} that was asked for`,
  );
}

/** Refuses a threshold that would do nothing, before anything is fitted. */
function checkThreshold({ task, threshold, validation }: TrainVersionOptions): void {
  if (threshold === undefined) return;
  const isChosen = threshold.by === 'aim';
  if (task === 'binary' && (!isChosen || validation.kind !== 'none')) return;
  const why =
    task === 'binary'
      ? 'takes rows to measure on: validation is none'
      : `is for a binary task, and this is ${task}`;
  const message = `a threshold${isChosen ? ` by ${threshold.aim.kind}` : ''} ${why}`;
  throw new SpillwayError('INVALID_CONFIG', message, {
    faults: [{ pointer: '/threshold', message }],
  });
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
