// Faults of models that answer in this process, at once.
import { faults } from '../fake-models.js';
import { isAlive, isAnswered, isTrue, judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';

/** The version with 60 % of the traffic is the one that fails. */
const version = 'v1.1';
const breaker = { recoveryTimeoutMs: 150, maximumRecoveryTimeoutMs: 150 };

const always = Object.keys(faults).filter((name) =>
  /^(throws|answers|overflows|overwrites)/.test(name),
);

/** What is looked at once is right the first time; that the numbers are is checked all the same. */
const tolerated = 'answers an object that changes its mind';

const single = always.map((fault) =>
  scenario({
    name: `a model ${fault}`,
    layer: 'model',
    claim: 1,
    inject: `${version} ${fault}, every time it is asked`,
    async run(context) {
      const server = await context.serveFakes({ gateway: { timeoutMs: 100, breaker } });
      await server.ask('break', { version, fault });
      const counts = await load({
        ports: [server.port],
        rate: 400,
        milliseconds: context.long ? 20_000 : 700,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      });
      const { calls, uncaught, events } = await server.ask('facts');
      const byBroken = counts.by[version] ?? 0;
      return judge({
        injected: calls[version],
        loads: [counts],
        facts: {
          'breaker opened': events['breaker-opened'],
          'unhandled rejections': uncaught,
        },
        conditions: [
          isTrue(counts),
          isAnswered(counts),
          isAlive(server),
          ...(fault === tolerated
            ? []
            : [
                [`none answered by ${version} (${byBroken})`, byBroken === 0],
                ['others answer in its place', counts.degraded > 0],
              ]),
          ['no unhandled rejection', uncaught === 0],
        ],
      });
    },
  }),
);

const slow = scenario({
  name: 'a model takes 50 ms',
  layer: 'model',
  claim: 1,
  inject: `${version} takes 50 ms of the one thread where 30 ms are allowed`,
  async run(context) {
    const server = await context.serveFakes({
      gateway: {
        timeoutMs: 30,
        breaker: { recoveryTimeoutMs: 1000, maximumRecoveryTimeoutMs: 1000 },
      },
    });
    await server.ask('break', { version, fault: 'takes 50 ms' });
    const counts = await load({
      ports: [server.port],
      rate: 300,
      milliseconds: context.long ? 20_000 : 2500,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    const { calls } = await server.ask('facts');
    // five in a row until the breaker opens, then one try a second
    const most = 5 + Math.ceil((context.long ? 20_000 : 2500) / 1000) + 1;
    return judge({
      injected: calls[version],
      loads: [counts],
      conditions: [
        isTrue(counts),
        isAnswered(counts),
        [`asked at most ${most} times (${calls[version]})`, calls[version] <= most],
      ],
    });
  },
});

const flaky = [
  ['fails 49 of 100', false],
  ['fails 51 of 100', true],
  ['fails 100 of 100', true],
].map(([fault, opens]) =>
  scenario({
    name: `a model ${fault}`,
    layer: 'model',
    claim: 1,
    inject: `${version} ${fault} calls; its breaker opens above 50 %`,
    async run(context) {
      const server = await context.serveFakes({
        // the rule of failures in a row is out of the way, so that it is the ratio that decides
        gateway: { breaker: { failureThreshold: 1_000_000, recoveryTimeoutMs: 60_000 } },
      });
      await server.ask('break', { version, fault });
      const counts = await load({
        ports: [server.port],
        rate: 500,
        milliseconds: context.long ? 20_000 : 1000,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      });
      const { calls, events } = await server.ask('facts');
      const opened = events['breaker-opened'];
      return judge({
        injected: events['model-failed'],
        loads: [counts],
        facts: { 'breaker opened': opened, 'asked until then': calls[version] },
        conditions: [
          isTrue(counts),
          isAnswered(counts),
          [`the breaker ${opens ? 'opens once' : 'stays closed'} (${opened})`, opened === +opens],
        ],
      });
    },
  }),
);

const flap = scenario({
  name: 'a model flaps',
  layer: 'model',
  claim: 1,
  inject: `${version} fails and recovers every 200 ms`,
  async run(context) {
    const server = await context.serveFakes({ gateway: { timeoutMs: 50, breaker } });
    const milliseconds = context.long ? 20_000 : 2000;
    let isBroken = false;
    const flapping = setInterval(() => {
      isBroken = !isBroken;
      void server.ask('break', { version, fault: isBroken ? 'throws an Error' : null });
    }, 200);
    const counts = await load({
      ports: [server.port],
      rate: 500,
      milliseconds,
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    clearInterval(flapping);
    const { events } = await server.ask('facts');
    return judge({
      injected: events['model-failed'],
      loads: [counts],
      facts: { opened: events['breaker-opened'], closed: events['breaker-closed'] },
      conditions: [
        isTrue(counts),
        isAnswered(counts),
        ['the breaker opens and closes again', events['breaker-closed'] > 0],
        [`${version} answers between`, counts.by[version] > 0],
      ],
    });
  },
});

export const scenarios = [...single, slow, ...flaky, flap];
