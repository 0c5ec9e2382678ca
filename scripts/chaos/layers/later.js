// Faults of code that answers later, in this thread or in threads of its own.
import { ask, wait } from '../ask.js';
import { laterFaults } from '../later-models.js';
import { isAlive, isAnswered, isTrue, judge, scenario } from '../scenario.js';
import { load, startLoad } from '../start-load.js';

const version = 'v1.1';
const timeoutMs = 250;
const breaker = { recoveryTimeoutMs: 400, maximumRecoveryTimeoutMs: 400 };

const here = Object.keys(laterFaults).map((fault) =>
  scenario({
    name: `code ${fault}`,
    layer: 'model',
    claim: 1,
    inject: `${version} is code that answers later; it ${fault}`,
    async run(context) {
      const server = await context.serveFakes({
        gateway: { timeoutMs, breaker },
        later: [version],
      });
      const plan = {
        ports: [server.port],
        rate: 300,
        deadlineMs: timeoutMs,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      };
      const before = await load({ ...plan, milliseconds: 200 });
      await server.ask('break', { version, fault });
      const counts = await load({ ...plan, milliseconds: context.long ? 20_000 : 700 });
      const { calls } = await server.ask('facts');
      await server.ask('break', { version, fault: null });
      // until what was late has come, and a try has closed the breaker
      await wait(700);
      const after = await load({ ...plan, milliseconds: 400 });
      const { uncaught, waiting } = await server.ask('facts');
      return judge({
        injected: calls[version],
        loads: [before, counts, after],
        facts: { 'unhandled rejections': uncaught, 'places still taken': waiting },
        conditions: [
          isTrue(counts),
          isTrue(after),
          isAnswered(counts),
          isAlive(server),
          ['no unhandled rejection', uncaught === 0],
          [
            `${version} answers again afterwards (${after.by[version]})`,
            after.by[version] > 0,
            true,
          ],
          // work that never ends keeps its place for ever
          [
            `no call is left in its bulkhead (${waiting})`,
            waiting === 0 || fault === 'never answers',
          ],
        ],
      });
    },
  }),
);

const faults = {
  'spins for ever': {},
  'takes all memory': { memory: 32 },
  'ends its thread': {},
  'throws in its thread': {},
  'rejects behind its own back': {},
  'answers what cannot be sent': {},
  'never answers in its thread': {},
};

const apart = Object.entries(faults).map(([fault, options]) =>
  scenario({
    name: `a model in a thread ${fault}`,
    layer: 'worker',
    alone: true,
    claim: 1,
    inject: `${version} runs in two threads of its own; every other call ${fault}`,
    async run(context) {
      const server = await context.serveFakes({
        gateway: { timeoutMs, breaker },
        isolated: { [version]: { fault, ...options } },
      });
      const running = startLoad({
        ports: [server.port],
        phases: [{ rate: 200, milliseconds: context.long ? 20_000 : 1500 }],
        // the deadline, and 100 ms to end a thread; 50 are in the load's own idea of late
        deadlineMs: timeoutMs + 50,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      });
      const probes = [];
      const probing = setInterval(() => {
        const startedAt = performance.now();
        probes.push(
          ask(server.port, '/health/live').then(
            ({ status }) => (status === 200 ? performance.now() - startedAt : Number.NaN),
            () => Number.NaN,
          ),
        );
      }, 100);
      const counts = await running.done;
      clearInterval(probing);
      const slowest = Math.max(...(await Promise.all(probes)));
      const { uncaught, events } = await server.ask('facts');
      return judge({
        injected: events['model-failed'],
        loads: [counts],
        facts: {
          [`by ${version}`]: counts.by[version] ?? 0,
          'slowest probe ms': Math.round(slowest),
        },
        conditions: [
          isTrue(counts),
          isAnswered(counts),
          isAlive(server),
          ['no unhandled rejection', uncaught === 0],
          [
            `/health/live answers all the while (slowest ${Math.round(slowest)} ms)`,
            slowest < 300,
            true,
          ],
        ],
      });
    },
  }),
);

export const scenarios = [...here, ...apart];
