// npm run bench training -- --python PYTHON: what fitting linear models takes as a ratio to scikit-learn's time, on the same
// rows and one core, in turns; the coefficients are compared before a time is taken.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainLinear } from '../../dist/training/linear/train-linear.js';
import { trainLogistic } from '../../dist/training/linear/train-logistic.js';
import { median } from '../median.js';
import { withPeers } from './with-peers.js';

const script = new URL('linear-peers.py', import.meta.url);

/** The fits, and the most that ours may take of scikit-learn's time; `null` is only printed. */
const settings = {
  'logistic-80000x20': { target: 2, train: (given) => trainLogistic({ ...given, parameters: {} }) },
  // the same rows, scikit-learn at the tolerance that ours has
  'logistic-80000x20-tight': {
    target: 2,
    train: (given) => trainLogistic({ ...given, parameters: {} }),
  },
  'logistic-l1-20000x20': {
    target: null,
    train: (given) => trainLogistic({ ...given, parameters: { penalty: 'l1', C: 0.05 } }),
  },
  'multinomial-80000x20': {
    target: null,
    train: (given) => trainLogistic({ ...given, parameters: {} }),
  },
  'least-squares-80000x20': {
    target: null,
    train: (given) => trainLinear({ ...given, parameters: {} }),
  },
};

/** Fits before the first that counts: V8 has optimised what a fit runs once or twice after about six. */
const warming = 6;

/** Runs the benchmark and prints a table; the process fails when a target is missed. */
export async function benchLinear({ python, rounds }) {
  await withPeers({ python, script, names: Object.keys(settings) }, async (peers, folder) => {
    console.log(
      `\nlinear models, one thread, medians of ${rounds} rounds in turns on core 1, after ${warming} that warm up\n` +
        `fit                       scikit-learn    Spillway   ratio  target`,
    );
    const ready = {};
    for (const name of Object.keys(settings)) ready[name] = await peers.ready();
    for (const [name, { target, train }] of Object.entries(settings)) {
      const told = ready[name];
      const given = readRows(folder, name, told);
      const { coefficients } = await train(given);
      expectClose(name, coefficients, readNumbers(folder, `${name}.coefficients`));
      const times = { theirs: [], ours: [] };
      for (let round = -warming; round < rounds; round++) {
        const theirs = await peers.seconds(name);
        const startedAt = performance.now();
        await train(given);
        const ours = (performance.now() - startedAt) / 1e3;
        if (round < 0) continue; // warms up
        times.theirs.push(theirs);
        times.ours.push(ours);
      }
      report(name, times, target);
    }
  });
}

function readNumbers(folder, file) {
  return new Float64Array(new Uint8Array(readFileSync(join(folder, file))).buffer);
}

function readRows(folder, name, { rows, columns }) {
  const values = readNumbers(folder, `${name}.columns`);
  return {
    table: {
      rows,
      columns: Array.from({ length: columns }, (_, column) => ({
        name: `x${column}`,
        type: 'number',
        values: values.slice(column * rows, (column + 1) * rows),
        categories: [],
      })),
    },
    labels: readNumbers(folder, `${name}.labels`),
  };
}

function expectClose(name, ours, theirs) {
  const apart = theirs.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - ours[index])),
    0,
  );
  if (!(apart <= 1e-8)) throw new Error(`${name}: the coefficients are ${apart} apart`);
}

function report(name, { ours, theirs }, target) {
  const ratio = median(ours.map((our, round) => our / theirs[round]));
  const missed = target !== null && !(ratio <= target);
  if (missed) process.exitCode = 1;
  const goal = (target === null ? '-' : target.toFixed(1)).padStart(8);
  console.log(
    `${name.padEnd(26)}${inMs(theirs)}${inMs(ours)}${ratio.toFixed(2).padStart(8)}${goal}${missed ? '  missed' : ''}`,
  );
}

function inMs(times) {
  return `${(median(times) * 1e3).toFixed(1)} ms`.padStart(12);
}
