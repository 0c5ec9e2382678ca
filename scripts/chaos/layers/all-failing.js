// Claim 2: every version fails.
import { isAlive, isAnswered, isTrue, judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';
import { quantile } from '../tally.js';

const threshold = 5;

const opens = scenario({
  name: 'all versions fail: breakers open in time',
  layer: 'model',
  claim: 2,
  inject: 'every version throws from one moment on, under load',
  async run(context) {
    const server = await context.serveFakes({
      gateway: { breaker: { failureThreshold: threshold } },
    });
    const plan = {
      ports: [server.port],
      rate: 500,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    };
    const before = await load({ ...plan, milliseconds: 300 });
    await server.ask('break', { version: '*', fault: 'throws an Error' });
    const counts = await load({ ...plan, milliseconds: context.long ? 20_000 : 1000 });
    const { breakers, calls } = await server.ask('facts');
    const most = Math.max(...Object.values(calls));
    const byRules = Object.entries(counts.by).reduce(
      (sum, [by, n]) => sum + (by.startsWith('rules') ? n : 0),
      0,
    );
    return judge({
      injected: Object.values(calls).reduce((sum, n) => sum + n, 0),
      loads: [before, counts],
      facts: { 'calls of the most asked version': most, 'answered by rules': byRules },
      conditions: [
        isTrue(counts),
        isAnswered(counts),
        isAlive(server),
        ['all breakers are open', breakers.every((state) => state === 'open')],
        // answers come at once here, so that nothing is in flight
        [`a version is asked ${threshold} times and no more (${most})`, most === threshold],
        ['rules answer all of it', byRules === counts.requests],
      ],
    });
  },
});

const faster = scenario({
  name: 'all versions fail: open is faster than healthy',
  alone: true,
  layer: 'model',
  claim: 2,
  inject: 'every breaker open, beside a healthy server whose models cost 0.5 ms, in turns',
  async run(context) {
    const cost = Object.fromEntries(['v1.0', 'v1.1', 'v2.0'].map((name) => [name, 'costs 0.5 ms']));
    const [healthy, open] = await Promise.all([
      context.serveFakes({ broken: cost }),
      context.serveFakes(),
    ]);
    await open.ask('break', { version: '*', fault: 'throws an Error' });
    const plan = {
      rate: 400,
      spin: true,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    };
    const samples = { healthy: [], open: [] };
    const loads = [];
    for (let turn = -1; turn < (context.long ? 15 : 3); turn++) {
      for (const [name, { port }] of Object.entries({ healthy, open })) {
        const counts = await load({ ...plan, ports: [port], milliseconds: 700, seed: turn + 9 });
        if (turn === -1) continue; // warms up, and opens the breakers
        loads.push(counts);
        samples[name].push(counts.p99Ms);
      }
    }
    const { breakers, calls } = await open.ask('facts');
    const median = (name) => quantile(samples[name], 0.5);
    const ratio = median('open') / median('healthy');
    return judge({
      injected: Object.values(calls).reduce((sum, n) => sum + n, 0),
      loads,
      facts: {
        'healthy p99 ms': round(median('healthy')),
        'open p99 ms': round(median('open')),
        ratio: round(ratio),
      },
      conditions: [
        ...loads.map(isTrue),
        ['all breakers are open', breakers.every((state) => state === 'open')],
        [`open-state p99 below healthy p99 (x ${round(ratio)})`, ratio < 1, true],
      ],
    });
  },
});

function round(value) {
  return Math.round(value * 100) / 100;
}

export const scenarios = [opens, faster];
