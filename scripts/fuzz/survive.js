/**
 * Reads mutants or one file and says how each ended; `scripts/fuzz-formats.js` starts it, since a process may end.
 *
 *     node scripts/fuzz/survive.js <format> <seed> <from> <to>
 *     node scripts/fuzz/survive.js --worst <name>
 *
 * Prints a line for each: index, bytes, outcome, milliseconds, bytes of memory, and a fault if there is one.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { readModel, SpillwayError } from '../../dist/index.js';
import { createMutants } from './mutate.js';
import { createWorstCase } from './worst-cases.js';

const readerCodes = ['UNKNOWN_FORMAT', 'INVALID_MODEL', 'UNSUPPORTED_MODEL'];
const batchRows = 20;
const mostNumbers = 200_000;

/** Reads a file and asks what came for answers. Throws what nobody may throw. */
function survive(bytes) {
  let model;
  try {
    model = readModel(bytes);
  } catch (error) {
    if (SpillwayError.isInstance(error) && readerCodes.includes(error.code)) return error.code;
    throw error;
  }
  const { features } = model.schema;
  for (const value of [null, 0, 1, -1.5, 1e308, -5e-324, 'a', Infinity]) {
    tolerate(() => model.predict(features.map((feature) => cell(feature, value))));
  }
  // the rows are memory of who asks
  const rows = Math.max(
    1,
    Math.min(
      batchRows,
      Math.floor(mostNumbers / Math.max(features.length, model.pipeline.model.outputs)),
    ),
  );
  const values = new Float64Array(features.length * rows);
  const starts = [
    Number.NaN,
    0,
    1,
    2,
    -1,
    0.5,
    1e308,
    -1e308,
    3.5e38,
    5e-324,
    -0,
    100,
    Infinity,
    -Infinity,
  ];
  for (let at = 0; at < values.length; at++)
    values[at] = starts[(at * 7 + (at >> 3)) % starts.length];
  tolerate(() => model.predictValues(values.subarray(0, features.length)));
  tolerate(() => {
    const answers = model.predictBatch(values, rows);
    if (answers.length !== rows) throw new Error(`${answers.length} answers`);
  });
  return 'answered';
}

function cell({ categories, type }, value) {
  if (type !== 'category' || value === null) return value;
  if (value === 0) return categories?.[0] ?? 'a';
  return value === 1 ? (categories?.at(-1) ?? 'b') : value;
}

function tolerate(ask) {
  try {
    ask();
  } catch (error) {
    if (!SpillwayError.isInstance(error)) throw error;
  }
}

function peakBytes() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // elsewhere than on Linux the peak is that of all files together
  }
}

function measure(bytes, index) {
  // what is free in the heap hides as much of what the next file takes: 32 MiB at most
  if (process.memoryUsage.rss() > rest + 32 * 2 ** 20) globalThis.gc();
  forgetPeak();
  const before = process.memoryUsage.rss();
  const started = process.hrtime.bigint();
  let outcome;
  let fault = '';
  try {
    outcome = survive(bytes);
  } catch (error) {
    outcome = 'FAULT';
    fault = String(error?.stack ?? error)
      .replaceAll('\n', ' | ')
      .slice(0, 600);
  }
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  const memory = Math.max(0, peakBytes() - before);
  writeSync(
    1,
    `${index}\t${bytes.length}\t${outcome}\t${milliseconds.toFixed(1)}\t${memory}\t${fault}\n`,
  );
}

const [format, seed, from, to] = process.argv.slice(2);
let rest = Infinity;
if (format === '--worst') {
  const bytes = createWorstCase(seed);
  survive(Buffer.from('{"learner": {}}'));
  globalThis.gc();
  globalThis.gc();
  measure(bytes, 0);
} else {
  const mutant = createMutants(format, Number(seed));
  // warm: the code of the reader and its tables are no memory of a mutant
  for (let index = 0; index < 3; index++) survive(createMutants(format, -1)(index).bytes);
  globalThis.gc();
  rest = process.memoryUsage.rss();
  for (let index = Number(from); index < Number(to); index++) measure(mutant(index).bytes, index);
}
