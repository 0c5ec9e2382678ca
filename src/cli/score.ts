import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { type Output, openOutput, type RowBlock } from '../data/index.ts';
import { readVersionFiles } from '../registry/index.ts';
import {
  createParallelAnswerer,
  explanationSource,
  type ParallelAnswerer,
  readVersion,
} from '../scoring/index.ts';
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
import { UsageError } from './usage-error.ts';

/** What `spillway score --help` prints. */
export const scoreHelp: string = `spillway score: answer the rows of a file

Usage: spillway score --model FILE --input FILE|- [options]
       spillway score --models DIR --input FILE|- [options]

${modelAndRowsHelp}
  --output FILE|-      where answers go, in the order of the rows           (-)
  --format FORMAT      of the answers: jsonl or csv     (jsonl, csv for a FILE named .csv)
  --explain            add an exact explanation to every answer
  --id COLUMN          a column whose values come first in every answer
  --ignore-unknown     pass over columns that the model does not know
  --json               errors on stderr as JSON

  Exit codes: 0 done, 1 failed on the data or the model, 2 wrong usage.
`;

const noBytes: Uint8Array = Buffer.alloc(0);

/** Scores a file block by block. The output is complete, or the exit code is 1 and a file is not there. */
export async function score(args: readonly string[]): Promise<void> {
  const options = parse(args);
  const stored = await findVersion(options);
  const files = await readVersionFiles(stored);
  const { background, pipeline } = readVersion(files);
  const answerer = createParallelAnswerer(
    {
      pipeline,
      modelVersion: stored.name,
      format: options.format,
      ids: options.id !== null,
      explanation: options.explain ? explanationSource(files.card, background) : null,
    },
    availableParallelism(),
  );
  const output = await openOutput(options.output);
  const progress = createProgress(process.stderr);
  try {
    // last, so that what can be refused without a row is refused before a pipe has brought one
    const blocks = await openRows(options, pipeline.schema, files.card === null);
    await writeAnswers(blocks, answerer, output, (rows) => progress.report(rows));
    await output.finish();
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    progress.end();
    await answerer.close();
  }
}

/** Blocks that are with threads at once: enough that none has to wait, few enough for a small memory. */
const blocksUnderWay = 16;

async function writeAnswers(
  blocks: AsyncIterable<RowBlock>,
  answerer: ParallelAnswerer,
  output: Output,
  onRows: (rows: number) => void,
): Promise<void> {
  const underWay: Promise<Uint8Array>[] = [];
  // not before the first rows were read: what cannot be read at all writes nothing
  let head = answerer.header;
  let rows = 0;
  const writeFirst = async () => {
    const lines = await underWay.shift();
    if (lines === undefined) return;
    await output.write(head.length === 0 ? lines : Buffer.concat([head, lines]));
    head = noBytes;
  };
  for await (const { count, ids, values } of blocks) {
    const answer = answerer.answer({ count, ids, values, firstRow: rows + 1 });
    answer.catch(() => undefined); // heard when it is its turn
    underWay.push(answer);
    rows += count;
    if (underWay.length === blocksUnderWay) await writeFirst();
    onRows(rows);
  }
  while (underWay.length > 0) await writeFirst();
  if (head.length > 0) await output.write(head);
}

function parse(args: readonly string[]) {
  const { values } = parseOptions({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      ...modelAndRowsOptions,
      output: { type: 'string' },
      format: { type: 'string' },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean' },
    },
  });
  const { explain, format, output = '-' } = values;
  const modelAndRows = chooseModelAndRows(values);
  checkOutputs(modelAndRows, { output });
  if (format !== undefined && format !== 'csv' && format !== 'jsonl') {
    throw new UsageError(`expected --format jsonl or csv, got ${format}`);
  }
  return {
    ...modelAndRows,
    output,
    format: format ?? (extname(output).toLowerCase() === '.csv' ? 'csv' : 'jsonl'),
    explain,
  } as const;
}
