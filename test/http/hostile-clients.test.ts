/** What strangers may do to a port: research rows of limits, time-outs, parsers and bodies, byte by byte. */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readServerConfig } from '../../src/config.ts';
import { createRoutes } from '../../src/http/handlers.ts';
import { type Answered, type RunningServer, startServer } from '../../src/http/index.ts';
import { createGateway, type Gateway } from '../../src/index.ts';
import { connectRaw, type RawClient, statusesOf } from './raw-client.ts';

const row = JSON.stringify({ age: 35, monthly_charges: 65.5, total_charges: 1200 });
let running: RunningServer | undefined;
let gateway: Gateway;
let answered: Answered[] = [];

afterEach(async () => {
  await running?.close();
  running = undefined;
  answered = [];
});

async function start(flags: Record<string, unknown> = {}): Promise<string> {
  gateway = await createGateway();
  running = await startServer(
    gateway,
    readServerConfig({
      flags: { port: 0, drainDelayMs: 0, gateway: { timeoutMs: 50 }, ...flags },
    }),
    (answer) => answered.push(answer),
  );
  return running.url;
}

function head(length: number | null, more = '', path = '/predict'): string {
  const size = length === null ? '' : `Content-Length: ${length}\r\n`;
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${size}${more}\r\n`;
}

function post(body: string | Buffer, more = ''): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(head(bytes.length, more)), bytes]);
}

/** Sends bytes and gives all that comes until the connection closes, which the last request asks for. */
async function talk(url: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const client = await connectRaw(url);
  for (const part of parts) client.send(part);
  return client.closed;
}

const last = 'Connection: close\r\n';

/** Requests whose answers, some 10 MB, are more than the buffers of the system take. */
const manyAnswers = Buffer.concat(
  Array.from({ length: 40 }, () => post(`[${Array.from({ length: 1000 }, () => row).join(',')}]`)),
);

async function figure(name: string): Promise<number> {
  const line = new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\d+)$`, 'm');
  return Number(line.exec(await gateway.metrics.metrics())?.[1]);
}

/** For a machine that is busy with something else. */
const patient = { timeout: 20_000 };

/** All is as it was before anybody came. */
async function nothingIsLeft(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await figure('spillway_http_requests_in_flight')).toBe(0);
    expect(await figure('spillway_http_connections')).toBe(0);
  }, patient);
}

const wide = `{${Array.from({ length: 100_000 }, (_, index) => `"k${index.toString(36)}":1`).join(',')}}`;
const hostileBodies: readonly (readonly [string, string, number])[] = [
  ['an object of 100,000 keys', wide, 400],
  ['a row of 100,000 keys in a batch', `[${wide}]`, 400],
  ['a row of 100,000 values in a batch', `[[${'1,'.repeat(100_000)}1]]`, 400],
  ['a million rows', `[${'{},'.repeat(1_000_000)}{}]`, 413],
  ['a million numbers', `[${'1,'.repeat(1_000_000)}1]`, 413],
  ['50,000 arrays in each other', '['.repeat(50_000) + ']'.repeat(50_000), 400],
  ['a short nest of arrays', '['.repeat(5000) + ']'.repeat(5000), 422],
  ['50,000 times the same key', `{${'"x":1,'.repeat(50_000)}"y":1}`, 400],
  ['16,000 unknown keys', `{${wide.slice(1).split(',', 16_000).join(',')}}`, 422],
  ['a text of 4 MB', `{"age":"${'x'.repeat(4_000_000)}"}`, 422],
  ['a number of a million digits', `{"age":${'1'.repeat(1_000_000)}}`, 422],
];

