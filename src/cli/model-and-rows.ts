import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { SpillwayError } from '../core/index.ts';
import { openInput, peekFormat, type RowBlock, readRows } from '../data/index.ts';
import type { FeatureSchema } from '../model/index.ts';
import { openVersions, type StoredVersion } from '../registry/index.ts';
import { UsageError } from './usage-error.ts';

/** The options of every command that takes a model and rows. */
export const modelAndRowsOptions = {
  model: { type: 'string' },
  models: { type: 'string' },
  version: { type: 'string' },
  input: { type: 'string' },
  id: { type: 'string' },
  'ignore-unknown': { type: 'boolean', default: false },
} as const;

/** What the help of every such command says about them. */
export const modelAndRowsHelp = `  --model FILE         model file of any format that can be read, or the folder of a version
  --models DIR         model directory; with several versions say which
  --version V          the version of the directory
  --input FILE|-       rows: CSV with a header, or JSON Lines; - reads the standard input`;

/** Which model, and which rows. */
export interface ModelAndRows {
  readonly model: string | undefined;
  readonly models: string | undefined;
  readonly version: string | undefined;
  readonly input: string;
  readonly id: string | null;
  readonly ignoreUnknown: boolean;
}

/** Checks what `parseArgs` made of the options. Throws a `UsageError` when they do not go together. */
export function chooseModelAndRows(values: {
  readonly model?: string | undefined;
  readonly models?: string | undefined;
  readonly version?: string | undefined;
  readonly input?: string | undefined;
  readonly id?: string | undefined;
  readonly 'ignore-unknown': boolean;
}): ModelAndRows {
  const { id = null, input, model, models, version } = values;
  if ((model === undefined) === (models === undefined)) {
    throw new UsageError('expected either --model FILE or --models DIR');
  }
  if (version !== undefined && models === undefined) {
    throw new UsageError('--version chooses from --models DIR');
  }
  if (input === undefined)
    throw new UsageError('expected --input FILE, or - for the standard input');
  return { model, models, version, input, id, ignoreUnknown: values['ignore-unknown'] };
}

/** Refuses to write over what is read. Throws a `UsageError`. */
export function checkOutputs(
  { input, model }: Pick<ModelAndRows, 'input' | 'model'>,
  outputs: Readonly<Record<string, string | null>>,
): void {
  for (const [option, path] of Object.entries(outputs)) {
    if (path === null || path === '-') continue;
    if (path === '') throw new UsageError(`expected a file for --${option}`);
    if (input !== '-' && isSameFile(path, input))
      throw new UsageError(`--${option} would write over the input`);
    if (model !== undefined && isSameFile(path, model))
      throw new UsageError(`--${option} would write over the model`);
  }
}

function isSameFile(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/** Finds the one version that is meant. Throws `UNKNOWN_VERSION`, and a `UsageError` when several may be. */
export async function findVersion({
  model,
  models,
  version,
}: ModelAndRows): Promise<StoredVersion> {
  const found = await openVersions(model ?? models ?? '');
  const names = found.map(({ name }) => name).join(', ');
  const [only, ...others] = found.filter(({ name }) => version === undefined || name === version);
  if (only === undefined) {
    throw new SpillwayError(
      'UNKNOWN_VERSION',
      `there is no version ${version}; there are ${names}`,
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      model === undefined
        ? `choose one with --version: ${names}`
        : `--model takes one model, and there are ${names}: use --models DIR --version V`,
    );
  }
  return only;
}

/** Opens the rows, block after block; `complete` as `readRows` has it. Waits for the first bytes. */
export async function openRows(
  { id, ignoreUnknown, input }: ModelAndRows,
  schema: FeatureSchema,
  complete: boolean,
): Promise<AsyncIterable<RowBlock>> {
  const { format, source } = await peekFormat(openInput(input));
  return readRows(source, { format, schema, idColumn: id, ignoreUnknown, complete });
}
