// npm run bench training -- --python PYTHON [--only boosting | forest]: training as a ratio to the library that it follows, on the same rows and one
// core, in turns.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pin } from '../inference/pin.js';
import { startPeers } from '../peers.js';
import { countEqualTrees, readRows, targets, trainOnce } from './boosting.js';
import { benchForest } from './forest.js';

const script = new URL('peers.py', import.meta.url);
const own = fileURLToPath(new URL('boosting.js', import.meta.url));

/** Runs the benchmark and prints a table; the process fails when a target is missed. */
export async function benchTraining(args) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string' },
      only: { type: 'string', default: 'boosting' },
      rounds: { type: 'string' },
      trees: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  if (values.python === undefined) {
    console.error(
      'usage: npm run bench training -- --python PYTHON [--only boosting | forest] (one that has XGBoost, or scikit-learn)',
    );
    process.exit(2);
  }
  if (values.only === 'forest') return benchForest(values);
  const { rounds = '7' } = values;
  await pin(process.pid);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  mkdirSync(folder, { recursive: true });
  const peers = startPeers(values.python, script, folder, ['boosting']);
  await pin(peers.pid);
  try {
    const { library } = await peers.ready();
    const data = readRows(folder);
    const before = process.memoryUsage.rss();
    const { booster } = trainOnce(data, 1);
    const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
    const equal = countEqualTrees(booster, folder);
    console.log(
      `Node ${process.version} and ${library}, one thread, ${rounds} rounds in turns on core 1; seconds, medians`,
    );
    console.log(
      `${equal} of ${booster.trees.length} trees equal; ${Math.round(grown)} MiB more memory`,
    );
    if (equal !== booster.trees.length) process.exitCode = 1;
    const ways = {
      warm: () => trainOnce(data, 1).seconds,
      fresh: () =>
        Number(execFileSync(process.execPath, [own, 'fresh', folder], { encoding: 'utf8' })),
    };
    for (const [way, ours] of Object.entries(ways)) {
      const pairs = [];
      for (let round = 0; round < Number(rounds); round++) {
        pairs.push({ theirs: await peers.seconds('boosting', way), ours: ours() });
      }
      const ratio = median(pairs.map((pair) => pair.ours / pair.theirs));
      const [mine, peer] = ['ours', 'theirs'].map((side) =>
        median(pairs.map((pair) => pair[side])),
      );
      const isMet = ratio <= targets[way];
      if (!isMet) process.exitCode = 1;
      console.log(
        `boosting, ${way}: ${mine.toFixed(3)} beside ${peer.toFixed(3)}, ratio ${ratio.toFixed(2)} (at most ${targets[way]}) ${isMet ? 'met' : 'MISSED'}`,
      );
    }
  } finally {
    peers.close();
    if (values.folder === undefined) rmSync(folder, { recursive: true });
  }
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >>> 1];
}
