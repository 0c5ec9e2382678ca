// Clients that mean ill, or do not know better; the others must not notice.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { post, raw, statusIn, wait } from '../ask.js';
import { createBatch } from '../rows.js';
import { isAlive, judge, scenario } from '../scenario.js';
import { serveFakes } from '../start-server.js';
import { underAttack } from '../under-attack.js';

const path = '/predict/reliable';

/** A scenario that attacks one server of the layer while others use it. `attack(port, count, context)` gives sentences that do not hold. */
function attack(name, inject, once, { rate } = {}) {
  return scenario({
    name,
    layer: 'http',
    alone: true,
    claim: 1,
    inject,
    async run(context) {
      const server = await context.shared('fakes', () => serveFakes());
      const faults = new Set();
      let count = 0;
      const seen = await underAttack(
        context,
        server,
        async (round) => {
          const { times, wrong } = await once(server, round, context);
          count += times;
          for (const one of wrong) faults.add(one);
          // a flood is another scenario
          await wait(5);
        },
        { rate },
      );
      return judge({
        injected: count,
        loads: seen.loads,
        facts: seen.facts,
        conditions: [
          ...seen.conditions,
          isAlive(server),
          [
            `each is dealt with as it should be (${[...faults].join(', ')})`,
            faults.size === 0,
            [...faults].every((one) => one.endsWith('of CPU')),
          ],
        ],
      });
    },
  });
}

