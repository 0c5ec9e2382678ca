// Boosting beside XGBoost: the trees are compared, then both are timed warm and in a process of their own.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../median.js';
import { countEqualTrees, readRows, targets, trainOnce } from './boosting.js';
import { withPeers } from './with-peers.js';

const script = new URL('boosting-peers.py', import.meta.url);
const own = fileURLToPath(new URL('boosting.js', import.meta.url));

/** Runs this part and prints a table; the process fails when a target is missed. */
export async function benchBoosting({ python, rounds }) {
  await withPeers({ python, script, names: ['boosting'] }, async (peers, folder) => {
    const { library } = await peers.ready();
    const data = readRows(folder);
    const before = process.memoryUsage.rss();
    const { booster } = await trainOnce(data, 1);
    const grown = (process.resourceUsage().maxRSS * 1024 - before) / 1e6;
    const mayGrow = (3 * data.table.rows * data.table.columns.length) / 1e6 + 100;
    const equal = countEqualTrees(booster, folder);
    console.log(
      `Node ${process.version} and ${library}, one thread, ${rounds} rounds in turns on core 1; seconds, medians`,
    );
    console.log(
      `${equal} of ${booster.trees.length} trees equal; at its most ${Math.round(grown)} MB more memory (at most ${Math.round(mayGrow)})`,
    );
    if (equal !== booster.trees.length || grown > mayGrow) process.exitCode = 1;
    const ways = {
      warm: async () => (await trainOnce(data, 1)).seconds,
      fresh: () =>
        Number(execFileSync(process.execPath, [own, 'fresh', folder], { encoding: 'utf8' })),
    };
    for (const [way, ours] of Object.entries(ways)) {
      const pairs = [];
      for (let round = 0; round < rounds; round++) {
        pairs.push({ theirs: await peers.seconds('boosting', way), ours: await ours() });
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
  });
}
