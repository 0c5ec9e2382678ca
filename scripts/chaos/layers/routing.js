// Which version answers: assignment by unit, and the split changed under load.
import { createHash } from 'node:crypto';
import { ask, wait } from '../ask.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { createRandom } from '../schedule.js';
import { startLoad } from '../start-load.js';

const adminToken = 'of-the-chaos-alone';
const weights = { 'v1.0': 30, 'v1.1': 60, 'v2.0': 10 };

/** Weighted rendezvous as docs/routing.md writes it, apart from the code that serves. */
function assign(unit, of = weights) {
  let [chosen, lowest] = [null, Number.POSITIVE_INFINITY];
  for (const [version, weight] of Object.entries(of)) {
    const digits = createHash('sha256').update(`spillway.${version}.${unit}`).digest('hex');
    const draw = -Math.log((Number.parseInt(digits.slice(0, 13), 16) + 0.5) / 2 ** 52) / weight;
    if (draw < lowest) [chosen, lowest] = [version, draw];
  }
  return chosen;
}

const assignment = scenario({
  name: 'assignment by unit',
  layer: 'routing',
  claim: 7,
  inject: 'units asked for in another order after a restart, and a version that fails under them',
  async run(context) {
    const units = context.long ? 200_000 : 1000;
    const seen = { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 };
    let different = 0;
    for (const broken of [{}, { 'v1.1': 'throws an Error' }]) {
      const server = await context.serveFakes({ broken });
      const order = Array.from({ length: units }, (_, index) => index);
      if ('v1.1' in broken) order.reverse();
      const asking = async () => {
        for (let unit = order.pop(); unit !== undefined; unit = order.pop()) {
          const headers = { 'content-type': 'application/json', 'x-unit-id': `unit-${unit}` };
          const { text } = context.bodies[unit % context.bodies.length];
          const options = { method: 'POST', headers, body: text };
          let answer = await ask(server.port, '/predict/reliable', options);
          // as any client of a server that says when to come again
          for (let tries = 0; answer.status === 503 && tries < 20; tries++) {
            await wait(50);
            answer = await ask(server.port, '/predict/reliable', options);
          }
          const { body } = answer;
          if (body.assigned_version !== assign(`unit-${unit}`)) different++;
          else if (!('v1.1' in broken)) seen[body.assigned_version]++;
        }
      };
      await Promise.all(Array.from({ length: 16 }, asking));
    }
    return judge({
      injected: 2 * units,
      facts: { units, ...seen },
      conditions: [[`each as docs/routing.md computes it (${different} are not)`, different === 0]],
    });
  },
});

const share = scenario({
  name: 'shares of 1,000,000 units',
  layer: 'routing',
  claim: 7,
  inject: 'sample ratio mismatch: chi-squared of the router over many units',
  async run(context) {
    const { createRouter } = await import('../../../dist/routing/index.js');
    const units = context.long ? 1_000_000 : 200_000;
    const names = Object.keys(weights);
    const arms = names.map((name) => ({ name, weight: weights[name] }));
    const router = createRouter(arms, 'spillway', () => 0);
    const counts = names.map(() => 0);
    for (let unit = 0; unit < units; unit++) counts[router.choose(`unit-${unit}`)]++;
    const chiSquared = counts.reduce((sum, count, index) => {
      const expected = (units * weights[names[index]]) / 100;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // two degrees of freedom: the tail of the distribution is this
    const p = Math.exp(-chiSquared / 2);
    return judge({
      injected: units,
      facts: { 'chi-squared': chiSquared.toFixed(2), p: p.toFixed(3) },
      conditions: [[`p above 0.001 (${p.toFixed(4)})`, p > 0.001]],
    });
  },
});

const reweighted = scenario({
  name: 'weights changed under load',
  layer: 'swap',
  claim: 4,
  inject:
    'PUT /admin/routing with other weights, and every fifth time with such as must be refused',
  async run(context) {
    const server = await context.serve([], { env: { SPILLWAY_ADMIN_TOKEN: adminToken } });
    const running = startLoad({
      ports: [server.port],
      phases: [{ rate: 1000, milliseconds: 600_000 }],
      targets: [{ path: '/predict/reliable', bodies: context.bodies }],
    });
    const put = async (body) => {
      const options = {
        method: 'PUT',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ weights: body }),
      };
      return (await ask(server.port, '/admin/routing', options)).status;
    };
    const random = createRandom(6);
    const changes = context.long ? 5000 : 200;
    let wrong = 0;
    for (let change = 0; change < changes; change++) {
      const next = Object.fromEntries(
        Object.keys(weights).map((name) => [name, Math.round(random() * 100) + 1]),
      );
      if ((await put(next)) !== 200) wrong++;
      if (change % 5 !== 0) continue;
      const bad = [
        { 'v1.0': 1 },
        { ...next, v9: 1 },
        { ...next, 'v1.0': -1 },
        { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 },
      ];
      if ((await put(bad[(change / 5) % bad.length])) !== 422) wrong++;
      const { versions } = (await ask(server.port, '/health')).body;
      const sum = Object.values(next).reduce((total, weight) => total + weight, 0);
      const kept = versions.every(
        ({ model_version: name, weight }) => Math.abs(weight - next[name] / sum) < 1e-9,
      );
      if (!kept) wrong++;
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: changes,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        [
          `good ones are taken, bad ones refused and change nothing (${wrong} were not)`,
          wrong === 0,
        ],
      ],
    });
  },
});

export const scenarios = [assignment, share, reweighted];
