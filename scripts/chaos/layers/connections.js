// Many connections that do little: slow ones, idle ones.
import { connect } from 'node:net';
import { wait } from '../ask.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';
import { quantile } from '../tally.js';
import { underAttack } from '../under-attack.js';

const head =
  'POST /predict/reliable HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';

/** Shorter than what users get, so that the short form has the time to see them work. */
const limits = { headersTimeoutMs: 1000, requestTimeoutMs: 1500, stallTimeoutMs: 1500 };

const slow = [
  ['slow heads', 'heads that come one byte in 100 ms', head, 'a'],
  [
    'slow bodies',
    'bodies that come one byte in 100 ms',
    `${head}Content-Length: 1000\r\n\r\n`,
    ' ',
  ],
  ['silent connections', 'connections on which nothing ever comes', '', ''],
].map(([name, inject, start, more]) =>
  scenario({
    name,
    layer: 'http',
    alone: true,
    claim: 1,
    inject: `300 connections with ${inject}`,
    async run(context) {
      const server = await context.serveFakes({ server: limits });
      const sockets = open(server.port, 300, start);
      const trickling = setInterval(() => {
        if (more !== '') for (const socket of sockets) if (socket.writable) socket.write(more);
      }, 100);
      const seen = await underAttack(context, server, () => wait(50));
      const conditions = [...seen.conditions, isAlive(server)];
      const stillOpen = () => sockets.filter(({ closed }) => !closed).length;
      await wait(1800);
      const left = stillOpen();
      conditions.push([`all are cut by the time limits (${left} are not)`, left === 0, true]);
      clearInterval(trickling);
      for (const socket of sockets) socket.destroy();
      return judge({
        injected: sockets.length,
        loads: seen.loads,
        facts: { ...seen.facts, 'open at the end': left },
        conditions,
      });
    },
  }),
);

const idle = scenario({
  name: '10,000 idle connections',
  layer: 'http',
  alone: true,
  claim: 3,
  inject: '10,000 idle keep-alive connections beside 200 active ones',
  async run(context) {
    const server = await context.serve();
    const quiet = await context.serve();
    const plan = {
      rate: 2000,
      connections: 200,
      opens: 200,
      spin: true,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    };
    const sockets = [];
    // a listener takes so many at a time as its backlog holds
    while (sockets.length < 10_000) {
      const more = open(server.port, 500, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
      sockets.push(...more);
      await Promise.all(more.map(({ answered }) => answered));
    }
    const loads = [];
    const p99 = { with: [], without: [] };
    for (let round = -1; round < (context.long ? 15 : 2); round++) {
      for (const [name, { port }] of Object.entries({ with: server, without: quiet })) {
        const counts = await load({ ...plan, ports: [port], milliseconds: 1000, seed: round + 5 });
        if (round === -1) continue; // warms up
        loads.push(counts);
        p99[name].push(counts.p99Ms);
      }
    }
    const left = sockets.filter(({ closed }) => !closed).length;
    for (const socket of sockets) socket.destroy();
    const median = (name) => quantile(p99[name], 0.5);
    const ratio = median('with') / median('without');
    return judge({
      injected: left,
      loads,
      facts: {
        'p99 ms without': median('without').toFixed(1),
        'p99 ms with': median('with').toFixed(1),
        ratio: ratio.toFixed(2),
      },
      conditions: [
        ...loads.map(isTrue),
        ...loads.map(isComplete),
        isAlive(server),
        [`they stay open (${left})`, left === 10_000],
        [`p99 within twice that without (x ${ratio.toFixed(2)})`, ratio <= 2, true],
      ],
    });
  },
});

function open(port, count, start) {
  return Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.answered = new Promise((resolve) => {
      socket.once('data', resolve);
      socket.once('close', resolve);
    });
    socket.on('error', () => undefined);
    socket.resume();
    if (start !== '') socket.write(start);
    return socket;
  });
}

export const scenarios = [...slow, idle];
