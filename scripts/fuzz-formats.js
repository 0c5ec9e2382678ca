/**
 * Reads mutants of the files in test/fixtures with `readModel` and asks what came for answers.
 *
 *     node scripts/fuzz-formats.js [--runs 10000] [--seed 1] [--format X]     after `npm run build`
 *     node scripts/fuzz-formats.js --format X --seed 1 --only INDEX [--write FILE]
 *     node scripts/fuzz-formats.js --worst                                    files made to take much, see fuzz/worst-cases.js
 *
 * A mutant must be refused as UNKNOWN_FORMAT, UNSUPPORTED_MODEL or INVALID_MODEL, or answer rows with an answer or a
 * SpillwayError, within 1 s and within 64 MiB and 20 times its bytes. Anything else is a finding: exit code 1.
 * Time and memory are measured again, alone, before they count, with a heap of no more than the memory allowed: what the
 * engine has not yet collected is no need of a file. The memory of one file is known only where /proc is.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createMutants } from './fuzz/mutate.js';
import { formats } from './fuzz/seeds.js';
import { createWorstCase, worstCases } from './fuzz/worst-cases.js';

const mostMilliseconds = 1000;
const mostTimes = 20;
const mostAnyway = 64 * 2 ** 20;
const silenceMs = 30_000;
const mebibyte = 2 ** 20;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    format: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'string' },
    worst: { type: 'boolean', default: false },
    name: { type: 'string' },
  },
});

let findings = 0;
if (options.worst) {
  for (const name of worstCases) if (name.includes(options.name ?? '')) await fuzzWorst(name);
} else {
  if (options.format !== undefined && !formats.includes(options.format)) {
    console.error(`--format is one of ${formats.join(', ')}`);
    process.exit(2);
  }
  for (const format of options.format === undefined ? formats : [options.format]) {
    if (options.only === undefined) await fuzz(format, Number(options.seed), Number(options.runs));
    else await fuzzOne(format, Number(options.seed), Number(options.only));
  }
}
console.log(findings === 0 ? 'fuzz: passed' : `fuzz: ${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;

async function fuzz(format, seed, runs) {
  const results = [];
  while (results.length < runs) {
    const from = results.length;
    const end = await survive([format, `${seed}`, `${from}`, `${runs}`], 512, (result) => {
      results.push(result);
    });
    if (results.length < runs) {
      // the one that it was at
      results.push({
        index: results.length,
        bytes: 0,
        outcome: 'FAULT',
        milliseconds: 0,
        memory: 0,
        fault: end,
      });
    }
  }
  let mostMemory = 0;
  let slowest = 0;
  for (const result of results) {
    const confirmed =
      faultOf(result) === null || result.outcome === 'FAULT'
        ? result
        : await alone(format, seed, result);
    mostMemory = Math.max(mostMemory, confirmed.memory);
    slowest = Math.max(slowest, confirmed.milliseconds);
    const fault = faultOf(confirmed);
    if (fault !== null) report(format, seed, result.index, fault);
  }
  const answered = results.filter(({ outcome }) => outcome === 'answered').length;
  console.log(
    `${format}: ${count(runs)} mutants, ${count(runs - answered)} refused, ${count(answered)} answered, slowest ${slowest.toFixed(0)} ms, most memory ${show(mostMemory)}`,
  );
}

async function alone(format, seed, { bytes, index }) {
  // beside the fixtures that mutants are made of
  const heap = 32 + Math.ceil(allowed(bytes) / mebibyte);
  let found = null;
  const end = await survive([format, `${seed}`, `${index}`, `${index + 1}`], heap, (result) => {
    found = result;
  });
  return found ?? { index, bytes: 0, outcome: 'FAULT', milliseconds: 0, memory: 0, fault: end };
}

async function fuzzOne(format, seed, index) {
  const { bytes, description } = createMutants(format, seed)(index);
  if (options.write !== undefined) writeFileSync(options.write, bytes);
  const result = await alone(format, seed, { bytes: bytes.length, index });
  console.log(
    `${description}: ${bytes.length} bytes, ${result.outcome}, ${result.milliseconds} ms, ${show(result.memory)} ${result.fault}`,
  );
  if (faultOf(result) !== null) findings++;
}

async function fuzzWorst(name) {
  const { length } = createWorstCase(name);
  if (options.write !== undefined) writeFileSync(options.write, createWorstCase(name));
  let found = null;
  const end = await survive(['--worst', name], Math.ceil(allowed(length) / mebibyte), (result) => {
    found = result;
  });
  const result = found ?? {
    bytes: length,
    outcome: 'FAULT',
    milliseconds: 0,
    memory: 0,
    fault: end,
  };
  const times = Math.max(0, result.memory - mostAnyway) / result.bytes;
  // a file of megabytes may take longer than a mutant
  const fault = faultOf({ ...result, milliseconds: 0 });
  console.log(
    `${fault === null ? 'ok   ' : 'FAULT'} ${name}: ${show(result.bytes)}, ${result.outcome}, ${result.milliseconds.toFixed(0)} ms, ${show(result.memory)}: ${times.toFixed(1)} times beyond ${show(mostAnyway)} ${fault ?? ''}`,
  );
  if (fault !== null) findings++;
}

function faultOf({ bytes, fault, memory, milliseconds, outcome }) {
  if (outcome === 'FAULT') return fault;
  if (milliseconds > mostMilliseconds) return `took ${milliseconds} ms`;
  return memory > allowed(bytes) ? `took ${show(memory)} of memory for ${bytes} bytes` : null;
}

/** Bytes of memory that a file of so many bytes may take. */
function allowed(bytes) {
  return mostTimes * bytes + mostAnyway;
}

function report(format, seed, index, fault) {
  findings++;
  console.log(
    `FAULT ${format}, seed ${seed}, mutant ${index}: ${fault}\n      node scripts/fuzz-formats.js --format ${format} --seed ${seed} --only ${index} --write FILE`,
  );
}

/** Runs fuzz/survive.js; answers how it ended. One that says nothing for long is stopped. */
function survive(words, heap, onResult) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--expose-gc',
        `--max-old-space-size=${heap}`,
        new URL('fuzz/survive.js', import.meta.url).pathname,
        ...words,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let rest = '';
    let said = '';
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), silenceMs);
    };
    wait();
    child.stdout.setEncoding('utf8').on('data', (text) => {
      wait();
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const [index, bytes, outcome, milliseconds, memory, fault] = line.split('\t');
        onResult({
          index: Number(index),
          bytes: Number(bytes),
          outcome,
          milliseconds: Number(milliseconds),
          memory: Number(memory),
          fault,
        });
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4000);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const fatal = /^.*(FATAL|Error).*$/m.exec(said)?.[0] ?? '';
      resolve(`the process ended with ${signal ?? code}: ${fatal}`);
    });
  });
}

function show(bytes) {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

function count(number) {
  return number.toLocaleString('en');
}
