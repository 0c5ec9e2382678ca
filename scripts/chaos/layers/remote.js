// A model on another machine, behind a network that does what toxiproxy makes it do.
import { createServer } from 'node:http';
import { loadVersions } from 'spillway';
import { wait } from '../ask.js';
import { isAlive, isAnswered, isTrue, judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';
import { startToxiproxy } from '../start-toxiproxy.js';

const version = 'v1.1';
const timeoutMs = 250;

/** Toxics by name: what they are, and whether the version can answer in spite of them. */
const toxics = {
  'latency of 20 ms': {
    make: (proxy) => proxy.add('latency', { latency: 20, jitter: 10 }),
    answers: true,
  },
  'latency of 2 s': { make: (proxy) => proxy.add('latency', { latency: 2000 }) },
  'answers that never come': { make: (proxy) => proxy.add('timeout', { timeout: 0 }) },
  'requests that never arrive': {
    make: (proxy) => proxy.add('timeout', { timeout: 0 }, 'upstream'),
  },
  'connections closed without an answer': {
    make: (proxy) => proxy.add('timeout', { timeout: 30 }),
  },
  'connections reset': { make: (proxy) => proxy.add('reset_peer', { timeout: 0 }) },
  'answers in slices': {
    make: (proxy) => proxy.add('slicer', { average_size: 10, size_variation: 5, delay: 100 }),
    answers: true,
  },
  'answers cut after 40 bytes': { make: (proxy) => proxy.add('limit_data', { bytes: 40 }) },
  '1 KB a second': { make: (proxy) => proxy.add('bandwidth', { rate: 1 }) },
  'connections that close slowly': {
    make: (proxy) => proxy.add('slow_close', { delay: 1000 }),
    answers: true,
  },
  'nothing that listens': { make: (proxy) => proxy.enable(false) },
};

export const scenarios = Object.entries(toxics).map(([name, { make, answers = false }]) =>
  scenario({
    name: `a remote model: ${name}`,
    layer: 'remote',
    alone: true,
    claim: 1,
    needs: ['toxiproxy-server'],
    inject: `${version} is asked by fetch through toxiproxy: ${name}`,
    async run(context) {
      const proxy = await context.shared('proxy', startRemote);
      await proxy.clear();
      const server = await context.serveFakes({
        gateway: { timeoutMs, breaker: { recoveryTimeoutMs: 400, maximumRecoveryTimeoutMs: 400 } },
        remote: { [version]: `http://127.0.0.1:${proxy.port}/` },
      });
      const plan = {
        ports: [server.port],
        rate: 200,
        deadlineMs: timeoutMs,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      };
      const before = await load({ ...plan, milliseconds: 400 });
      await make(proxy);
      const counts = await load({ ...plan, milliseconds: context.long ? 20_000 : 900 });
      await proxy.clear();
      await wait(700);
      const after = await load({ ...plan, milliseconds: 600 });
      const { calls, uncaught } = await server.ask('facts');
      const by = counts.by[version] ?? 0;
      return judge({
        injected: calls[version],
        loads: [before, counts, after],
        facts: { [`by ${version} meanwhile`]: by },
        conditions: [
          isTrue(counts),
          isTrue(after),
          isAnswered(counts),
          isAlive(server),
          ['no unhandled rejection', uncaught === 0],
          [`it answered before (${before.by[version]})`, before.by[version] > 0],
          [
            `it ${answers ? 'answers' : 'hardly answers'} meanwhile (${by})`,
            answers === by > counts.requests / 4,
          ],
          [`it answers again afterwards (${after.by[version]})`, after.by[version] > 0, true],
        ],
      });
    },
  }),
);

/** The model behind the proxy, served as its users would. */
async function startRemote() {
  const { model } = (await loadVersions()).find(({ name }) => name === version);
  const upstream = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { probability, prediction } = model.predict(JSON.parse(text));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ probability, prediction }));
    });
  });
  await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const proxy = await startToxiproxy(upstream.address().port);
  return {
    ...proxy,
    exit: null,
    async stop() {
      await proxy.stop();
      upstream.closeAllConnections();
      upstream.close();
    },
  };
}