describe('a slow client', () => {
  it.each([
    ['sends nothing', ''],
    ['sends half a head', 'POST /predict HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['sends half a body', `${head(row.length)}${row.slice(0, 10)}`],
    ['never ends its chunks', `${head(null, 'Transfer-Encoding: chunked\r\n')}5\r\n{"age`],
  ])('that %s is told so and cut', async (_, text) => {
    const url = await start({ headersTimeoutMs: 100, requestTimeoutMs: 150 });
    const answer = await talk(url, text);
    expect(statusesOf(answer)).toEqual([408]);
    await nothingIsLeft();
  });

  it('that sends its second request by halves is cut too', async () => {
    const url = await start({ headersTimeoutMs: 100, requestTimeoutMs: 150 });
    const client = await connectRaw(url);
    client.send(post(row));
    await client.until('latency_ms');
    client.send('POST /predict HTTP/1.1\r\nHost: x\r\n');
    expect(statusesOf(await client.closed)).toEqual([200]);
    await nothingIsLeft();
  });

  it('that does not read its answers is cut, and nothing is held for it any more', async () => {
    const url = await start({ stallTimeoutMs: 100, maxQueueMs: 60_000 });
    const client = await connectRaw(url);
    client.socket.pause();
    client.send(manyAnswers);
    await vi.waitFor(async () => expect(await figure('spillway_http_connections')).toBe(1));
    await nothingIsLeft();
    expect(answered.at(-1)).toMatchObject({ status: 499 });
    client.socket.destroy();
  }, 30_000);

  it('that stays away between two requests is let go', async () => {
    const url = await start({ keepAliveTimeoutMs: 50 });
    const client = await connectRaw(url);
    client.send(post(row));
    expect(statusesOf(await client.closed)).toEqual([200]);
  });
});

describe('connections', () => {
  it.each([
    ['all', { maxConnections: 2 }],
    ['address', { maxConnectionsPerAddress: 2 }],
  ])('beyond the limit on %s are closed at once, the others served', async (limit, flags) => {
    const url = await start(flags);
    const clients = [await connectRaw(url), await connectRaw(url)];
    for (const client of clients) client.send(post(row));
    for (const client of clients) await client.until('latency_ms');
    expect(await (await connectRaw(url)).closed).toBe('');
    expect(await figure(`spillway_http_connections_refused_total{limit="${limit}"}`)).toBe(1);
    expect(await figure('spillway_http_connections')).toBe(2);
    clients[0]?.socket.end();
    await vi.waitFor(async () => expect(await figure('spillway_http_connections')).toBe(1));
    expect(statusesOf(await talk(url, post(row, last)))).toEqual([200]);
    clients[1]?.socket.end();
    await nothingIsLeft();
  });

  it('that are many and idle keep nobody from being answered', async () => {
    const url = await start();
    const idle = await Promise.all(Array.from({ length: 500 }, () => connectRaw(url)));
    expect(statusesOf(await talk(url, post(row, last)))).toEqual([200]);
    for (const { socket } of idle) socket.destroy();
    await nothingIsLeft();
  });

  it('that are half closed still get their answer', async () => {
    const client = await connectRaw(await start(), true);
    client.socket.end(post(row));
    expect(statusesOf(await client.closed)).toEqual([200]);
    await nothingIsLeft();
  });

  it('carry pipelined requests in order, whatever their routes', async () => {
    const url = await start();
    const ids = Array.from({ length: 20 }, (_, index) => `pipelined-${index}`);
    const requests = ids.flatMap((id) => [
      post(row, `X-Request-Id: ${id}\r\n`),
      Buffer.from('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'),
    ]);
    const answer = await talk(url, Buffer.concat([...requests, post('x', last)]));
    expect(statusesOf(answer)).toEqual([...ids.flatMap(() => [200, 200]), 400]);
    const found = [...answer.matchAll(/"request_id":"(pipelined-\d+)"|"status":"up"/g)];
    expect(found.map(([, id]) => id)).toEqual(ids.flatMap((id) => [id, undefined]));
  });
});

describe('a client that goes away', () => {
  it.each([
    ['in the middle of a body', post(row).subarray(0, -10)],
    ['before its answer', post(row)],
  ])('%s is counted as 499 or answered, and nothing is left of it', async (_, bytes) => {
    const url = await start();
    const client = await connectRaw(url);
    const arrived = figure('spillway_http_requests_in_flight');
    client.socket.write(bytes, () => client.socket.resetAndDestroy());
    await arrived;
    await vi.waitFor(() => expect(answered.length).toBe(1));
    if (bytes.length < post(row).length) expect(answered[0]?.status).toBe(499);
    await nothingIsLeft();
    expect(statusesOf(await talk(url, post(row, last)))).toEqual([200]);
  });

  it('in the middle of its answer is counted as 499', async () => {
    const url = await start();
    const client = await connectRaw(url);
    client.socket.pause();
    client.send(manyAnswers);
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(0));
    client.socket.resetAndDestroy();
    await nothingIsLeft();
    expect(answered.at(-1)?.status).toBe(499);
  });
});

