// npm run bench http: /predict beside a bare node:http server that takes JSON in and gives as many bytes of JSON out.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load } from './load.js';
import { rows } from './rows.js';

const names = ['bare', 'spillway', 'mounted', 'plain express'];

/** Runs the benchmark and prints a table. */
export async function benchHttp(args) {
  const { values } = parseArgs({
    args,
    options: {
      connections: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '12' },
      slice: { type: 'string', default: '1000' },
    },
  });
  const connections = Number(values.connections);
  const rounds = Number(values.rounds);
  const slice = Number(values.slice);
  pin(process.pid, 1);
  const servers = await Promise.all(names.map(start));
  for (const server of servers) pin(server.child.pid, 0);
  console.log(
    `Node ${process.version}, ${connections} connections, ${rounds} rounds of ${slice} ms a server, interleaved; servers on core 0, load on core 1\n`,
  );
  try {
    const plain = names.map((name, index) => ({ name, server: servers[index], path: '/predict' }));
    const [, spillway] = servers;
    const explained = ['', '?require_explanation=true'].map((query) => ({
      name: query === '' ? 'reliable' : 'explained',
      server: spillway,
      path: `/predict/reliable${query}`,
    }));
    for (const [kind, row] of Object.entries(rows)) {
      const body = JSON.stringify(row);
      await measure(kind, body, plain, { connections, rounds, slice });
      await measure(`${kind}, explained`, body, explained, { connections, rounds, slice });
    }
  } finally {
    for (const { child } of servers) child.disconnect();
  }
  await startUp();
}

/** Loads the targets in turns and prints how they compare with the first. */
async function measure(kind, body, targets, { connections, rounds, slice }) {
  const samples = targets.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { server, path }] of targets.entries()) {
      const before = await usage(server);
      const startedAt = performance.now();
      const latencies = await load({
        port: server.port,
        path,
        body,
        connections,
        milliseconds: slice,
      });
      const seconds = (performance.now() - startedAt) / 1000;
      const after = await usage(server);
      if (round === -1) continue; // warms up
      samples[index].push({
        rate: latencies.length / seconds,
        cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / latencies.length,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
      });
    }
  }
  const [{ name: first }] = targets;
  console.log(`${kind}, ${Buffer.byteLength(body)} bytes`);
  console.log(
    `server          req/s   ${`x ${first}`.padEnd(10)} [min-max]  CPU us   ${`x ${first}`.padEnd(10)}  p50 ms   p99 ms`,
  );
  for (const [index, { name }] of targets.entries()) {
    const mine = samples[index];
    const ratios = mine.map(({ rate }, round) => rate / samples[0][round].rate);
    const cpuRatios = mine.map(({ cpu }, round) => samples[0][round].cpu / cpu);
    const of = (key) => median(mine.map((sample) => sample[key]));
    console.log(
      [
        name.padEnd(14),
        of('rate').toFixed(0).padStart(6),
        `${median(ratios).toFixed(2).padStart(6)} [${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]`,
        of('cpu').toFixed(1).padStart(10),
        median(cpuRatios).toFixed(2).padStart(8),
        of('p50').toFixed(2).padStart(8),
        of('p99').toFixed(2).padStart(8),
      ].join('  '),
    );
  }
  console.log();
}

const commands = {
  bare: ['bench/http/bare-server.js'],
  spillway: ['dist/cli/main.js', 'serve', '--port', '0'],
};

/** From the start of the process to the first answer, and memory then: bare and `spillway serve` in turns. */
async function startUp() {
  const times = { bare: [], spillway: [] };
  const memory = { bare: [], spillway: [] };
  const body = JSON.stringify(rows['three fields']);
  for (let round = -1; round < 9; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const startedAt = performance.now();
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const port = await portOf(child);
      await load({ port, path: '/predict', body, connections: 1, milliseconds: 0 });
      const took = performance.now() - startedAt;
      const resident = residentMebibytes(child.pid);
      child.kill();
      await once(child, 'exit');
      if (round === -1) continue; // fills the file cache
      times[name].push(took);
      memory[name].push(resident);
    }
  }
  const more = median(times.spillway.map((time, round) => time - times.bare[round]));
  console.log(
    `start to first answer: bare ${median(times.bare).toFixed(0)} ms, spillway serve ${median(times.spillway).toFixed(0)} ms: ${more.toFixed(0)} ms more`,
  );
  console.log(
    `resident memory then: bare ${median(memory.bare).toFixed(0)} MiB, spillway serve ${median(memory.spillway).toFixed(0)} MiB`,
  );
}

/** The port in the first line that says where a server listens. */
function portOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      const url = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
      if (url !== null) resolve(Number(url[1]));
    });
    child.once('exit', () => reject(new Error(`a server ended before it listened: ${text}`)));
  });
}

function residentMebibytes(pid) {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kibibytes) / 1024;
}

async function start(name) {
  const child = fork(new URL('server.js', import.meta.url), [name]);
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

async function usage({ child }) {
  child.send('usage');
  const [answer] = await once(child, 'message');
  return answer;
}

/** Gives a process a core of its own where the system can; elsewhere the scheduler decides. */
function pin(pid, core) {
  spawn('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' }).on(
    'error',
    () => undefined,
  );
}

function quantile(numbers, q) {
  const sorted = Float64Array.from(numbers).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function median(numbers) {
  return quantile(numbers, 0.5);
}
