// npm run bench inference [-- --python PYTHON] [--onnx FOLDER]: rows a second of the kernels as a ratio to the library
// that trained the model, on the same rows and one core, in turns; every score is compared before a time is taken.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createParallelScorer } from '../../dist/inference/kernels/create-parallel-scorer.js';
import { createTreeKernel } from '../../dist/inference/kernels/create-tree-kernel.js';
import { median } from '../median.js';
import { startPeers } from '../peers.js';
import { benchCsv } from './csv.js';
import { writeOnnxFile } from './onnx-file.js';
import { pin } from './pin.js';
import { drawEnsemble } from './random-ensemble.js';
import { readPeerModel } from './read-peer-model.js';

const script = new URL('peers.py', import.meta.url);

/** Most that a batch may take of the time of its library. */
const targets = {
  'xgboost-100x6': 0.25,
  'xgboost-100x6-customers': 0.25,
  'xgboost-500x8': 0.4,
  'xgboost-forest-100x12': 0.4,
  'lightgbm-200x63': 0.15,
  'lightgbm-200x63-categories': 0.15,
  'sklearn-forest-100x12': 0.3,
  'sklearn-forest-100x25': 0.3,
};

/** Runs the benchmark and prints tables. */
export async function benchInference(args) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      onnx: { type: 'string' },
      rounds: { type: 'string', default: '9' },
      only: { type: 'string', default: [...Object.keys(targets), 'csv'].join() },
      folder: { type: 'string' },
      batch: { type: 'string' },
    },
  });
  await pin(process.pid);
  console.log(`Node ${process.version}, one thread, ${values.rounds} rounds in turns on core 1\n`);
  const rounds = Number(values.rounds);
  if (values.python === undefined) return benchAlone(rounds, values.batch);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  mkdirSync(folder, { recursive: true });
  const chosen = values.only.split(',');
  const names = chosen.filter((name) => name !== 'csv');
  const withCsv = chosen.includes('csv');
  const peers = startPeers(values.python, script, folder, withCsv ? [...names, 'csv'] : names);
  await pin(peers.pid);
  try {
    const settings = [];
    for (const name of names) {
      const { library, rows } = await peers.ready();
      settings.push({ name, library, count: rows, ...readSetting(name, folder) });
    }
    if (withCsv) await peers.ready();
    await benchBatches(settings, peers, rounds, values.batch);
    await benchRows(settings, values.onnx, folder, rounds);
    await benchThreads(settings, rounds);
    if (withCsv) await benchCsv(values.python, folder);
  } finally {
    peers.close();
    if (values.folder === undefined) rmSync(folder, { recursive: true });
  }
}

function readSetting(name, folder) {
  const ensemble = readPeerModel(join(folder, `${name}.model`));
  const numbers = (file, kind) => new kind(new Uint8Array(readFileSync(join(folder, file))).buffer);
  return {
    ensemble,
    rows: numbers(`${name}.rows`, name.startsWith('lightgbm') ? Float64Array : Float32Array),
    expected: numbers(`${name}.scores`, Float64Array),
  };
}

async function benchBatches(settings, peers, rounds, batch) {
  console.log(
    '10,000 rows at once, us a row, the least of the rounds; ratios are medians of the rounds',
  );
  console.log(
    'setting                      library             library   kernel    ratio  target  plain walk  first batch ms',
  );
  for (const { name, library, ensemble, rows, count, expected } of settings) {
    const kernel = createTreeKernel(ensemble, { batch });
    const scores = new Float64Array(count);
    const first = seconds(() => kernel.predictRows(rows, count, scores));
    expectEqual(name, scores, expected);
    const ours = [];
    const theirs = [];
    for (let round = -2; round < rounds; round++) {
      const their = await peers.seconds(name);
      // the library may use its last pass again, and so do we
      const our = seconds(() => kernel.predictRows(rows, count, scores));
      if (round < 0) continue; // warms up
      ours.push(our);
      theirs.push(their);
    }
    expectEqual(name, scores, expected);
    const plain = plainSeconds(ensemble, rows, expected);
    const ratio = median(ours.map((our, round) => our / theirs[round]));
    const micro = (list) => ((Math.min(...list) / count) * 1e6).toFixed(3);
    console.log(
      [
        name.padEnd(27),
        library.padEnd(18),
        micro(theirs).padStart(8),
        micro(ours).padStart(8),
        ratio.toFixed(3).padStart(8),
        String(targets[name]).padStart(6),
        (plain * 1e6).toFixed(2).padStart(11),
        (first * 1e3).toFixed(0).padStart(14),
      ].join(' '),
    );
  }
  console.log();
}