describe('a body', () => {
  it('that says it is above the limit is refused before it comes, and the connection closed', async () => {
    const url = await start();
    expect(statusesOf(await talk(url, head(2 ** 20 + 1)))).toEqual([413]);
  });

  it.each([
    ['that says so', `${head(8_000_000)}${'x'.repeat(8_000_000)}`],
    [
      'in chunks',
      `${head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}${`10000\r\n${'x'.repeat(65_536)}\r\n`.repeat(100)}0\r\n\r\n`,
    ],
  ])('above the limit, %s, may be sent on: the answer comes, and then the end', async (_, text) => {
    const client = await connectRaw(await start());
    const faults: Error[] = [];
    client.socket.on('error', (error) => faults.push(error));
    client.send(text);
    expect(statusesOf(await client.closed)).toEqual([413]);
    expect(faults).toEqual([]);
  });

  it('above the limit that goes on and on is not waited for', async () => {
    const client = await connectRaw(await start());
    client.send(head(2 ** 30));
    const sending = setInterval(() => client.send('x'.repeat(2 ** 20)), 5);
    expect(statusesOf(await client.closed)).toEqual([413]);
    clearInterval(sending);
    await nothingIsLeft();
  });

  it('that waits to be asked for is asked for', async () => {
    const client = await connectRaw(await start());
    client.send(head(row.length, 'Expect: 100-continue\r\n'));
    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    client.send(row);
    client.send(post(row, last)); // the connection goes on as any other
    expect(statusesOf(await client.closed)).toEqual([100, 200, 200]);
  });

  it.each([
    ['too large', head(2 ** 20 + 1, 'Expect: 100-continue\r\n'), 413],
    ['zipped', head(10, 'Expect: 100-continue\r\nContent-Encoding: gzip\r\n'), 415],
    ['for no route', head(10, 'Expect: 100-continue\r\n', '/nowhere'), 404],
    ['for another method', head(10, 'Expect: 100-continue\r\n', '/health/live'), 405],
    [
      'for the admin only',
      head(10, 'Expect: 100-continue\r\n', '/admin/routing').replace('POST', 'PUT'),
      403,
    ],
  ])('that waits to be asked for is refused without being asked: %s', async (_, text, status) => {
    const answer = await talk(await start(), text);
    expect(statusesOf(answer)).toEqual([status]);
    expect(answer).toMatch(/^connection: close/im);
  });

  it('is not asked for with 100 by HTTP/1.0, and an unknown expectation is refused', async () => {
    const url = await start();
    const old = head(row.length, 'Expect: 100-continue\r\n').replace('HTTP/1.1', 'HTTP/1.0');
    expect(statusesOf(await talk(url, old + row))).toEqual([200]);
    expect(statusesOf(await talk(url, head(0, `Expect: a-miracle\r\n${last}`)))).toEqual([417]);
  });

  it('that is a bomb is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
    const url = await start();
    expect(statusesOf(await talk(url, head(bomb.length, 'Content-Encoding: gzip\r\n')))).toEqual([
      415,
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'that names %s pollutes nothing and is an unknown feature',
    async (key) => {
      const url = await start();
      const answer = await talk(url, post(`{"${key}":{"polluted":1},${row.slice(1)}`, last));
      expect(statusesOf(answer)).toEqual([422]);
      expect(answer).toContain('unknown feature');
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      expect('polluted' in {}).toBe(false);
    },
  );

  it.each(hostileBodies)('of %s is refused in few words', async (_, body, status) => {
    const url = await start({ maxBodyBytes: 4 * 2 ** 20 });
    const answer = await talk(url, post(body, last));
    expect(statusesOf(answer)).toEqual([status]);
    expect(answer.length).toBeLessThan(20_000);
  });

  it.each(hostileBodies)('of %s holds nobody up for 50 ms', async (_, text) => {
    const route = createRoutes(await createGateway()).find(({ path }) => path === '/predict');
    const body = { bytes: Buffer.from(text) };
    const times: number[] = [];
    // the quickest of some, since the machine may be doing something else as well
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now();
      void route!.handler({ method: 'POST', query: '', headers: {}, body });
      times.push(performance.now() - startedAt);
    }
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it.each([
    ['NaN', '{"age":NaN}', 400],
    ['garbage', '\u0000\u0001\u0002', 400],
    ['nothing', '', 400],
    ['an infinite number', '{"age":1e999}', 422],
    ['a key with half a surrogate pair', '{"\\ud800":1}', 422],
    ['a byte order mark', `\ufeff${row}`, 400],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['the same key twice', '{"age":1,"\\u0061ge":2}', 400],
    ['a text', '"row"', 422],
    ['null', 'null', 422],
  ])('of %s is refused', async (_, body, status) => {
    const answer = await talk(await start(), post(body, last));
    expect(statusesOf(answer)).toEqual([status]);
    expect(answer).toContain('application/problem+json');
  });
});

describe('what is not HTTP, or hardly', () => {
  it.each([
    [
      'a long header',
      `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
      431,
    ],
    ['a long request id', head(0, `X-Request-Id: ${'x'.repeat(100_000)}\r\n`), 431],
    ['a long path', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['2500 headers', `GET / HTTP/1.1\r\nHost: x\r\n${'X-Many: 1234567\r\n'.repeat(2500)}\r\n`, 431],
    ['a length and chunks', head(4, 'Transfer-Encoding: chunked\r\n'), 400],
    ['two lengths', head(4, 'Content-Length: 5\r\n'), 400],
    ['a negative length', head(-1), 400],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n', 400],
    ['a chunk that is none', `${head(null, 'Transfer-Encoding: chunked\r\n')}zz\r\n`, 400],
    [
      'a long chunk extension',
      `${head(null, 'Transfer-Encoding: chunked\r\n')}1;${'x'.repeat(20_000)}\r\n`,
      413,
    ],
    ['a header with a line break of its own', head(0, 'X-Bad: a\rInjected: b\r\n'), 400],
    ['a header that colours a terminal', head(0, 'X-Request-Id: a\u001b[31mb\r\n'), 400],
    ['a TLS handshake', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 400],
  ])('%s is refused and the connection closed', async (_, text, status) => {
    const answer = await talk(await start(), text);
    expect(statusesOf(answer)).toEqual([status]);
    await nothingIsLeft();
  });

  it('has as large a head as is set', async () => {
    const url = await start({ maxHeaderBytes: 2048 });
    const request = (size: number) =>
      `GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(size)}\r\n${last}\r\n`;
    expect(statusesOf(await talk(url, request(1500)))).toEqual([200]);
    expect(statusesOf(await talk(url, request(2500)))).toEqual([431]);
  });

  it('an upgrade is not made: the request is answered as it stands; a tunnel is refused', async () => {
    const url = await start();
    const upgrade = `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`;
    expect(statusesOf(await talk(url, upgrade))).toEqual([200]);
    expect(await talk(url, 'CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  });

  it.each(['a%0d%0aInjected: b', '${jndi:ldap://x}', '<script>', 'a"b', '\u00e9'])(
    'a request id of %j is replaced and never echoed',
    async (id) => {
      const answer = await talk(await start(), post(row, `X-Request-Id: ${id}\r\n${last}`));
      expect(statusesOf(answer)).toEqual([200]);
      expect(answer).not.toContain(id);
      expect(answer).not.toMatch(/^injected/im);
    },
  );

  it('a path with control characters reaches neither the log nor the answer', async () => {
    const url = await start();
    const answer = await talk(url, `GET /%0d%0aInjected:x HTTP/1.1\r\nHost: x\r\n${last}\r\n`);
    expect(statusesOf(answer)).toEqual([404]);
    expect(answer.toLowerCase()).not.toContain('injected');
    expect(answered).toEqual([]);
  });
});

describe('stopping', () => {
  async function stop(client: RawClient): Promise<number> {
    const startedAt = performance.now();
    await running?.close();
    running = undefined;
    await client.closed;
    return performance.now() - startedAt;
  }

  it('does not wait for a connection that says nothing', async () => {
    const url = await start({ drainTimeoutMs: 20_000 });
    expect(await stop(await connectRaw(url))).toBeLessThan(5000);
  });

  it('does not wait for a connection between two requests', async () => {
    const client = await connectRaw(await start({ drainTimeoutMs: 20_000 }));
    client.send(post(row));
    await client.until('latency_ms');
    expect(await stop(client)).toBeLessThan(5000);
  });

  it('goes on enforcing the time-outs of requests that are never finished', async () => {
    const limits = { headersTimeoutMs: 300, requestTimeoutMs: 300, drainTimeoutMs: 20_000 };
    const client = await connectRaw(await start(limits));
    client.send(head(row.length));
    await vi.waitFor(async () => expect(await figure('spillway_http_requests_in_flight')).toBe(1));
    expect(await stop(client)).toBeLessThan(5000);
    expect(statusesOf(client.received)).toEqual([408]);
  });

  it('cuts what is left when its time is up', async () => {
    const client = await connectRaw(await start({ drainTimeoutMs: 50 }));
    client.send(head(row.length));
    await vi.waitFor(async () => expect(await figure('spillway_http_requests_in_flight')).toBe(1));
    expect(await stop(client)).toBeLessThan(5000);
    expect(client.received).toBe('');
  });
});
