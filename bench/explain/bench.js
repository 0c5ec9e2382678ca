// npm run bench explain -- --python PYTHON: exact attributions as a ratio to XGBoost's `pred_contribs`, interactions to its
// `pred_interactions`, on the same rows and one core, in turns; the numbers are compared before a time is taken.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createInteractions } from '../../dist/explain/create-interactions.js';
import { createTreeAttributor } from '../../dist/explain/create-tree-attributor.js';
import { pin } from '../inference/pin.js';
import { readPeerModel } from '../inference/read-peer-model.js';
import { median } from '../median.js';
import { startPeers } from '../peers.js';

const script = new URL('peers.py', import.meta.url);

/** Most that ours may take of XGBoost's time per row; `null` is only printed. */
const targets = {
  gb6: { batch: 1 / 10, row: 1 / 7, interactions: 1 / 10 },
  gb10: { batch: 1 / 8, row: 1 / 7, interactions: 1 / 10 },
  rf12: { batch: 1 / 7, row: 1 / 7, interactions: 1 / 10 },
  rf20: { batch: null, row: null, interactions: null },
};
const depths = [4, 6, 8, 10, 12, 16, 20].map((depth) => `depth-${depth}`);

const columns = 20;
const contribRows = 192;
const interactionRows = 32;

/** Runs the benchmark and prints tables; the process fails when a target is missed. */
export async function benchExplain(args) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      only: { type: 'string', default: [...Object.keys(targets), ...depths].join() },
      folder: { type: 'string' },
    },
  });
  if (values.python === undefined) {
    console.error('usage: npm run bench explain -- --python PYTHON (one that has XGBoost)');
    process.exit(2);
  }
  await pin(process.pid);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  mkdirSync(folder, { recursive: true });
  const names = values.only.split(',');
  const peers = startPeers(values.python, script, folder, names);
  await pin(peers.pid);
  try {
    const settings = [];
    for (const name of names) {
      const { library } = await peers.ready();
      settings.push({ name, library, ...readSetting(name, folder) });
    }
    console.log(
      `Node ${process.version} and ${settings[0].library}, one thread, ${values.rounds} rounds in turns on core 1; us a row, medians of the rounds`,
    );
    const rounds = Number(values.rounds);
    const models = settings.filter(({ name }) => Object.hasOwn(targets, name));
    if (models.length > 0) {
      await benchBatches(models, peers, rounds);
      await benchRows(models, peers, rounds);
      await benchInteractions(models, peers, rounds);
    }
    await benchDepths(
      settings.filter(({ name }) => depths.includes(name)),
      peers,
      rounds,
    );
  } finally {
    peers.close();
    if (values.folder === undefined) rmSync(folder, { recursive: true });
  }
}

function readSetting(name, folder) {
  const ensemble = readPeerModel(join(folder, `${name}.model`));
  const numbers = (file) =>
    Float64Array.from(new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer));
  return {
    ensemble,
    leaves: ensemble.left.reduce((count, child) => count + (child === -1 ? 1 : 0), 0),
    rows: numbers('rows'),
    contribs: numbers(`${name}.contribs`),
    interactions: numbers(`${name}.interactions`),
  };
}

/** Attributes the first rows, as the explainer does, once what comes out was compared. */
function createBatch({ name, ensemble, rows, contribs }) {
  const attributor = createTreeAttributor(ensemble);
  const attributions = new Float64Array(rows.length);
  attributor.attributeRows(rows, contribRows, attributions);
  expectClose(name, attributions, withoutBias(contribs, columns + 1, 1), columns);
  return (count) => attributor.attributeRows(rows, count, attributions);
}

async function benchBatches(settings, peers, rounds) {
  heading('batches', 'rows', 'XGBoost', 'Spillway', 'shap');
  for (const setting of settings) {
    const { name } = setting;
    const attributeRows = createBatch(setting);
    const shap = await peers.seconds(name, 'shap', interactionRows, 1);
    for (const count of [contribRows, 2000]) {
      const passes = count === contribRows ? 3 : 1;
      const times = await takeTurns(rounds, {
        theirs: async () => (await peers.seconds(name, 'contribs', count, passes)) / count,
        ours: () => seconds(() => attributeRows(count), passes) / count,
      });
      const beside = count === contribRows && shap !== null ? micro(shap / interactionRows) : '';
      report(name, count, times, targets[name].batch, beside);
    }
  }
}

