// npm run bench guard: what the guard adds to a call, beside opossum and cockatiel, all in turns in one process.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../median.js';
import { asyncSubjects, syncSubjects } from './subjects.js';

/** What the guard may add to a healthy call, in nanoseconds. */
const mostAddedNs = 2000;
const guards = new Set(['breaker runSync', 'breaker acquire', 'breaker + bulkhead']);
const callsInARow = 200;

/** Runs the benchmark and prints a table; exit code 1 when a guard adds more than 2 us to a healthy call. */
export async function benchGuard(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '15' },
      slice: { type: 'string', default: '60' },
    },
  });
  const rounds = Number(values.rounds);
  const slice = Number(values.slice);
  console.log(
    `CPU time; Node ${process.version}, opossum ${versionOf('opossum')}, cockatiel ${versionOf('cockatiel')}, ${rounds} rounds of ${slice} ms each, interleaved; load average ${loadavg()[0].toFixed(1)}\n`,
  );
  const tooMuch = [];
  for (const [health, failEvery] of [
    ['healthy', Number.POSITIVE_INFINITY],
    ['5 % failing', 20],
  ]) {
    const tables = [
      [`${health}, answers at once`, syncSubjects(failEvery), timeSync],
      [`${health}, answers later`, asyncSubjects(failEvery), timeAsync],
    ];
    for (const [title, subjects, time] of tables) {
      const added = await measure(title, subjects, time, { rounds, slice });
      if (health !== 'healthy') continue;
      for (const { name, ns } of added)
        if (guards.has(name) && ns > mostAddedNs) tooMuch.push(`${name}: ${ns.toFixed(0)} ns`);
    }
  }
  if (tooMuch.length > 0) {
    console.error(`adds more than ${mostAddedNs} ns to a healthy call: ${tooMuch.join('; ')}`);
    process.exitCode = 1;
  }
}

/** Times the subjects in turns, prints how they compare with the first, and gives what each adds to it in nanoseconds. */
async function measure(title, subjects, time, { rounds, slice }) {
  const samples = subjects.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, { call }] of subjects.entries()) {
      const ns = await time(call, slice);
      if (round >= 0) samples[index].push(ns); // the rounds before warm up
    }
  }
  for (const { close } of subjects) close();
  console.log(title);
  console.log('guard                                    ns/call   added ns   x bare  [min-max]');
  const [bare] = samples;
  const added = subjects.map(({ name }, index) => {
    const mine = samples[index];
    const ratios = mine.map((ns, round) => ns / bare[round]);
    const ns = median(mine.map((each, round) => each - bare[round]));
    console.log(
      [
        name.padEnd(39),
        median(mine).toFixed(0).padStart(8),
        ns.toFixed(0).padStart(9),
        median(ratios).toFixed(1).padStart(7),
        `[${Math.min(...ratios).toFixed(1)}-${Math.max(...ratios).toFixed(1)}]`,
      ].join('  '),
    );
    return { name, ns };
  });
  console.log();
  return added;
}

let sink = 0;

function timeSync(call, milliseconds) {
  const before = cpuMilliseconds();
  let calls = 0;
  let tookMs = 0;
  while (tookMs < milliseconds) {
    for (let each = 0; each < callsInARow; each++) sink += call(each);
    calls += callsInARow;
    tookMs = cpuMilliseconds() - before;
  }
  return (tookMs * 1e6) / calls;
}

async function timeAsync(call, milliseconds) {
  const before = cpuMilliseconds();
  let calls = 0;
  let tookMs = 0;
  while (tookMs < milliseconds) {
    for (let each = 0; each < callsInARow; each++) {
      const output = await call(each);
      sink += output;
    }
    calls += callsInARow;
    tookMs = cpuMilliseconds() - before;
  }
  return (tookMs * 1e6) / calls;
}

/** The time of this process alone, so that what else runs on the machine counts for little. */
function cpuMilliseconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function versionOf(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
