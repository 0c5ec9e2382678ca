// Several processes behind one port: ended, killed, replaced, under load.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, wait } from '../ask.js';
import { leave } from '../leave.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { startLoad } from '../start-load.js';
import { quantile } from '../tally.js';

/** A server of two workers, and a load that runs until it is stopped. */
async function start(context, settings = {}) {
  const file = join(context.folder, 'cluster.json');
  writeFileSync(file, JSON.stringify({ workers: 2, ...settings }));
  const server = await context.serve(['--config', file]);
  await allListen(server.port, []);
  const running = startLoad({
    ports: [server.port],
    phases: [{ rate: 500, milliseconds: 3_600_000 }],
    idleMs: 400,
    targets: [{ path: '/predict/reliable', bodies: context.bodies }],
  });
  await running.started;
  await wait(300);
  return { server, running, file };
}

/** Waits until two workers listen, none of them one of `gone`; gives their process ids. */
async function allListen(port, gone) {
  const until = performance.now() + 20_000;
  for (;;) {
    const { body } = await ask(port, '/admin/system-status').catch(() => ({ body: {} }));
    const pids = (body.workers ?? [])
      .filter(({ state }) => state === 'listening')
      .map(({ pid }) => pid);
    if (pids.length >= 2 && !gone.some((pid) => pids.includes(pid))) return pids;
    if (performance.now() > until)
      throw new Error(`two workers do not listen: ${JSON.stringify(body.workers)}`);
    await wait(100);
  }
}

const restarts = scenario({
  name: 'SIGTERM to one of two workers, again and again',
  layer: 'process',
  claim: 4,
  inject: 'one of two workers is ended by SIGTERM under load; the next one when two listen again',
  async run(context) {
    const { server, running } = await start(context);
    const times = context.long ? 20 : 5;
    const took = [];
    for (let time = 0; time < times; time++) {
      const [pid] = await allListen(server.port, []);
      const startedAt = performance.now();
      process.kill(pid, 'SIGTERM');
      await allListen(server.port, [pid]);
      took.push(performance.now() - startedAt);
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: times,
      loads: [counts],
      facts: { 'longest until two listen ms': Math.round(quantile(took, 1)) },
      conditions: [isTrue(counts), isComplete(counts), isAlive(server)],
    });
  },
});

const rolling = scenario({
  name: 'SIGHUP: a rolling restart',
  layer: 'process',
  claim: 4,
  inject: 'SIGHUP to the primary under load: new workers in the place of all, one after the other',
  async run(context) {
    const { server, running } = await start(context);
    const times = context.long ? 20 : 1;
    for (let time = 0; time < times; time++) {
      const pids = await allListen(server.port, []);
      server.kill('SIGHUP');
      await allListen(server.port, pids);
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: times,
      loads: [counts],
      conditions: [isTrue(counts), isComplete(counts), isAlive(server)],
    });
  },
});

const badReload = scenario({
  name: 'SIGHUP with a bad configuration',
  layer: 'config',
  claim: 4,
  inject:
    'SIGHUP under load after the file was given an unknown name, a value out of range, or no JSON',
  async run(context) {
    const { server, running, file } = await start(context);
    const before = await allListen(server.port, []);
    const texts = ['{"workers": 2, "gatewy": {}}', '{"workers": 2, "maxRows": 0}', '{"workers": 2'];
    for (const text of texts) {
      writeFileSync(file, text);
      server.kill('SIGHUP');
      await wait(300);
    }
    const after = await allListen(server.port, []);
    running.stop();
    const counts = await running.done;
    const refusals = server.output.split('rolling restart stopped').length - 1;
    return judge({
      injected: texts.length,
      loads: [counts],
      facts: { refusals },
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        ['the same workers serve', before.toSorted().join() === after.toSorted().join()],
        ['it is said why', refusals > 0],
      ],
    });
  },
});

const killed = scenario({
  name: 'kill -9 of one of two workers',
  layer: 'process',
  claim: 5,
  inject: 'SIGKILL to one of two workers under load; the next one when two listen again',
  async run(context) {
    const { server, running } = await start(context);
    const times = context.long ? 100 : 3;
    for (let time = 0; time < times; time++) {
      const [pid] = await allListen(server.port, []);
      process.kill(pid, 'SIGKILL');
      await allListen(server.port, [pid]);
    }
    running.stop();
    const counts = await running.done;
    const { errors, requests, failed } = counts;
    return judge({
      injected: times,
      loads: [counts],
      facts: { 'cut with their worker': failed },
      conditions: [
        isTrue(counts),
        isAlive(server),
        ['what fails is a lost connection', Object.keys(errors).length === 0],
        // what one worker has under way in the moment of its end
        [`at most 20 are cut each time (${failed} of ${requests})`, failed <= 20 * times, true],
      ],
    });
  },
});

const stopped = scenario({
  name: 'SIGTERM to all workers by their primary',
  layer: 'process',
  claim: 4,
  inject:
    'SIGTERM to the primary of two workers under load; new requests stop 100 ms after readiness turns 503',
  async run(context) {
    // time for a load that gets little of a busy machine to see that it is to go
    const { server, running } = await start(context, { drainDelayMs: 3000 });
    server.kill('SIGTERM');
    const turned = await leave(server, running);
    const counts = await running.done;
    const { code } = await server.ended;
    return judge({
      injected: 1,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        ['readiness turns 503', turned],
        [`exit code 0 (${code})`, code === 0],
      ],
    });
  },
});

const fatal = [
  ['SIGUSR2', 'an exception that nobody caught', 'uncaught exception'],
  ['SIGPIPE', 'a rejection that nobody handled', 'unhandled rejection'],
].map(([signal, name, logged]) =>
  scenario({
    name: `${name}, in code of a user`,
    layer: 'process',
    claim: 4,
    inject: `${name} under load; new requests stop when readiness turns 503`,
    async run(context) {
      const node = ['--import', './scripts/chaos/fail-later.js'];
      const server = await context.serve([], { node });
      const running = startLoad({
        ports: [server.port],
        phases: [{ rate: 500, milliseconds: 60_000 }],
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      });
      await running.started;
      await wait(300);
      server.kill(signal);
      const turned = await leave(server, running);
      const counts = await running.done;
      const { code } = await server.ended;
      return judge({
        injected: 1,
        loads: [counts],
        conditions: [
          isTrue(counts),
          isComplete(counts),
          ['readiness turns 503', turned],
          [`exit code 1 (${code})`, code === 1],
          ['it is logged', server.output.includes(logged)],
        ],
      });
    },
  }),
);

export const scenarios = [...fatal, restarts, rolling, badReload, killed, stopped];
