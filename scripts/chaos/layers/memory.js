// What runs out: memory, file descriptors, time on the one thread.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { ask, wait } from '../ask.js';
import { freePort } from '../free-port.js';
import { createBatch } from '../rows.js';
import { isAlive, isAnswered, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { load, startLoad } from '../start-load.js';

const smallHeap = scenario({
  name: 'a heap of 48 MiB under batches',
  layer: 'memory',
  claim: 1,
  inject: '--max-old-space-size=48, batches of 500 explained rows among single ones',
  async run(context) {
    const server = await context.serve([], { node: ['--max-old-space-size=48'] });
    const batch = createBatch(context.bodies, 500);
    const one = { path: '/predict/reliable', bodies: context.bodies };
    const many = {
      path: '/predict/reliable?require_explanation=true',
      bodies: [batch],
      explained: true,
    };
    const counts = await load({
      ports: [server.port],
      rate: 200,
      milliseconds: context.long ? 30_000 : 2000,
      targets: [...Array.from({ length: 39 }, () => one), many],
      giveUpMs: 20_000,
    });
    const live = await ask(server.port, '/health/live');
    return judge({
      injected: Math.floor(counts.requests / 40),
      loads: [counts],
      conditions: [
        isTrue(counts),
        ['no request failed', counts.failed === 0],
        isAlive(server),
        ['it is live afterwards', live.status === 200],
      ],
    });
  },
});

const files = scenario({
  name: 'no file descriptor left',
  layer: 'memory',
  claim: 1,
  needs: ['prlimit'],
  inject:
    'a limit of 64 open files (prlimit), set once it listens, and 200 connections that stay open for a second',
  async run(context) {
    const server = await context.serve();
    execFileSync('prlimit', ['--pid', String(server.pid), '--nofile=64:64']);
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      return socket;
    });
    await wait(1000);
    const alive = isAlive(server);
    for (const socket of sockets) socket.destroy();
    await wait(200);
    const counts = await load({
      ports: [server.port],
      rate: 200,
      milliseconds: context.long ? 5000 : 700,
      connections: 16,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    return judge({
      injected: sockets.length,
      loads: [counts],
      conditions: [alive, isAlive(server), isTrue(counts), isComplete(counts)],
    });
  },
});

const blocked = scenario({
  name: 'the event loop is blocked for 500 ms',
  layer: 'memory',
  claim: 1,
  inject: 'one call of a model blocks the one thread',
  async run(context) {
    const server = await context.serveFakes();
    const rounds = context.long ? 20 : 2;
    const running = startLoad({
      ports: [server.port],
      phases: [{ rate: 400, milliseconds: rounds * 1200 }],
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    let injected = 0;
    for (let round = 0; round < rounds; round++) {
      await wait(300);
      await server.ask('break', { version: 'v1.1', fault: 'blocks for 500 ms once' });
      injected++;
      await wait(800);
    }
    const counts = await running.done;
    const { breakers } = await server.ask('facts');
    return judge({
      injected,
      loads: [counts],
      facts: { 'slowest ms': Math.round(counts.slowestMs) },
      conditions: [
        isTrue(counts),
        isAnswered(counts),
        isAlive(server),
        ['it was really blocked', counts.slowestMs > 400],
        ['no breaker opened', breakers.every((state) => state === 'closed')],
      ],
    });
  },
});

const fullDisk = scenario({
  name: 'no space for the log',
  layer: 'memory',
  claim: 1,
  inject: 'stdout is /dev/full: every line of the log fails with ENOSPC',
  async run(context) {
    const port = await freePort();
    const full = openSync('/dev/full', 'w');
    const args = ['--port', String(port), '--log-level', 'debug'];
    const server = await context.serve(args, { listens: false, stdout: full });
    closeSync(full);
    const isLive = () =>
      ask(port, '/health/live').then(
        ({ status }) => status === 200,
        () => false,
      );
    for (let tries = 0; tries < 200 && !(await isLive()); tries++) await wait(50);
    const counts = await load({
      ports: [port],
      rate: 400,
      milliseconds: context.long ? 20_000 : 1000,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    return judge({
      injected: counts.requests,
      loads: [counts],
      conditions: [isTrue(counts), isComplete(counts), isAlive(server)],
    });
  },
});

export const scenarios = [smallHeap, files, blocked, fullDisk];
