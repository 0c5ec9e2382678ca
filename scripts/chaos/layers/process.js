// Signals and sudden ends of the process.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, wait } from '../ask.js';
import { freePort } from '../free-port.js';
import { leave } from '../leave.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { createRandom } from '../schedule.js';
import { load, startLoad } from '../start-load.js';
import { quantile } from '../tally.js';

const target = (context) => [{ path: '/predict/reliable', bodies: context.bodies }];

const drains = ['SIGTERM', 'SIGINT'].map((signal) =>
  scenario({
    name: `${signal} under load`,
    layer: 'process',
    claim: 4,
    inject: `${signal} to a server under load; new requests stop 100 ms after its readiness turns 503, as behind a balancer`,
    async run(context) {
      const loads = [];
      const codes = [];
      const took = [];
      const turned = [];
      const rounds = context.long ? 20 : 2;
      for (let round = 0; round < rounds; round++) {
        const server = await context.serve(['--config', configOf(context, { drainDelayMs: 3000 })]);
        const phases = [{ rate: 1000, milliseconds: 60_000 }];
        const running = startLoad({ ports: [server.port], phases, targets: target(context) });
        await running.started;
        await wait(300);
        const signalledAt = performance.now();
        server.kill(signal);
        turned.push(await leave(server, running));
        loads.push(await running.done);
        codes.push((await server.ended).code);
        took.push(performance.now() - signalledAt);
      }
      return judge({
        injected: rounds,
        loads,
        facts: { 'signal to exit ms': Math.round(quantile(took, 1)) },
        conditions: [
          ...loads.map(isTrue),
          ...loads.map(isComplete),
          ['readiness turns 503', turned.every(Boolean)],
          [`exit code 0 (${codes.join(', ')})`, codes.every((code) => code === 0)],
          // 3 s of delay, in which a load that gets little of a busy machine sees that it is to go, and what is under way
          [
            `ended within 5 s (${Math.round(quantile(took, 1))} ms)`,
            took.every((one) => one < 5000),
            true,
          ],
        ],
      });
    },
  }),
);

const twice = scenario({
  name: 'SIGTERM twice',
  layer: 'process',
  inject: 'a second SIGTERM while the first one drains for 30 s',
  async run(context) {
    const server = await context.serve(['--config', configOf(context, { drainDelayMs: 30_000 })]);
    server.kill('SIGTERM');
    await wait(200);
    const alive = server.exit === null;
    const startedAt = performance.now();
    server.kill('SIGTERM');
    const { code } = await server.ended;
    const took = performance.now() - startedAt;
    return judge({
      injected: 2,
      facts: { 'second signal to exit ms': Math.round(took) },
      conditions: [
        ['the first one drains', alive],
        [`the second one ends it at once (${Math.round(took)} ms)`, took < 500, true],
        [`exit code 1 (${code})`, code === 1],
      ],
    });
  },
});

const warmingUp = scenario({
  name: 'SIGTERM in warm-up',
  layer: 'process',
  inject: 'SIGTERM at instants spread over the start of the process',
  async run(context) {
    const ends = [];
    const took = [];
    for (let step = 0; step < (context.long ? 60 : 6); step++) {
      const server = await context.serve([], { listens: false });
      await wait(20 + (step * 400) / (context.long ? 60 : 6));
      const startedAt = performance.now();
      server.kill('SIGTERM');
      const { code, signal } = await server.ended;
      ends.push(signal ?? code);
      took.push(performance.now() - startedAt);
    }
    const longest = Math.round(quantile(took, 1));
    return judge({
      injected: ends.length,
      facts: { ends: [...new Set(ends)].join(' '), 'longest ms': longest },
      conditions: [
        ['ends by the signal or with 0', ends.every((end) => end === 'SIGTERM' || end === 0)],
        [`within 3 s (${longest} ms)`, longest < 3000, true],
      ],
    });
  },
});

