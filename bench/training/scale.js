// npm run bench training -- --python PYTHON --only scale: what threads bring, on free cores and on one that they share; and
// 1,000,000 rows of 30 numbers from a CSV to a model file, whole processes with their memory, beside pandas and XGBoost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pin } from '../inference/pin.js';
import { median } from '../median.js';
import { startPeers } from '../peers.js';
import { readRows, trainOnce } from './boosting.js';

const boostingPeers = new URL('boosting-peers.py', import.meta.url);
const scalePeer = fileURLToPath(new URL('scale-peer.py', import.meta.url));

/** Most that two threads may take of the time of one: on two cores, and on one core. */
const targets = { free: 1, shared: 1.2 };
const rowsOfFile = 1_000_000;
const columnsOfFile = 30;
const config = { boosting: { num_boost_round: 100, max_depth: 6, eta: 0.1 } };

/** Runs this part and prints tables; the process fails when a target is missed. */
export async function benchScale({ python, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'));
  try {
    await benchThreads(python, folder, rounds);
    await benchFile(python, folder);
  } finally {
    await pin(process.pid, '0,1');
    rmSync(folder, { recursive: true });
  }
}

async function benchThreads(python, folder, rounds) {
  const peers = startPeers(python, boostingPeers, folder, ['boosting']);
  await peers.ready();
  peers.close();
  const data = readRows(folder);
  console.log(
    `\nboosting, 80,000 rows of 20 numbers, 100 trees, s: medians of ${rounds} rounds in turns`,
  );
  for (const [way, cores] of [
    ['free', '0,1'],
    ['shared', '0'],
  ]) {
    await pin(process.pid, cores);
    const pairs = [];
    for (let round = -1; round < rounds; round++) {
      const one = await trainOnce(data, 1);
      const two = await trainOnce(data, 2);
      if (round >= 0) pairs.push([one.seconds, two.seconds]);
    }
    const [one, two] = [0, 1].map((side) => median(pairs.map((pair) => pair[side])));
    const ratio = median(pairs.map((pair) => pair[1] / pair[0]));
    const isMet = ratio <= targets[way];
    if (!isMet) process.exitCode = 1;
    console.log(
      `cores ${cores.padEnd(4)} one thread ${one.toFixed(3)}, two ${two.toFixed(3)}: ratio ${ratio.toFixed(2)} (at most ${targets[way]}) ${isMet ? 'met' : 'MISSED'}`,
    );
  }
}

async function benchFile(python, folder) {
  await pin(process.pid, '0,1');
  const csv = join(folder, 'rows.csv');
  await writeRows(csv);
  writeFileSync(join(folder, 'train.json'), JSON.stringify(config));
  console.log(
    `\n1,000,000 rows of 30 numbers, 5 % missing, CSV to model file, 100 trees of depth 6, whole processes`,
  );
  for (const threads of ['1', '2']) {
    // biome-ignore format: options and their values stand together
    const ours = await run(process.execPath, [
      'dist/cli/main.js', 'train', '--data', csv, '--target', 'label', '--algorithm', 'boosting',
      '--config', join(folder, 'train.json'), '--validation', 'none', '--threads', threads,
      '--out', join(folder, `model-${threads}`), '--json',
    ]);
    const theirs = await run(python, [scalePeer, csv, join(folder, 'peer.json'), threads]);
    console.log(
      `${threads} thread(s): spillway train ${inWords(ours)}; pandas and XGBoost ${inWords(theirs)}; ratio ${(ours.seconds / theirs.seconds).toFixed(2)}`,
    );
  }
  const [one, two] = ['1', '2'].map((threads) =>
    readFileSync(join(folder, `model-${threads}`, 'model.json')),
  );
  if (!one.equals(two)) throw new Error('one thread and two wrote different files');
}

/** Numbers of three digits after the point from a multiplicative generator, the label from five of them. */
async function writeRows(path) {
  const file = await open(path, 'w');
  const names = Array.from({ length: columnsOfFile }, (_, column) => `x${column}`);
  await file.write(`${names.join(',')},label\n`);
  let state = 1;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let done = 0; done < rowsOfFile; done += 10_000) {
    let text = '';
    for (let row = 0; row < 10_000; row++) {
      let sum = 4 * (draw() - 0.5);
      for (let column = 0; column < columnsOfFile; column++) {
        const value = Math.round(4000 * (draw() + draw() - 1)) / 1000;
        if (column < 3) sum += value;
        else if (column < 5) sum -= Math.abs(value);
        text += draw() < 0.05 ? ',' : `${value},`;
      }
      text += sum > -1.5 ? '1\n' : '0\n';
    }
    await file.write(text);
  }
  await file.close();
}

/** Seconds from start to end, and the most memory of the process in MiB where the system tells it. */
async function run(command, args) {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let most = Number.NaN;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      most = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? most * 1024) / 1024;
    } catch {
      // no such file: another system, or the process has ended
    }
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - startedAt) / 1e3, memory: most };
}

function inWords({ memory, seconds }) {
  return `${seconds.toFixed(1)} s, ${memory.toFixed(0)} MiB`;
}
