// npm run bench overload: how much of its peak a server still answers when it is asked for several times that.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { rows } from '../http/rows.js';

const row = JSON.stringify(rows['three fields']);
/** What is asked for, how long the model takes for a row, and the least share of the peak at ten times the load. */
const cases = {
  plain: { path: '/predict', body: row, spinMs: 0.5, least: 0.75 },
  explained: {
    path: '/predict/reliable?require_explanation=true',
    body: row,
    spinMs: 2,
    least: 0.9,
  },
  batch: {
    path: '/predict',
    body: `[${Array.from({ length: 100 }, () => row).join(',')}]`,
    spinMs: 0.05,
    least: 0.9,
  },
};
/** Within so many seconds after the load all must be as before. */
const recoverySeconds = 5;

/** Runs the benchmark and prints a table for each case; fails when less is answered than must be. */
export async function benchOverload(args) {
  const { values } = parseArgs({
    args,
    options: {
      case: { type: 'string', multiple: true, default: Object.keys(cases) },
      seconds: { type: 'string', default: '6' },
      connections: { type: 'string', default: '512' },
      times: { type: 'string', default: '1,2,5,10' },
      settings: { type: 'string', default: '{}' },
    },
  });
  const times = values.times.split(',').map(Number);
  console.log(
    `Node ${process.version}, open loop, ${values.connections} connections, ${values.seconds} s each; server on core 0, load on core 1`,
  );
  let isGood = true;
  for (const name of values.case) {
    const options = {
      ...cases[name],
      times,
      seconds: Number(values.seconds),
      connections: Number(values.connections),
      settings: values.settings,
    };
    if (!(await measure(name, options))) isGood = false;
  }
  if (!isGood) process.exitCode = 1;
}

async function measure(name, options) {
  const { path, body, spinMs, least, times, seconds, connections, settings } = options;
  const server = fork(new URL('server.js', import.meta.url), [String(spinMs), settings]);
  const [{ port }] = await once(server, 'message');
  const loader = fork(new URL('load.js', import.meta.url));
  pin(server.pid, 0);
  pin(loader.pid, 1);
  const load = async (count, rate, duration) => {
    loader.send({ port, path, body, count, rate, seconds: duration });
    const [result] = await once(loader, 'message');
    return summarise(result, duration);
  };
  try {
    await load(16, null, 2); // warms up
    const peak = (await load(16, null, seconds)).perSecond('200');
    console.log(`\n${name}: ${path}, a model of ${spinMs} ms a row, peak ${peak.toFixed(0)}/s`);
    console.log(
      'offered  goodput/s  of peak    200 p50   p99 ms    503/s   p50   p99 ms  unsent/s  CPU us a refusal  other',
    );
    let worst = 1;
    for (const factor of times) {
      const before = await usage(server);
      const result = await load(connections, factor * peak, seconds);
      const busyMicroseconds = (await usage(server)) - before;
      const good = result.perSecond('200');
      const bad = result.perSecond('503');
      // what an answer costs is known from the peak
      const refusal = (busyMicroseconds / seconds - (good / peak) * 1e6) / bad;
      const share = good / peak;
      if (factor >= 5) worst = Math.min(worst, share);
      console.log(
        [
          `${factor}x`.padEnd(7),
          good.toFixed(0).padStart(10),
          `${(share * 100).toFixed(1)} %`.padStart(8),
          ...['200', '503'].flatMap((status) => [
            ...(status === '503' ? [bad.toFixed(0).padStart(8)] : []),
            result.quantile(status, 0.5).padStart(status === '200' ? 10 : 6),
            result.quantile(status, 0.99).padStart(8),
          ]),
          result.unsent.toFixed(0).padStart(9),
          (bad > 0 ? refusal.toFixed(1) : '-').padStart(17),
          JSON.stringify(result.others).padStart(6),
        ].join(' '),
      );
    }
    const after = await load(connections, peak / 2, recoverySeconds);
    const recovered = after.recoveredAfter();
    console.log(
      `back to normal at half of the peak after ${recovered.toFixed(0)} ms; at 5x and more at least ${(worst * 100).toFixed(1)} % of the peak (${least * 100} % wanted)`,
    );
    return worst >= least && recovered < recoverySeconds * 1000;
  } finally {
    loader.disconnect();
    server.disconnect();
  }
}

function summarise({ answers, unsent }, seconds) {
  const of = (status) => answers.filter(([one]) => one === status);
  const others = {};
  for (const [status] of answers) {
    if (status !== '200' && status !== '503') others[status] = (others[status] ?? 0) + 1;
  }
  return {
    others,
    unsent: unsent / seconds,
    // what was still under way at the end is left out of the rate
    perSecond: (status) => of(status).filter(([, , at]) => at <= seconds * 1000).length / seconds,
    quantile(status, q) {
      const sorted = Float64Array.from(of(status), ([, milliseconds]) => milliseconds).toSorted();
      const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
      return value === undefined ? '-' : value.toFixed(1);
    },
    /** When the last answer came that was not good, in milliseconds. */
    recoveredAfter: () =>
      Math.max(0, ...answers.filter(([status]) => status !== '200').map(([, , at]) => at)),
  };
}

async function usage(server) {
  server.send('usage');
  const [{ cpuMicroseconds }] = await once(server, 'message');
  return cpuMicroseconds;
}

/** Gives a process a core of its own where the system can; elsewhere the scheduler decides. */
function pin(pid, core) {
  spawn('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' }).on(
    'error',
    () => undefined,
  );
}
