import { readFileSync } from 'node:fs';
import { SpillwayError } from '../core/index.ts';
import { parseTrainConfig } from '../training/index.ts';
import { parseOptions } from './parse-options.ts';
import { runTraining } from './training/run-training.ts';
import type { RequestedValidation, TrainRequest } from './training/train-request.ts';
import { UsageError } from './usage-error.ts';

/** What `spillway train --help` prints. */
export const trainHelp: string = `spillway train: rows in, a model version out: model file, card, report

Usage: spillway train --data FILE --target COLUMN --algorithm NAME --out DIR [options]

  --data FILE          rows: CSV with a header, or JSON Lines
  --target COLUMN      what the model is to answer
  --algorithm NAME     boosting, forest, logistic, linear, or all that fit the task
  --out DIR            the version to write, for instance models/churn/v1.2; with
                       all, a folder of versions named by their algorithms
  --config FILE        train.json: parameters and everything that is here, too
  --task TASK          binary, multiclass or regression        (by the target's values)
  --positive LABEL     binary: the label whose probability is answered
  --validation HOW     0.2 (held out), 5-fold, FILE, or none                    (0.2)
  --split METHOD       random, stratified, group or time (stratified, if there are labels)
  --split-column NAME  the group, or the time, of a row
  --weight COLUMN      how much a row counts
  --ignore COLUMN      a column that is no feature; may be repeated
  --seed N             of everything that is drawn                                (0)
  --threads N          boosting: the same model, sooner on a machine with free cores   (1)
  --force              replace a version that is there
  --json               the result, or the error, as JSON

  Exit codes: 0 done, 1 failed on the data or the model, 2 wrong usage.
`;

const defaultShare = 0.2;

/** Trains one version, or one per algorithm. Each is complete, or it is not there. */
export async function train(args: readonly string[]): Promise<void> {
  await runTraining(parse(args));
}

function parse(args: readonly string[]): TrainRequest {
  const { values } = parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      data: { type: 'string' },
      target: { type: 'string' },
      algorithm: { type: 'string' },
      out: { type: 'string' },
      config: { type: 'string' },
      task: { type: 'string' },
      positive: { type: 'string' },
      validation: { type: 'string' },
      split: { type: 'string' },
      'split-column': { type: 'string' },
      weight: { type: 'string' },
      ignore: { type: 'string', multiple: true },
      seed: { type: 'string' },
      threads: { type: 'string' },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { algorithm, config: file, data, force, ignore, json, out, positive, seed, split } = values;
  const { target, task, validation, weight } = values;
  if (data === undefined || data === '') throw new UsageError('expected --data FILE');
  if (data === '-')
    throw new UsageError('expected --data FILE: rows are read twice, a pipe only once');
  if (out === undefined || out === '') throw new UsageError('expected --out DIR');
  if (values['split-column'] !== undefined && split === undefined) {
    throw new UsageError('--split-column belongs to --split group or time');
  }
  const stated = file === undefined ? {} : readConfig(file);
  const column = values['split-column'];
  const flags = {
    algorithm,
    ignore,
    positive,
    seed: seed === undefined ? undefined : numberOf(seed),
    split:
      split === undefined ? undefined : { method: split, ...(column !== undefined && { column }) },
    target,
    task,
    threads: values.threads === undefined ? undefined : numberOf(values.threads),
    validation,
    weight,
  };
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
  const config = parseTrainConfig({ ...stated, ...given });
  if (config.target === undefined) throw new UsageError('expected --target COLUMN');
  if (config.algorithm === undefined) {
    throw new UsageError('expected --algorithm boosting, forest, logistic, linear or all');
  }
  if (config.threads !== undefined && !['boosting', 'all'].includes(config.algorithm)) {
    throw new UsageError(`threads are for boosting; ${config.algorithm} trains on one`);
  }
  return {
    config,
    data,
    out,
    target: config.target,
    algorithm: config.algorithm,
    validation: readValidation(config.validation ?? defaultShare),
    seed: config.seed ?? 0,
    force,
    json,
  };
}

function readConfig(file: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new SpillwayError('INVALID_CONFIG', `${file} ${why}`, { cause });
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw new SpillwayError('INVALID_CONFIG', `${file} is no JSON object`);
}

function readValidation(stated: number | string): RequestedValidation {
  const text = String(stated);
  if (text === 'none') return { kind: 'none' };
  const folds = /^(\d{1,4})-fold$/.exec(text)?.[1];
  if (folds !== undefined) {
    if (Number(folds) < 2) throw new UsageError(`expected at least 2 folds, got ${text}`);
    return { kind: 'folds', folds: Number(folds) };
  }
  if (!/^[\d.eE+-]+$/.test(text)) return { kind: 'file', file: text };
  const share = Number(text);
  if (share > 0 && share < 1) return { kind: 'hold-out', share };
  throw new UsageError(
    `expected --validation to be a share between 0 and 1, 5-fold, a file or none, got ${text}`,
  );
}

/** Digits become a number; any other text stays one, and is then refused where a number is wanted. */
function numberOf(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
