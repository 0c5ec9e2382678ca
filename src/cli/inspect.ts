import { SpillwayError } from '../core/index.ts';
import { visible } from '../data/index.ts';
import { openVersions } from '../registry/index.ts';
import { inspectVersion, type ModelReport, type VersionReport } from '../scoring/index.ts';
import { parseOptions } from './parse-options.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';

/** What `spillway inspect --help` prints. */
export const inspectHelp = `spillway inspect: what a model file is, and what will not work with it

Usage: spillway inspect FILE|DIR [options]

  FILE      a model file of any format that can be read (docs/formats.md)
  DIR       a version (with card.json), an MLflow model (with MLmodel), or a model directory
  --json    the report, or the error, as JSON

  Exit codes: 0 every model can be served, 1 one cannot, 2 wrong usage.
`;

/** Prints a report of about ten lines per version; fails after the last when one of them cannot be served. */
export async function inspect(args: readonly string[]): Promise<void> {
  const { path, json } = parse(args);
  const versions = await openVersions(path);
  const reports: VersionReport[] = [];
  for (const version of versions) reports.push(await inspectVersion(version));
  const text = json
    ? `${JSON.stringify(reports, null, 2)}\n`
    : reports.map((report) => `${inWords(report).join('\n')}\n`).join('\n');
  await print(text);
  const failed = reports.filter(({ failure }) => failure !== null);
  if (failed.length > 0) {
    throw new SpillwayError(
      'INVALID_MODEL',
      `${failed.map(({ name }) => name).join(', ')} cannot be served`,
    );
  }
}

function parse(args: readonly string[]): { path: string; json: boolean } {
  const { positionals, values } = parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError('expected one file or folder: spillway inspect FILE|DIR');
  }
  return { path, json: values.json };
}

function inWords({ card, failure, file, model, name, warnings }: VersionReport): string[] {
  return [
    line('version', name),
    ...(file === null
      ? []
      : [line('file', `${file.name}, ${count(file.bytes, 'byte')}, sha256 ${file.sha256}`)]),
    line('card', card ?? 'none: labels, thresholds and the names of rows are those of the file'),
    ...(model === null ? [] : modelInWords(model)),
    ...warnings.map((warning) => line('warning', warning)),
    line('serves', failure === null ? 'yes' : `no: ${failure}`),
  ];
}

function modelInWords(model: ModelReport): string[] {
  const { explanation, features, format, labels, libraryVersion, objective, task } = model;
  const named = features.slice(0, 8).map((feature) => feature.name);
  const more = features.length > named.length ? ', ...' : '';
  const categories = features.filter(({ type }) => type === 'category').length;
  const needed = features.filter(({ nullable }) => nullable === false).length;
  return [
    line('format', `${format}${libraryVersion === null ? '' : ` ${libraryVersion}`}, ${objective}`),
    line(
      'answers',
      `${task}${labels.length > 0 ? `, labels ${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', ...' : ''}` : ''}${labels.length === 0 && model.outputs > 1 ? `, ${model.outputs} outputs` : ''}`,
    ),
    line('model', structureInWords(model)),
    line(
      'features',
      `${features.length}${categories > 0 ? ` (${categories} with categories)` : ''}: ${named.join(', ')}${more}`,
    ),
    line(
      'missing',
      needed === 0
        ? 'every value may be missing'
        : needed === features.length
          ? 'no value may be missing'
          : `${needed} of ${features.length} features may not be missing`,
    ),
    line(
      'explained',
      'missing' in explanation
        ? `no: ${explanation.missing}`
        : `${explanation.method === 'lime' ? 'approximately' : 'exactly'}, ${explanation.method}, in units of ${explanation.units}`,
    ),
  ];
}

function structureInWords({ columns, features, structure }: ModelReport): string {
  const inputs = columns === features.length ? '' : `, of ${count(columns, 'column')}`;
  if (structure.kind === 'linear-model') return `${count(structure.weights, 'weight')}${inputs}`;
  if (structure.kind === 'calibrated-model') {
    return `${count(structure.members, 'calibrated classifier')}${inputs}`;
  }
  const { categoricalNodes, depth, leaves, trees } = structure;
  const categorical =
    categoricalNodes === 0 ? '' : `, ${count(categoricalNodes, 'split')} by category`;
  return `${count(trees, 'tree')} of depth up to ${depth}, ${count(leaves, 'leaf', 'leaves')}${categorical}${inputs}`;
}

function line(what: string, text: string): string {
  return `${what.padEnd(10)} ${visible(text)}`;
}

function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
