// A million rows from CSV to CSV: `spillway score` as a whole process beside pandas and XGBoost in one that runs already.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pin } from './pin.js';

const rounds = 5;

/** Prints what both sides take, on two cores; the most that ours may take is half. */
export async function benchCsv(peers, folder) {
  await Promise.all([process.pid, peers.pid].map((pid) => pin(pid, '0,1')));
  console.log(
    '\n1,000,000 rows of 20 numbers, CSV to CSV, two cores, s: medians of 5 rounds in turns, target 0.5',
  );
  const ours = [];
  const theirs = [];
  for (let round = -1; round < rounds; round++) {
    const parts = await peers.seconds('csv');
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      // biome-ignore format: options and their values stand together
      ['dist/cli/main.js', 'score', '--model', join(folder, 'csv.model'),
       '--input', join(folder, 'csv.rows'), '--output', join(folder, 'csv.ours.csv')],
      { encoding: 'utf8' },
    );
    const took = (performance.now() - startedAt) / 1e3;
    if (status !== 0) throw new Error(stderr);
    if (round < 0) expectSameAnswers(folder);
    else {
      ours.push(took);
      theirs.push(parts);
    }
  }
  const part = (index) => median(theirs.map((parts) => parts[index])).toFixed(2);
  const ratio = (least) =>
    median(
      ours.map((our, round) => our / theirs[round].slice(0, least).reduce((sum, s) => sum + s)),
    ).toFixed(2);
  console.log(`spillway score, from its start    ${median(ours).toFixed(2)}`);
  console.log(`read_csv, predict, to_csv         ${part(0)} + ${part(1)} + ${part(2)}`);
  console.log(`ratio                             ${ratio(3)} (without to_csv ${ratio(2)})`);
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

function median(numbers) {
  return Float64Array.from(numbers).toSorted()[Math.floor(numbers.length / 2)];
}
