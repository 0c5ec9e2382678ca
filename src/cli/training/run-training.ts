import { basename, join } from 'node:path';
import { type Fault, faultsInWords, SpillwayError, systemClock } from '../../core/index.ts';
import { openVersions } from '../../registry/index.ts';
import { inspectVersion } from '../../scoring/index.ts';
import {
  type Algorithm,
  algorithms,
  checkPlace,
  checkStatedCard,
  describeTraining,
  type InferredData,
  reportFiles,
  type TrainedVersion,
  trainVersion,
  type Validation,
  versionFiles,
  writeVersion,
} from '../../training/index.ts';
import { print } from '../print.ts';
import { createStatusLine, type StatusLine } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { readAs, readData } from './read-data.ts';
import { resultInWords } from './result-in-words.ts';
import { schemaInWords } from './schema-in-words.ts';
import type { TrainRequest } from './train-request.ts';

/** Reads, trains, measures and writes what was asked for. */
export async function runTraining(request: TrainRequest): Promise<void> {
  const { algorithm, config, force, json, out, seed, validation } = request;
  const named =
    algorithm === 'all' ? algorithms : algorithms.filter(({ name }) => name === algorithm);
  checkSplit(request, named);
  if (algorithm !== 'all') await checkPlace(out, force);
  // float64 is for sums of products; trees look at float32
  const precision = named.every(({ looksAt }) => looksAt === 'float32') ? 'float32' : 'float64';
  const read = await readData(request, precision);
  if (!json) {
    await print(schemaInWords(read.summary, read.schema, read.target, request.target));
  }
  const { data, schema, target } = read;
  const chosen =
    algorithm === 'all' ? named.filter(({ tasks }) => tasks.includes(target.task)) : named;
  const place = ({ name }: Algorithm): string => (algorithm === 'all' ? join(out, name) : out);
  for (const one of chosen) await checkPlace(place(one), force);
  const split = config.split?.method ?? (target.task === 'regression' ? 'random' : 'stratified');
  if (split === 'stratified' && target.task === 'regression') {
    throw new UsageError('a stratified split needs labels, and this is a regression');
  }
  checkParameters(request, read, chosen);
  checkStatedCard({ config, features: schema.features, ...target });
  const measuredOn = await validationOf(request, read, precision);
  const status = createStatusLine(process.stderr);
  const results: object[] = [];
  for (const one of chosen) {
    const trained = await finishing(status, () =>
      trainVersion({
        algorithm: one,
        parameters: config[one.name],
        data,
        features: schema.features,
        task: target.task,
        labels: target.labels,
        validation: measuredOn,
        split,
        calibration: config.calibration,
        threshold: config.threshold,
        stoppingShare: config.stopping_share,
        seed,
        threads: config.threads ?? 1,
        onProgress: progressOn(status),
      }),
    );
    await writeOne(request, read, { algorithm: one, directory: place(one), trained });
    const facts = describeTraining(trained, one);
    results.push({ out: place(one), ...facts });
    if (!json) await print(resultInWords(place(one), trained, one));
  }
  if (validation.kind === 'none' && !json) await print('warning    nothing was measured\n');
  if (json) await print(`${JSON.stringify(algorithm === 'all' ? results : results[0], null, 2)}\n`);
}

/** Refuses a method of splitting when no rows are split by it. */
function checkSplit({ config, validation }: TrainRequest, named: readonly Algorithm[]): void {
  const measures = validation.kind === 'hold-out' || validation.kind === 'folds';
  const stops = named.some(({ name, stopsAfter }) => stopsAfter(config[name]) !== null);
  if (config.split === undefined || measures || stops || config.calibration !== 'none') return;
  throw new UsageError('split does nothing: no rows are held out, in folds or set aside');
}

/** Refuses parameters before anything is trained, with the faults of all algorithms. */
function checkParameters(
  { config, seed }: TrainRequest,
  { data, schema, target }: InferredData,
  chosen: readonly Algorithm[],
): void {
  const faults: Fault[] = [];
  for (const { check, name } of chosen) {
    try {
      check({ ...target, data, features: schema.features, parameters: config[name], seed });
    } catch (error) {
      if (!SpillwayError.isInstance(error) || error.faults.length === 0) throw error;
      for (const { message, pointer } of error.faults) {
        faults.push({
          pointer: pointer.replace(/^(\/parameters(?=\/)|\/boosting)?/, `/${name}`),
          message,
        });
      }
    }
  }
  if (faults.length === 0) return;
  const words = `the configuration has ${faults.length} fault(s): ${faultsInWords(faults)}`;
  throw new SpillwayError('INVALID_CONFIG', words, { faults });
}

async function validationOf(
  request: TrainRequest,
  read: InferredData,
  precision: 'float32' | 'float64',
): Promise<Validation> {
  const { validation } = request;
  if (validation.kind !== 'file') return validation;
  return { kind: 'rows', data: await readAs(request, validation.file, read, precision) };
}

async function writeOne(
  { config, data: file, force, seed, target }: TrainRequest,
  { data, schema, summary }: InferredData,
  written: {
    readonly algorithm: Algorithm;
    readonly directory: string;
    readonly trained: TrainedVersion;
  },
): Promise<void> {
  const createdAt = new Date(systemClock.wallNow()).toISOString();
  const { algorithm, directory, trained } = written;
  const source = { file: basename(file), sha256: summary.sha256 };
  const files = versionFiles({ trained, algorithm, config, data, source, target, seed, createdAt });
  const report = reportFiles({
    trained,
    algorithm,
    data,
    target,
    source,
    seed,
    createdAt,
    name: config.card.name ?? basename(directory),
    leftOut: schema.leftOut,
    warnings: schema.warnings,
  });
  for (const [name, bytes] of report) files.set(name, bytes);
  await writeVersion(directory, files, { force, check: checkServes });
}

/** A version that would not serve is not written. */
async function checkServes(directory: string): Promise<void> {
  for (const version of await openVersions(directory)) {
    const { failure } = await inspectVersion(version);
    if (failure !== null) {
      throw new SpillwayError('INVALID_MODEL', `the trained version would not serve: ${failure}`);
    }
  }
}

async function finishing<Result>(status: StatusLine, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    status.end();
  }
}

/** Rounds, loss, and the time that the stage will still take at the pace so far. */
function progressOn(
  status: StatusLine,
): (stage: string, done: number, of: number, loss: number | null) => void {
  let current = '';
  let startedAt = 0;
  return (stage, done, of, loss) => {
    const now = systemClock.now();
    if (stage !== current) {
      current = stage;
      startedAt = now;
    }
    status.show(() => {
      const left =
        done === 0
          ? ''
          : `, ${Math.ceil((((now - startedAt) / done) * (of - done)) / 1000)} s left`;
      return `${stage}: ${done} of ${of}${loss === null ? '' : `, loss ${loss.toPrecision(5)}`}${left}`;
    });
  };
}
