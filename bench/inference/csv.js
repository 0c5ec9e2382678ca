// A million rows from CSV to CSV: `spillway score` beside a script of pandas and XGBoost.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../median.js';
import { pin } from './pin.js';

const rounds = 5;
const peers = fileURLToPath(new URL('peers.py', import.meta.url));

/** Prints what both sides take, each a process from its start to its end, on two cores; the most that ours may take is half. */
export async function benchCsv(python, folder) {
  await pin(process.pid, '0,1');
  console.log(
    '\n1,000,000 rows of 20 numbers, CSV to CSV, processes from start to end, two cores, s: medians of 5 rounds in turns, target 0.5',
  );
  const ours = [];
  const theirs = [];
  const parts = [];
  for (let round = -1; round < rounds; round++) {
    const their = run(python, [peers, folder, 'answer-csv']);
    // biome-ignore format: options and their values stand together
    const our = run(process.execPath, [
      'dist/cli/main.js', 'score', '--model', join(folder, 'csv.model'),
      '--input', join(folder, 'csv.rows'), '--output', join(folder, 'csv.ours.csv'),
    ]);
    if (round < 0) expectSameAnswers(folder);
    else {
      ours.push(our.seconds);
      theirs.push(their.seconds);
      parts.push(JSON.parse(their.stdout));
    }
  }
  const part = (index) => median(parts.map((list) => list[index])).toFixed(2);
  const ratioTo = (others) => median(ours.map((our, round) => our / others[round])).toFixed(2);
  const without = parts.map((list) => list.reduce((sum, seconds) => sum + seconds));
  console.log(`spillway score                    ${median(ours).toFixed(2)}`);
  console.log(
    `pandas and XGBoost                ${median(theirs).toFixed(2)}, of which read_csv ${part(0)}, predict ${part(1)}, to_csv ${part(2)}`,
  );
  console.log(
    `ratio                             ${ratioTo(theirs)} (to those three alone ${ratioTo(without)})`,
  );
}

function run(command, args) {
  const startedAt = performance.now();
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { seconds: (performance.now() - startedAt) / 1e3, stdout };
}

/** Both print shortest numbers, theirs of float32: equal when rounded to that. */
function expectSameAnswers(folder) {
  const column = (file, index) =>
    readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[index]));
  const theirs = column('csv.peer', 0);
  const ours = column('csv.ours.csv', 1);
  const wrong = theirs.findIndex((their, row) => !(Math.abs(their - ours[row]) <= 1e-7));
  if (ours.length !== theirs.length || wrong !== -1) throw new Error(`row ${wrong} differs`);
}