async function benchRows(settings, peers, rounds) {
  heading('one row a call', '', 'XGBoost', 'Spillway');
  for (const { name, ensemble, rows, contribs } of settings) {
    const attributor = createTreeAttributor(ensemble);
    const list = Array.from({ length: contribRows }, (_, at) =>
      rows.slice(at * columns, (at + 1) * columns),
    );
    const attributions = new Float64Array(columns);
    const all = list.flatMap((row) => {
      attributor.attribute(row, attributions);
      return [...attributions];
    });
    expectClose(name, Float64Array.from(all), withoutBias(contribs, columns + 1, 1), columns);
    const times = await takeTurns(rounds, {
      theirs: () => peers.seconds(name, 'contribs', 1, 50),
      ours: () =>
        median(list.map((row) => seconds(() => attributor.attribute(row, attributions), 1))),
    });
    report(name, 1, times, targets[name].row);
  }
}

async function benchInteractions(settings, peers, rounds) {
  heading('interactions', 'rows', 'XGBoost', 'Spillway');
  for (const { name, ensemble, rows, interactions } of settings) {
    const explained = createInteractions(ensemble);
    const size = columns * columns;
    const found = new Float64Array(interactionRows * size);
    const work = () => explained.interactRows(rows, interactionRows, found);
    work();
    expectClose(name, found, withoutBias(interactions, columns + 1, 2), size);
    const times = await takeTurns(rounds, {
      theirs: async () =>
        (await peers.seconds(name, 'interactions', interactionRows, 1)) / interactionRows,
      ours: () => seconds(work, 5) / interactionRows,
    });
    report(name, interactionRows, times, targets[name].interactions);
  }
}

async function benchDepths(settings, peers, rounds) {
  if (settings.length === 0) return;
  console.log('\nforests of 30 trees, 192 rows: ns a leaf and row');
  console.log('depth       leaves    XGBoost   Spillway       ratio');
  for (const setting of settings) {
    const { name, leaves } = setting;
    const attributeRows = createBatch(setting);
    const { theirs, ours, ratio } = await takeTurns(rounds, {
      theirs: () => peers.seconds(name, 'contribs', contribRows, 1),
      ours: () => seconds(() => attributeRows(contribRows), 1),
    });
    const nano = (time) => ((time * 1e9) / leaves / contribRows).toFixed(2).padStart(10);
    console.log(
      `${name.slice(6).padEnd(6)} ${String(leaves).padStart(11)} ${nano(theirs)} ${nano(ours)} ${fraction(ratio)}`,
    );
  }
}

/** Medians of both sides and of their ratio, one after the other in each round. */
async function takeTurns(rounds, { theirs, ours }) {
  const times = { theirs: [], ours: [] };
  for (let round = -1; round < rounds; round++) {
    const their = await theirs();
    const our = await ours();
    if (round < 0) continue; // warms up
    times.theirs.push(their);
    times.ours.push(our);
  }
  return {
    theirs: median(times.theirs),
    ours: median(times.ours),
    ratio: median(times.ours.map((our, round) => our / times.theirs[round])),
  };
}

function heading(title, ...names) {
  console.log(
    `\n${title.padEnd(16)}${names.slice(0, 1).join().padStart(6)}${names
      .slice(1, 3)
      .map((name) => name.padStart(11))
      .join('')}      ratio     target${names
      .slice(3)
      .map((name) => name.padStart(11))
      .join('')}`,
  );
}

function report(name, count, { theirs, ours, ratio }, target, beside = '') {
  const missed = target !== null && !(ratio <= target);
  if (missed) process.exitCode = 1;
  console.log(
    `${name.padEnd(16)}${String(count).padStart(6)}${micro(theirs)}${micro(ours)}${fraction(ratio)}${fraction(target)}${beside}${missed ? '  missed' : ''}`,
  );
}

function fraction(value) {
  return (value === null ? '-' : `1/${(1 / value).toFixed(1)}`).padStart(11);
}

function micro(time) {
  return (time * 1e6).toFixed(1).padStart(11);
}

/** Of rows of numbers, or of squares of them, what does not belong to the bias that stands last. */
function withoutBias(numbers, width, dimensions) {
  const isBias = (index) =>
    index % width === width - 1 ||
    (dimensions === 2 && Math.floor(index / width) % width === width - 1);
  return numbers.filter((_, index) => !isBias(index));
}

/** XGBoost attributes in float32: so far apart may numbers be, of the sum of a row's sizes. */
function expectClose(name, ours, theirs, width) {
  for (let start = 0; start < theirs.length; start += width) {
    const row = theirs.subarray(start, start + width);
    const size = Math.max(
      1,
      row.reduce((sum, value) => sum + Math.abs(value), 0),
    );
    const apart = row.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - ours[start + index])),
      0,
    );
    if (!(apart <= 1e-5 * size))
      throw new Error(`${name}: row ${start / width} is ${apart / size} apart`);
  }
}

/** Of one pass. */
function seconds(work, passes) {
  const startedAt = performance.now();
  for (let pass = 0; pass < passes; pass++) work();
  return (performance.now() - startedAt) / 1e3 / passes;
}
