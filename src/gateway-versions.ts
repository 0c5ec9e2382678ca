import { pathToFileURL } from 'node:url';
import { type Fault, faultsInWords, SpillwayError } from './core/index.ts';
import type { VersionInput } from './gateway-contract.ts';
import { type CardServing, type Model, type Predictor, servingRanges } from './model/index.ts';
import type { ModelVersion } from './registry/index.ts';

/** Completes one version; its form was looked at. */
function completeVersion(input: VersionInput): ModelVersion {
  const { name, card = null, sha256 = null, reason = null, warnings = [] } = input;
  const { background = null, cardSha256 = null, model = null } = input;
  const { format = card?.format ?? null } = input;
  const faults = faultsOf(input);
  if (faults.length > 0)
    throw new SpillwayError('INVALID_CONFIG', faultsInWords(faults), { faults });
  const predictor = predictorOf(input);
  return {
    name,
    model,
    predictor,
    serving: input.serving ?? card?.serving ?? {},
    card,
    background,
    format,
    sha256,
    cardSha256,
    reason,
    warnings,
    state: model === null && predictor === null ? 'failed' : 'ready',
    weight: input.weight ?? card?.weight ?? 1,
  };
}

function predictorOf(input: VersionInput): Predictor | null {
  const { card, module, predict } = input;
  const code = predict ?? (module === undefined ? undefined : urlOf(module));
  if (code === undefined) return null;
  const task = input.task ?? card?.task ?? 'binary';
  return {
    code,
    task,
    labels: input.labels ?? card?.labels ?? (task === 'binary' ? [0, 1] : []),
    schema: { features: input.features ?? card?.features ?? [] },
  };
}

function urlOf(module: string | URL): string {
  const text = String(module);
  return text.startsWith('file:') ? text : pathToFileURL(text).href;
}

const knownFields: ReadonlySet<string> = new Set<keyof ModelVersion | keyof VersionInput>([
  'name',
  'model',
  'predict',
  'module',
  'features',
  'task',
  'labels',
  'serving',
  'weight',
  'card',
  'format',
  'sha256',
  'cardSha256',
  'background',
  'reason',
  'warnings',
  'state',
  'predictor',
]);
const knownServing: ReadonlySet<string> = new Set<keyof CardServing>([
  'isolation',
  'threads',
  'maxMemoryMb',
  'timeoutMs',
  'maxConcurrent',
  'queue',
]);