const stopped = scenario({
  name: 'SIGSTOP and SIGCONT',
  layer: 'process',
  claim: 1,
  inject: 'the process stands still under load and goes on',
  async run(context) {
    const stoodMs = context.long ? 5000 : 1000;
    const server = await context.serve();
    const running = startLoad({
      ports: [server.port],
      phases: [{ rate: 300, milliseconds: stoodMs + 1500 }],
      targets: target(context),
      connections: 3000,
      deadlineMs: stoodMs + 1500,
    });
    await running.started;
    await wait(300);
    server.kill('SIGSTOP');
    await wait(stoodMs);
    server.kill('SIGCONT');
    const counts = await running.done;
    const after = counts.timeline.slice(-5);
    const slowest = Math.max(...after.map(({ slowestMs }) => slowestMs));
    const { versions } = (await ask(server.port, '/health')).body;
    return judge({
      injected: 1,
      loads: [counts],
      facts: { 'stood still ms': stoodMs, 'slowest of the last 500 ms': Math.round(slowest) },
      conditions: [
        isTrue(counts),
        ['no request failed', counts.failed === 0],
        isAlive(server),
        ['no breaker opened', versions.every(({ breaker }) => breaker === 'closed')],
        [`back to normal within 500 ms (${Math.round(slowest)} ms)`, slowest < 300, true],
      ],
    });
  },
});

const jumps = scenario({
  name: 'the wall clock jumps',
  layer: 'process',
  claim: 1,
  inject: 'Date jumps by an hour, forth and back, under load',
  async run(context) {
    const server = await context.serve([], { node: ['--import', './scripts/chaos/jump-clock.js'] });
    const milliseconds = context.long ? 20_000 : 1500;
    const running = startLoad({
      ports: [server.port],
      phases: [{ rate: 500, milliseconds }],
      targets: target(context),
    });
    let jumped = 0;
    const jumping = setInterval(() => {
      jumped++;
      server.kill('SIGUSR2');
    }, 250);
    const counts = await running.done;
    clearInterval(jumping);
    const { versions } = (await ask(server.port, '/health')).body;
    return judge({
      injected: jumped,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        [`none came late (${counts.late})`, counts.late === 0, true],
        ['no breaker opened', versions.every(({ breaker }) => breaker === 'closed')],
      ],
    });
  },
});

const killed = scenario({
  name: 'kill -9 at random instants',
  layer: 'process',
  claim: 5,
  inject:
    'SIGKILL under load, again and again; a supervisor starts the process anew on the same port',
  async run(context) {
    const port = await freePort();
    const kills = context.long ? 1000 : 5;
    const random = createRandom(20);
    const back = [];
    let server = await context.serve(['--port', String(port)]);
    const running = startLoad({
      ports: [port],
      phases: [{ rate: 300, milliseconds: 7_200_000 }],
      targets: target(context),
      connections: 64,
    });
    for (let kill = 0; kill < kills; kill++) {
      await wait(random() * 300);
      server.kill('SIGKILL');
      await server.ended;
      const startedAt = performance.now();
      server = await context.serve(['--port', String(port)]);
      back.push(performance.now() - startedAt);
    }
    await wait(300);
    running.stop();
    const counts = await running.done;
    const after = await load({
      ports: [port],
      rate: 300,
      milliseconds: 500,
      targets: target(context),
    });
    const longest = Math.round(quantile(back, 1));
    const others = Object.keys({ ...counts.errors }).length;
    return judge({
      injected: kills,
      loads: [counts, after],
      facts: { 'longest start ms': longest, 'lost while down or cut': counts.failed },
      conditions: [
        isTrue(counts),
        isTrue(after),
        ['what fails is a lost connection, never a bad answer', others === 0],
        isComplete(after),
        [`listens again within 5 s (${longest} ms)`, longest < 5000, true],
      ],
    });
  },
});

function configOf(context, settings) {
  const file = join(context.folder, `config-${settings.drainDelayMs}.json`);
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

export const scenarios = [...drains, twice, warmingUp, stopped, jumps, killed];