/** Seconds a row of the plain walk, on a tenth of the rows. */
function plainSeconds(ensemble, rows, expected) {
  const kernel = createTreeKernel(ensemble, { engine: 'javascript' });
  const count = Math.floor(expected.length / 10);
  const scores = new Float64Array(count);
  const times = [1, 2, 3].map(() => seconds(() => kernel.predictRows(rows, count, scores)) / count);
  expectEqual('the plain walk', scores, expected.subarray(0, count));
  return Math.min(...times);
}

async function benchRows(settings, onnx, folder, rounds) {
  console.log(
    'one row a call, us: row copied in, score out; 4,000 rows a round, the median of the rounds',
  );
  console.log(
    'setting                        kernel  plain walk   onnxruntime-node   ratio   create ms   first call us',
  );
  for (const { name, ensemble, rows, expected } of settings) {
    const width = ensemble.columns.length;
    const list = Array.from({ length: 4000 }, (_, at) =>
      Float64Array.from(rows.subarray(at * width, (at + 1) * width)),
    );
    const startedAt = performance.now();
    const kernel = createTreeKernel(ensemble);
    const createMs = performance.now() - startedAt;
    const score = new Float64Array(1);
    const first = seconds(() => kernel.predictRow(list[0], score));
    const plain = createTreeKernel(ensemble, { engine: 'javascript' });
    const session =
      onnx === undefined || ensemble.categorical !== null || ensemble.comparison !== '<'
        ? null
        : await openSession(onnx, ensemble, join(folder, `${name}.onnx`));
    const sides = { ours: [], plain: [], onnx: [] };
    const run = (side) => {
      let wrong = 0;
      const took = seconds(() => {
        for (let at = 0; at < list.length; at++) {
          side.predictRow(list[at], score);
          if (score[0] !== expected[at]) wrong++;
        }
      });
      if (wrong > 0) throw new Error(`${name}: ${wrong} of ${list.length} rows differ`);
      return (took / list.length) * 1e6;
    };
    for (let round = -2; round < rounds; round++) {
      const ours = run(kernel);
      const plainly = run(plain);
      const other = session === null ? Number.NaN : await session(rows, expected);
      if (round < 0) continue; // warms up
      sides.ours.push(ours);
      sides.plain.push(plainly);
      sides.onnx.push(other);
    }
    const ratio = median(sides.ours.map((our, round) => our / sides.onnx[round]));
    console.log(
      [
        name.padEnd(27),
        median(sides.ours).toFixed(2).padStart(8),
        median(sides.plain).toFixed(2).padStart(10),
        median(sides.onnx).toFixed(2).padStart(17),
        ratio.toFixed(3).padStart(10),
        createMs.toFixed(1).padStart(9),
        (first * 1e6).toFixed(0).padStart(12),
      ].join(' '),
    );
  }
}

/** ONNX Runtime from a folder that has it: microseconds a row over 1,000 rows, one `run` each. */
async function openSession(folder, ensemble, file) {
  const ort = createRequire(join(resolve(folder), 'package.json'))('onnxruntime-node');
  writeFileSync(file, writeOnnxFile(ensemble));
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const width = ensemble.columns.length;
  return async (rows, expected) => {
    const inputs = Array.from({ length: 1000 }, (_, at) =>
      rows.slice(at * width, (at + 1) * width),
    );
    let apart = 0;
    const startedAt = performance.now();
    for (const [at, row] of inputs.entries()) {
      const { Y } = await session.run({ X: new ort.Tensor('float32', row, [1, width]) });
      apart = Math.max(apart, Math.abs(Y.data[0] - expected[at]));
    }
    const took = (performance.now() - startedAt) * 1e3;
    if (!(apart < 1e-4)) throw new Error(`ONNX Runtime is ${apart} apart`);
    return took / inputs.length;
  };
}

