import { resolve } from 'node:path';
import { createSeededRandom } from '../core/index.ts';
import { type Output, openOutput, type RowBlock } from '../data/index.ts';
import {
  createExplainer,
  createGlobalView,
  type GlobalView,
  type GlobalViewBuilder,
  globalReport,
  type ModelFacts,
  summaryToWire,
} from '../explain/index.ts';
import { readVersionFiles } from '../registry/index.ts';
import { explainerOptions, explanationSource, readVersion } from '../scoring/index.ts';
import {
  checkOutputs,
  chooseModelAndRows,
  findVersion,
  modelAndRowsHelp,
  modelAndRowsOptions,
  openRows,
} from './model-and-rows.ts';
import { parseOptions } from './parse-options.ts';
import { createProgress } from './progress.ts';
import { summaryInWords } from './summary-in-words.ts';
import { UsageError } from './usage-error.ts';

/** What `spillway explain --help` prints. */
export const explainHelp: string = `spillway explain: what moves the answers of a model, over the rows of a file

Usage: spillway explain --model FILE --input FILE|- [options]
       spillway explain --models DIR --input FILE|- [options]

${modelAndRowsHelp}
  --report FILE        write one self-contained HTML page with figures, too
  --output FILE|-      where the summary goes                            (-)
  --json               the summary in full precision, or the error, as JSON
  --max-rows N         stop after the first N rows
  --id COLUMN          a column that is no feature, to pass over
  --ignore-unknown     pass over all columns that the model does not know

  Exit codes: 0 done, 1 failed on the data or the model, 2 wrong usage.
`;

/** The seed of the rows that are drawn as dots: the same rows of the same input. */
const seed = 1;

/** Summarises the attributions of all rows, block by block. The files are complete, or the exit code is 1 and they are not there. */
export async function explain(args: readonly string[]): Promise<void> {
  const options = parse(args);
  const stored = await findVersion(options);
  const files = await readVersionFiles(stored);
  const { background, format, libraryVersion, pipeline } = readVersion(files);
  const source = explanationSource(files.card, background);
  const explainer = createExplainer(pipeline, explainerOptions(source));
  const builder = createGlobalView(pipeline, explainer, { random: createSeededRandom(seed) });
  const facts: ModelFacts = {
    name: files.card?.name ?? null,
    version: stored.name,
    format,
    libraryVersion,
    sha256: files.sha256,
    schema: pipeline.schema,
    slope: 'slope' in pipeline.model ? pipeline.model.slope : 1,
    maxRows: options.maxRows,
  };
  const outputs: Output[] = [];
  try {
    const summary = await openOutput(options.output);
    outputs.push(summary);
    const report = options.report === null ? null : await openOutput(options.report);
    if (report !== null) outputs.push(report);
    // last, so that what can be refused without a row is refused before a pipe has brought one
    const blocks = await openRows(options, pipeline.schema, files.card === null);
    const view = await viewRows(blocks, builder, options.maxRows);
    await report?.write(Buffer.from(globalReport(view, facts)));
    await summary.write(Buffer.from(summaryText(view, facts, options.json)));
    await report?.finish();
    await summary.finish();
  } catch (error) {
    for (const output of outputs) await output.discard();
    throw error;
  }
}

async function viewRows(
  blocks: AsyncIterable<RowBlock>,
  builder: GlobalViewBuilder,
  maxRows: number | null,
): Promise<GlobalView> {
  const progress = createProgress(process.stderr);
  let left = maxRows ?? Number.POSITIVE_INFINITY;
  let rows = 0;
  try {
    for await (const { count, values } of blocks) {
      const some = Math.min(count, left);
      builder.add(values, some);
      rows += some;
      left -= some;
      progress.report(rows);
      if (left === 0) break;
    }
  } finally {
    progress.end();
  }
  return builder.finish();
}

function summaryText(view: GlobalView, facts: ModelFacts, json: boolean): string {
  return json
    ? `${JSON.stringify(summaryToWire(view, facts), null, 2)}\n`
    : summaryInWords(view, facts);
}

function parse(args: readonly string[]) {
  const { values } = parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      ...modelAndRowsOptions,
      output: { type: 'string' },
      report: { type: 'string' },
      'max-rows': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { json, output = '-', report = null } = values;
  const modelAndRows = chooseModelAndRows(values);
  if (report === '-') throw new UsageError('expected --report FILE: the page goes to a file');
  if (report !== null && output !== '-' && resolve(report) === resolve(output)) {
    throw new UsageError('--report and --output name the same file');
  }
  checkOutputs(modelAndRows, { output, report });
  return { ...modelAndRows, json, output, report, maxRows: wholeNumber(values['max-rows']) };
}

function wholeNumber(text: string | undefined): number | null {
  if (text === undefined) return null;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number === 0) {
    throw new UsageError(`expected --max-rows to be a whole number from 1 on, got ${text}`);
  }
  return number;
}