/** What is wrong with the form of a version, before anything of it is looked into. */
function formFaultsOf(input: unknown, index: number): Fault[] {
  const at = `/versions/${index}`;
  if (!isRecord(input)) return [{ pointer: at, message: 'expected an object' }];
  const faults: Fault[] = [];
  const { name, serving, weight, task } = input;
  if (typeof name !== 'string' || !/^[^\p{Cc}]{1,200}$/u.test(name) || name in Object.prototype)
    faults.push({ pointer: `${at}/name`, message: 'expected a name of 1 to 200 characters' });
  if (
    weight !== undefined &&
    !(typeof weight === 'number' && weight >= 0 && Number.isFinite(weight))
  )
    faults.push({ pointer: `${at}/weight`, message: 'expected a number of 0 or more' });
  if (task !== undefined && !['binary', 'multiclass', 'regression'].some((known) => known === task))
    faults.push({ pointer: `${at}/task`, message: 'expected binary, multiclass or regression' });
  for (const list of ['features', 'labels']) {
    if (input[list] !== undefined && !Array.isArray(input[list]))
      faults.push({ pointer: `${at}/${list}`, message: 'expected an array' });
  }
  const unknown = Object.keys(input).filter((field) => !knownFields.has(field));
  for (const field of unknown)
    faults.push({ pointer: `${at}/${field}`, message: 'unknown field of a version' });
  if (serving === undefined) return faults;
  if (!isRecord(serving))
    return [...faults, { pointer: `${at}/serving`, message: 'expected an object' }];
  for (const [field, value] of Object.entries(serving)) {
    const expected = field === 'isolation' ? 'string' : 'number';
    if (!knownServing.has(field))
      faults.push({
        pointer: `${at}/serving/${field}`,
        message: `unknown; known are ${[...knownServing].join(', ')}`,
      });
    else if (value !== undefined && typeof value !== expected)
      faults.push({ pointer: `${at}/serving/${field}`, message: `expected a ${expected}` });
  }
  return faults;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Completes the versions that were handed over in code.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function completeVersions(given: unknown): readonly ModelVersion[] {
  const faults = Array.isArray(given)
    ? given.flatMap((input: unknown, index) => formFaultsOf(input, index))
    : [{ pointer: '/versions', message: 'expected an array' }];
  if (faults.length > 0)
    throw new SpillwayError('INVALID_CONFIG', faultsInWords(faults), { faults });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form was looked at
  return (given as readonly VersionInput[]).map(completeVersion);
}

function faultsOf(input: VersionInput): Fault[] {
  const { card, labels, model, module, name, predict, serving = {}, task } = input;
  const faults: Fault[] = [];
  const check = (holds: boolean, field: string, message: string) => {
    if (!holds) faults.push({ pointer: `/versions/${name}/${field}`, message });
  };
  const given = [model, predict, module].filter((value) => value !== undefined && value !== null);
  check(given.length < 2, 'model', 'model, predict and module exclude each other');
  check(given.length > 0 || model === null, 'model', 'expected a model, predict or module');
  check(predict === undefined || typeof predict === 'function', 'predict', 'expected a function');
  const isCode = predict !== undefined || module !== undefined;
  for (const field of ['features', 'task', 'labels'] as const) {
    check(isCode || input[field] === undefined, field, 'a model says this itself');
  }
  const states = (task ?? card?.task ?? 'binary') === 'multiclass' && isCode;
  check(
    !states || (labels ?? card?.labels ?? []).length > 1,
    'labels',
    'several labels need names',
  );
  const { isolation, maxConcurrent, maxMemoryMb, queue, threads, timeoutMs } = serving;
  const isThreaded = module !== undefined || isolation === 'worker';
  const isLater = isThreaded || predict !== undefined;
  check(
    !(isolation === 'worker' && predict !== undefined),
    'serving/isolation',
    'a function cannot be moved to another thread: give the module that it is in',
  );
  check(
    !(isolation === 'inline' && module !== undefined),
    'serving/isolation',
    'a module runs in threads of its own',
  );
  const belong = (value: unknown, holds: boolean, field: string, where: string) =>
    check(value === undefined || holds, `serving/${field}`, `belongs to ${where}`);
  belong(threads, isThreaded, 'threads', 'versions with threads of their own');
  belong(maxMemoryMb, isThreaded, 'maxMemoryMb', 'versions with threads of their own');
  belong(maxConcurrent, isLater, 'maxConcurrent', 'versions that answer later');
  belong(queue, isLater, 'queue', 'versions that answer later');
  for (const field of ['threads', 'maxMemoryMb', 'maxConcurrent', 'queue'] as const) {
    const value = serving[field];
    const [min, max] = servingRanges[field];
    check(
      value === undefined || (Number.isInteger(value) && value >= min && value <= max),
      `serving/${field}`,
      `expected an integer from ${min} to ${max}`,
    );
  }
  check(
    timeoutMs === undefined || (timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1),
    'serving/timeoutMs',
    'expected milliseconds above 0',
  );
  return faults;
}

/** A gateway serves versions of one model: those that answer another kind of question than most of the traffic fail. */
export function ofOneKind(versions: readonly ModelVersion[]): readonly ModelVersion[] {
  if (versions.length === 0)
    throw new SpillwayError('INVALID_CONFIG', 'a gateway needs at least one version');
  const names = versions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new SpillwayError('INVALID_CONFIG', `two versions are named ${twice}`);
  const weightOf = new Map<string, number>();
  for (const version of versions) {
    const kind = kindOf(version);
    if (kind !== null) weightOf.set(kind, (weightOf.get(kind) ?? 0) + version.weight);
  }
  const heaviest = Math.max(...weightOf.values());
  const [reference] = [...weightOf].find(([, weight]) => weight === heaviest) ?? [];
  return versions.map((version) => {
    const kind = kindOf(version);
    if (kind === null || kind === reference) return version;
    return failedVersion(
      version,
      `INVALID_MODEL: answers ${kind}, the versions with most of the traffic ${reference}`,
    );
  });
}

const longestCause = 300;

/** Why a version could not be made to answer, for whoever looks at the status: with what its code said of it. */
export function whyNotStarted(error: unknown): string {
  const { cause, code, message } = SpillwayError.isInstance(error)
    ? error
    : new SpillwayError('MODEL_FAILED', 'the version cannot be started', { cause: error });
  if (!(cause instanceof Error)) return `${code}: ${message}`;
  const [firstLine = ''] = cause.message.split('\n');
  return `${code}: ${message} (${firstLine.slice(0, longestCause)})`;
}

/** A version that cannot be served after all, and why. */
export function failedVersion(version: ModelVersion, reason: string): ModelVersion {
  return { ...version, state: 'failed', reason, model: null, predictor: null };
}

/** What a version answers, in words; `null` when it does not. */
export function kindOf({ model, predictor }: ModelVersion): string | null {
  const answers: Pick<Model, 'task' | 'labels'> | null = model ?? predictor;
  return answers && `${answers.task} ${JSON.stringify(answers.labels)}`;
}

/**
 * Checks that weights name every version and nothing else.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function checkNames(
  weights: Readonly<Record<string, number>>,
  versions: readonly Pick<ModelVersion, 'name'>[],
): void {
  const names = versions.map(({ name }) => name);
  const unknown = Object.keys(weights).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !Object.hasOwn(weights, name));
  if (unknown.length + missing.length === 0) return;
  const faults = [
    ...unknown.map((name) => ({
      pointer: `/weights/${name}`,
      message: `no such version; there are ${names.join(', ')}`,
    })),
    ...missing.map((name) => ({
      pointer: `/weights/${name}`,
      message: 'every version needs a weight, 0 for none',
    })),
  ];
  throw new SpillwayError('INVALID_CONFIG', faultsInWords(faults), { faults });
}