/** Two threads beside one, on rows that were not shared before. */
async function benchThreads(settings, rounds) {
  await pin(process.pid, '0,1');
  console.log(
    '\n200,000 rows on two threads, ms, the least of the rounds; how often as fast is the median',
  );
  console.log('setting                      one thread  two threads   times');
  for (const { name, ensemble, rows, expected } of settings) {
    const many = new rows.constructor(20 * rows.length);
    for (let at = 0; at < many.length; at += rows.length) many.set(rows, at);
    const count = 20 * expected.length;
    const scores = new Float64Array(count);
    const kernel = createTreeKernel(ensemble);
    const scorer = createParallelScorer(ensemble, { threads: 2 });
    const one = [];
    const two = [];
    for (let round = -1; round < rounds; round++) {
      const alone = seconds(() => kernel.predictRows(many, count, scores));
      scores.fill(0);
      const startedAt = performance.now();
      await scorer.predictRows(many, count, scores);
      const together = (performance.now() - startedAt) / 1e3;
      expectEqual(name, scores.subarray(count - expected.length), expected);
      if (round < 0) continue; // starts the threads
      one.push(alone);
      two.push(together);
    }
    await scorer.close();
    console.log(
      [
        name.padEnd(27),
        (Math.min(...one) * 1e3).toFixed(1).padStart(11),
        (Math.min(...two) * 1e3).toFixed(1).padStart(12),
        median(one.map((alone, round) => alone / two[round]))
          .toFixed(2)
          .padStart(7),
      ].join(' '),
    );
  }
}

/** Without Python: the kernels beside the plain walk, on trees at random. */
function benchAlone(rounds, batch) {
  console.log('random full trees, 10,000 rows, us a row           batch   one row  plain walk');
  for (const [trees, depth, columns] of [
    [100, 6, 45],
    [500, 8, 20],
    [100, 12, 20],
  ]) {
    const { ensemble, rows } = drawEnsemble({ trees, depth, columns, rows: 10_000 });
    const kernel = createTreeKernel(ensemble, { batch });
    const plain = createTreeKernel(ensemble, { engine: 'javascript' });
    const expected = new Float64Array(1000);
    plain.predictRows(rows, 1000, expected);
    const scores = new Float64Array(10_000);
    const list = Array.from({ length: 1000 }, (_, at) =>
      Float64Array.from(rows.subarray(at * columns, (at + 1) * columns)),
    );
    const took = { batch: [], row: [], plain: [] };
    for (let round = -2; round < rounds; round++) {
      const one = seconds(() =>
        list.forEach((row, at) => kernel.predictRow(row, scores.subarray(at, at + 1))),
      );
      expectEqual('one row', scores.subarray(0, 1000), expected);
      const many = seconds(() => kernel.predictRows(rows, 10_000, scores));
      expectEqual('a batch', scores.subarray(0, 1000), expected);
      const plainly = seconds(() => plain.predictRows(rows, 1000, expected));
      if (round < 0) continue;
      took.batch.push(many / 10_000);
      took.row.push(one / 1000);
      took.plain.push(plainly / 1000);
    }
    console.log(
      `${trees} trees of depth ${depth}, ${columns} columns`.padEnd(46),
      medianMicro(took.batch).padStart(9),
      medianMicro(took.row).padStart(9),
      medianMicro(took.plain).padStart(11),
    );
  }
}

function medianMicro(times) {
  return (median(times) * 1e6).toFixed(3);
}

function expectEqual(name, scores, expected) {
  const wrong = scores.findIndex((score, at) => score !== expected[at]);
  if (wrong !== -1)
    throw new Error(`${name}: row ${wrong} is ${scores[wrong]}, not ${expected[wrong]}`);
}

function seconds(work) {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1e3;
}