/** Bodies that must be refused with one of these statuses, each costing less than 50 ms of CPU. */
const refused = {
  'deep JSON': [[400, 413, 422], () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  'deep objects': [[400, 413, 422], () => `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  'an object of 80,000 keys': [
    [400, 413, 422],
    () => `{${Array.from({ length: 80_000 }, (_, key) => `"k${key}":1`).join(',')}}`,
  ],
  'a batch of 1,000,000 rows': [[413], () => `[${'{},'.repeat(999_999)}{}]`],
  'a batch of 300,000 empty rows': [[400, 413, 422], () => `[${'{},'.repeat(299_999)}{}]`],
  'prototype keys': [
    [400, 422],
    () =>
      '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"age":35,"monthly_charges":1,"total_charges":1}',
  ],
  'the same key twice': [[400, 422], ({ text }) => `{"age":18,${text.slice(1)}`],
  'infinite numbers': [[400, 422], () => '{"age":1e999,"monthly_charges":1,"total_charges":1}'],
  'a string of 900 KB for a number': [[400, 422], () => `{"age":"${'9'.repeat(900_000)}"}`],
  'a number of 900 KB': [[400, 422], () => `{"age":${'9'.repeat(900_000)}}`],
  'invalid UTF-8': [[400], () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  'lone surrogates': [
    [400, 422],
    () => '{"\\ud800":1,"age":35,"monthly_charges":1,"total_charges":1}',
  ],
  'half a JSON text': [[400], ({ text }) => text.slice(0, -5)],
  'an empty body': [[400], () => ''],
};

const bodies = Object.entries(refused).map(([what, [statuses, create]]) =>
  attack(
    `a body of ${what}`.replace('a body of an empty body', 'an empty body'),
    `bodies: ${what}`,
    async ({ port, ask }, round, context) => {
      const bytes = post(path, create(context.bodies[1]), { Connection: 'close' });
      const before = await ask('cpu');
      const { text } = await raw(port, bytes);
      const after = await ask('cpu');
      const cpuMs = (after.user + after.system - before.user - before.system) / 1000;
      await wait(20);
      const wrong = [];
      if (!statuses.includes(statusIn(text))) wrong.push(`answered ${statusIn(text)}`);
      // the first one finds code that was not compiled yet
      if (round > 2 && cpuMs > 50) wrong.push(`${Math.round(cpuMs)} ms of CPU`);
      return { times: 1, wrong };
    },
    { rate: 200 },
  ),
);

const gzipBomb = attack(
  'a gzip bomb',
  'bodies of 100 KB that inflate to 100 MB',
  async ({ port }) => {
    bomb ??= gzipSync(Buffer.alloc(100_000_000));
    const { text } = await raw(port, post(path, bomb, { 'Content-Encoding': 'gzip' }));
    const status = statusIn(text);
    await wait(10);
    return { times: 1, wrong: status === 415 ? [] : [`answered ${status}`] };
  },
);
let bomb;

const nonsense = [
  () => randomBytes(2000),
  () => Buffer.from('1603010200010001fc0303', 'hex'),
  () => 'GET / HTTP/9.9\r\n\r\n',
  () => `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  () => `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
  () => `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5000)}\r\n`,
  () =>
    'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  () => 'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  () => 'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  () => 'POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => 'GET / HTTP/1.1\r\n\r\n',
  () => '\r\n\r\n\0\0\0\r\n\r\n',
];

const garbage = attack('garbage', 'what is not HTTP, or just about', async ({ port }, round) => {
  const { text, closed } = await raw(port, nonsense[round % nonsense.length](), { timeoutMs: 300 });
  const status = statusIn(text);
  const isRefused = status === 0 ? closed : status >= 400 && status < 500;
  const wrong = isRefused ? [] : [`number ${round % nonsense.length}: ${status}, closed ${closed}`];
  return { times: 1, wrong };
});

const pipelining = attack(
  'pipelining',
  '50 requests in one write',
  async ({ port }, round, context) => {
    const bytes = context.bodies
      .slice(0, 48)
      .map(({ text }, index) => post(path, text, { 'X-Request-Id': `p-${index}` }));
    const last = 'p-47","prediction"';
    const { text } = await raw(port, Buffer.concat(bytes), { until: last });
    const ids = [...text.matchAll(/"request_id":"p-(\d+)"/g)].map(([, id]) => Number(id));
    const inOrder = ids.length === 48 && ids.every((id, index) => id === index);
    return { times: 48, wrong: inOrder ? [] : [`answered ${ids.length} of 48, or not in order`] };
  },
);

const aborts = attack(
  'clients that go away in the middle',
  'connections reset within the head, the body, before and during the answer',
  async ({ port }, round, context) => {
    batch ??= post(`${path}?require_explanation=true`, createBatch(context.bodies, 300).text);
    const bytes = round % 20 === 0 ? batch : post(path, context.bodies[0].text);
    const cut = [10, bytes.length - 5, bytes.length, bytes.length][round % 4];
    await new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => {
        socket.write(bytes.subarray(0, cut));
        if (round % 4 === 3) socket.once('data', () => socket.resetAndDestroy());
        else setTimeout(() => socket.resetAndDestroy(), round % 3);
      });
      socket.on('error', () => undefined);
      socket.on('close', resolve);
      setTimeout(() => socket.destroy(), 2000).unref();
    });
    return { times: 1, wrong: [] };
  },
);
let batch;

const expectContinue = attack(
  'Expect: 100-continue',
  'requests that wait for leave to send their body, and others that expect what does not exist',
  async ({ port }, round, context) => {
    const bytes = post(path, context.bodies[0].text, { Expect: '100-continue' });
    const { text } = await raw(port, bytes, { until: '"prediction"' });
    const wrong =
      text.startsWith('HTTP/1.1 100') && text.includes('HTTP/1.1 200') ? [] : [text.slice(0, 30)];
    const other = post(path, context.bodies[0].text, { Expect: 'miracles', Connection: 'close' });
    const status = statusIn((await raw(port, other)).text);
    if (status < 200 || status >= 500) wrong.push(`miracles: ${status}`);
    return { times: 2, wrong };
  },
);

const upgrade = attack(
  'upgrades',
  'Upgrade: websocket and h2c on the prediction route',
  async ({ port }, round, context) => {
    const wrong = [];
    for (const protocol of ['websocket', 'h2c']) {
      const headers = { Connection: 'Upgrade', Upgrade: protocol };
      const bytes = post(path, context.bodies[0].text, headers);
      const { text, closed } = await raw(port, bytes, { until: '"prediction"' });
      const status = statusIn(text);
      if (!(status === 200 || (closed && status >= 400 && status < 500))) {
        wrong.push(`${protocol}: ${status}`);
      }
    }
    return { times: 2, wrong };
  },
);

const slowReaders = attack(
  'a client that does not read',
  'batches of 500 rows, one after the other on a connection that nobody reads from',
  async ({ port }, round, context) => {
    if (round === 0) {
      reader = connect({ port, host: '127.0.0.1' });
      reader.on('error', () => undefined);
      reader.pause();
    }
    reader.write(post(path, createBatch(context.bodies, 500).text));
    await wait(20);
    return { times: 1, wrong: reader.closed ? ['closed'] : [] };
  },
);
let reader;

export const scenarios = [
  ...bodies,
  gzipBomb,
  garbage,
  pipelining,
  aborts,
  expectContinue,
  upgrade,
  slowReaders,
];
