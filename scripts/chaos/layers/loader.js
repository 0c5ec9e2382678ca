// Whether the load itself would notice: servers that lie, stall and drop.
import { createServer } from 'node:http';
import { judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';

/** Every tenth answer of a server that is right otherwise is spoilt by `spoil(response, decision)`. */
async function spoilt(context, spoil, plan = {}) {
  let count = 0;
  let spoiltOnes = 0;
  const byText = new Map(context.bodies.map(({ text, answers }) => [text, answers]));
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const decision = {
        request_id: request.headers['x-request-id'],
        ...byText.get(text)['v1.1'],
        model_version: 'v1.1',
        assigned_version: 'v1.1',
        degraded: false,
      };
      const send = sendJson.bind(null, response);
      if (++count % 10 !== 0) return send(200, decision);
      spoiltOnes++;
      spoil({ send, decision, socket: request.socket });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const counts = await load({
    ports: [server.address().port],
    rate: 500,
    milliseconds: 400,
    targets: [{ path: '/predict', bodies: context.bodies }],
    ...plan,
  });
  server.closeAllConnections();
  server.close();
  return { counts, spoiltOnes };
}

function sendJson(response, status, body) {
  const json = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

const lies = {
  'numbers of another version': [
    'wrong',
    ({ send, decision }) =>
      send(200, { ...decision, model_version: 'v1.0', assigned_version: 'v1.0' }),
  ],
  'answers to other requests': [
    'wrong',
    ({ send, decision }) => send(200, { ...decision, request_id: 'chaos-0x' }),
  ],
  'half JSON': ['malformed', ({ send, decision }) => send(200, JSON.stringify(decision).slice(1))],
  '503 without Retry-After': ['malformed', ({ send }) => send(503, { status: 503, title: 'Busy' })],
  'connections that end': ['lost', ({ socket }) => socket.destroy()],
};

const liars = Object.entries(lies).map(([name, [kind, spoil]]) =>
  scenario({
    name: `the load finds ${name}`,
    layer: 'loader',
    inject: `a server of which every tenth answer is this: ${name}`,
    async run(context) {
      const { counts, spoiltOnes } = await spoilt(context, spoil);
      const found =
        kind === 'lost' ? Object.values(counts.lost).reduce((sum, n) => sum + n, 0) : counts[kind];
      return judge({
        injected: spoiltOnes,
        facts: { found },
        conditions: [
          [`finds all ${spoiltOnes} (${found})`, found === spoiltOnes],
          [`and no other (${counts.failed})`, counts.failed === spoiltOnes],
        ],
      });
    },
  }),
);

const stall = scenario({
  name: 'the load counts a stall for everybody who would have asked',
  layer: 'loader',
  inject: 'a server that stands still for 300 ms, once',
  async run(context) {
    let stalls = 0;
    const { counts } = await spoilt(
      context,
      ({ send, decision }) => {
        const until = performance.now() + (stalls++ === 0 ? 300 : 0);
        while (performance.now() < until);
        send(200, decision);
      },
      { milliseconds: 1000 },
    );
    // of 300 ms at 500 a second, nearly all that were due in the first half waited half as long at least
    return judge({
      injected: 1,
      loads: [counts],
      facts: { 'p50 ms': counts.p50Ms.toFixed(1) },
      conditions: [
        ['all are answered', counts.failed === 0],
        [`p99 shows it (${counts.p99Ms.toFixed(0)} ms)`, counts.p99Ms > 200],
      ],
    });
  },
});

export const scenarios = [...liars, stall];
