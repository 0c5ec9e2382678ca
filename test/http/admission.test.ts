import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createExpressServer, type SpillwayOptions } from '../../src/express.ts';
import { addRoutes } from '../../src/http/spillway.ts';
import { createGateway, type Gateway, loadVersions, type ModelVersion } from '../../src/index.ts';
import { connectRaw, statusesOf } from './raw-client.ts';

const row = JSON.stringify({ age: 35, monthly_charges: 65.5, total_charges: 1200 });
const servers: Server[] = [];
let versions: readonly ModelVersion[];

beforeAll(async () => {
  versions = await loadVersions();
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Started {
  readonly url: string;
  readonly gateway: Gateway;
  readonly asked: () => number;
}

/** A server whose model keeps the thread busy for so long, as one of ours or in an app of a user. */
async function start({
  busyMs = 0,
  isOwn = true,
  ratio = () => 0,
  breaks,
  ...options
}: SpillwayOptions & {
  /** The answer to a request with this `X-Is` cannot be written. */
  readonly breaks?: string;
  readonly busyMs?: number;
  readonly isOwn?: boolean;
  readonly ratio?: () => number;
} = {}): Promise<Started> {
  const [version] = versions;
  const model = version!.model!;
  let asked = 0;
  const gateway = await createGateway({
    versions: [
      {
        ...version!,
        model: {
          ...model,
          predictValues(values) {
            asked++;
            const until = performance.now() + busyMs;
            while (performance.now() < until);
            return model.predictValues(values);
          },
        },
      },
    ],
  });
  const app = express();
  app.use((request, response, next) => {
    response.setHeader('x-of-the-app', 'yes');
    if (breaks !== undefined && request.headers['x-is'] === breaks) {
      response.writeHead = () => {
        throw new Error('of the app');
      };
    }
    next();
  });
  const memory = { ratio, watch: () => () => undefined };
  const find = addRoutes(app, gateway, options, { isAlone: isOwn, memory });
  const server = isOwn
    ? createServer((request, response) => {
        const handle = find(request);
        if (handle === undefined) app(request, response);
        else handle(request, response);
      })
    : createExpressServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, gateway, asked: () => asked };
}

function post(more = '', path = '/predict', body = row): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Sends a request on each of so many connections at once and gives the answers. */
async function flood(url: string, connections: number, more = ''): Promise<string[]> {
  const clients = await Promise.all(Array.from({ length: connections }, () => connectRaw(url)));
  // one connection is accepted in a turn of the loop, so that they would else come one by one
  for (const client of clients) client.send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  const greetings = await Promise.all(clients.map((client) => client.until('}')));
  for (const client of clients) client.send(post(more));
  const answers = await Promise.all(
    clients.map((client, index) => client.until('}', greetings[index]!.length)),
  );
  for (const { socket } of clients) socket.destroy();
  return answers;
}

const lessons = 40;

/** Asks so often, one after the other, that what a request costs is known. */
async function teach(url: string): Promise<void> {
  const client = await connectRaw(url);
  for (let lesson = 0; lesson < lessons; lesson++) {
    const { length } = client.received;
    client.send(post());
    await client.until('}', length);
  }
  client.socket.destroy();
}

function count(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length;
}

async function shed(gateway: Gateway): Promise<number> {
  const text = await gateway.metrics.metrics();
  return [...text.matchAll(/^spillway_http_shed_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}

describe.each([
  ['a server of ours', true],
  ['an app of a user', false],
])('too many requests to %s', (_, isOwn) => {
  it('are refused in part, the others answered; all are counted', async () => {
    const { url, gateway, asked } = await start({ busyMs: 5, isOwn, maxQueueMs: 20 });
    await teach(url);
    const answers = await flood(url, 60);
    const statuses = answers.flatMap(statusesOf);
    expect(statuses).toHaveLength(60);
    expect(count(statuses, 200)).toBeGreaterThan(0);
    expect(count(statuses, 503)).toBeGreaterThan(0);
    expect(count(statuses, 200) + count(statuses, 503)).toBe(60);
    expect(asked()).toBe(lessons + count(statuses, 200));
    expect(await shed(gateway)).toBe(count(statuses, 503));
    await vi.waitFor(async () => {
      expect(await gateway.metrics.metrics()).toMatch(/^spillway_http_queue_length 0$/m);
    });
  });

  it('are refused with a problem, when to come back, and on a connection that goes on', async () => {
    const { url } = await start({ isOwn, ratio: () => 0.99 });
    const client = await connectRaw(url);
    client.send(post('X-Request-Id: named\r\n')); // wakes the watch, and so may be answered
    await client.until('}');
    await vi.waitFor(async () => expect(statusesOf((await flood(url, 1)).join(''))).toEqual([503]));
    const refused = await connectRaw(url);
    refused.send(post());
    await refused.until('}');
    refused.send(post('X-Request-Id: named-too\r\n') + post('Connection: close\r\n'));
    const text = await refused.closed;
    expect(statusesOf(text)).toEqual([503, 503, 503]);
    const [, first = '', second = '', third = ''] = text.split('HTTP/1.1 ');
    const [head = '', body = ''] = first.split('\r\n\r\n');
    expect(head).toMatch(/^content-type: application\/problem\+json$/im);
    expect(head).toMatch(/^retry-after: [1-9]\d*$/im);
    expect(/^x-of-the-app: yes$/im.test(head)).toBe(!isOwn);
    expect(JSON.parse(body)).toEqual({
      type: 'urn:spillway:error:OVERLOADED',
      title: 'Overloaded',
      status: 503,
      detail: 'memory is short',
      code: 'OVERLOADED',
    });
    expect(second).toContain('"request_id":"named-too"');
    expect(third).toMatch(/^connection: close$/im);
  });

  it('do not keep probes, figures and status from being answered', async () => {
    const { url } = await start({ isOwn, ratio: () => 0.99 });
    await flood(url, 1);
    await vi.waitFor(async () => expect(statusesOf((await flood(url, 1)).join(''))).toEqual([503]));
    for (const path of ['/health', '/health/live', '/metrics', '/admin/system-status']) {
      expect((await fetch(url + path)).status, path).toBe(200);
    }
  });

  it('may be pipelined: refusals stand in their place between the answers', async () => {
    const { url } = await start({ busyMs: 5, isOwn, maxQueueMs: 10 });
    await teach(url);
    const client = await connectRaw(url);
    const ids = Array.from({ length: 12 }, (__, index) => `number-${index}`);
    client.send(
      `${ids.map((id) => post(`X-Request-Id: ${id}\r\n`)).join('')}${post('Connection: close\r\n')}`,
    );
    const text = await client.closed;
    const statuses = statusesOf(text);
    expect(statuses).toHaveLength(13);
    expect(count(statuses, 200)).toBeGreaterThan(0);
    expect(count(statuses, 503)).toBeGreaterThan(0);
    expect([...text.matchAll(/"request_id":"(number-\d+)"/g)].map(([, id]) => id)).toEqual(ids);
  });
});

describe('a refused request', () => {
  it('with a large body, or one of unknown size, loses its connection', async () => {
    const { url } = await start({ ratio: () => 0.99 });
    await flood(url, 1);
    await vi.waitFor(async () => expect(statusesOf((await flood(url, 1)).join(''))).toEqual([503]));
    const large = await connectRaw(url);
    large.send(post('', '/predict', ' '.repeat(100_000)));
    expect(statusesOf(await large.closed)).toEqual([503]);
    const chunked = await connectRaw(url);
    chunked.send(
      'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"age',
    );
    expect(statusesOf(await chunked.closed)).toEqual([503]);
  });

  it('is told of, with its route', async () => {
    const seen: unknown[] = [];
    const { url } = await start({ ratio: () => 0.99, onAnswer: (answer) => seen.push(answer) });
    await flood(url, 1);
    await vi.waitFor(async () => expect(statusesOf((await flood(url, 1)).join(''))).toEqual([503]));
    expect(seen.at(-1)).toMatchObject({ method: 'POST', route: '/predict', status: 503 });
  });
});

describe('priorities', () => {
  it('decide who is refused when memory runs short', async () => {
    const { url } = await start({ ratio: () => 0.91 });
    await flood(url, 1);
    const statusOf = async (priority: string) =>
      statusesOf((await flood(url, 1, `X-Request-Priority: ${priority}\r\n`)).join(''))[0];
    await vi.waitFor(async () => expect(await statusOf('sheddable')).toBe(503));
    expect(await statusOf('sheddable-plus')).toBe(503);
    expect(await statusOf('critical')).toBe(200);
    expect(await statusOf('critical-plus')).toBe(200);
  });

  it('other than the four are refused, on every route that has them', async () => {
    const { url } = await start();
    for (const path of ['/predict', '/predict/reliable', '/compare']) {
      const client = await connectRaw(url);
      client.send(post('X-Request-Priority: urgent\r\nConnection: close\r\n', path));
      const text = await client.closed;
      expect(statusesOf(text)).toEqual([400]);
      expect(text).toContain('critical-plus, critical, sheddable-plus, sheddable');
    }
  });
});

describe('waiting', () => {
  it('counts against the deadline: what would come too late is not begun', async () => {
    const { url, asked, gateway } = await start({ busyMs: 20, maxQueueMs: 10_000 });
    await teach(url);
    const before = asked();
    const statuses = (await flood(url, 10, 'X-Request-Deadline-Ms: 50\r\n')).flatMap(statusesOf);
    expect(count(statuses, 200)).toBeLessThan(5);
    expect(asked() - before).toBeLessThan(6);
    expect(await gateway.metrics.metrics()).toMatch(
      /^spillway_http_shed_total\{route="\/predict",reason="deadline",priority="critical"\} [1-9]/m,
    );
  });

  it('ends without work for a client that has gone away', async () => {
    const { url, asked } = await start({ busyMs: 50, maxQueueMs: 10_000 });
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectRaw(url)));
    for (const client of clients) client.send(post());
    await clients[0]!.until('}');
    for (const { socket } of clients) socket.resetAndDestroy();
    expect(statusesOf((await flood(url, 1)).join(''))).toEqual([200]);
    expect(asked()).toBeLessThan(9);
  });
});

describe('an answer that an app around us cannot write', () => {
  it('leaves no other request without one', async () => {
    const { url } = await start({ isOwn: false, busyMs: 5, breaks: 'a' });
    const thrown: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error));
    try {
      const clients = await Promise.all(['a', 'b', 'c'].map(() => connectRaw(url)));
      for (const [index, client] of clients.entries())
        client.send(post(`X-Is: ${'abc'[index]}\r\n`));
      const answers = await Promise.all(clients.slice(1).map((client) => client.until('}')));
      expect(answers.flatMap(statusesOf)).toEqual([200, 200]);
      expect(thrown).toHaveLength(1);
      expect(statusesOf((await flood(url, 1)).join(''))).toEqual([200]);
      for (const { socket } of clients) socket.destroy();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    }
  });
});

describe('readiness', () => {
  it('goes when memory is too short for any work for two seconds, and stays under load', async () => {
    const { url } = await start({ busyMs: 5, maxQueueMs: 5 });
    await flood(url, 30);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const short = await start({ ratio: () => 0.99 });
    expect((await fetch(`${short.url}/health/ready`)).status).toBe(200);
    await vi.waitFor(
      async () => expect((await fetch(`${short.url}/health/ready`)).status).toBe(503),
      { timeout: 20_000, interval: 200 },
    );
    expect((await fetch(`${short.url}/health/live`)).status).toBe(200);
  }, 30_000);
});

describe('an answer that takes its time', () => {
  it('is given up when its client goes away, and its code is told', async () => {
    let told: unknown;
    const gateway = await createGateway({
      versions: [
        {
          name: 'slow',
          predict: (_, { signal }) =>
            new Promise((__, reject) => {
              told = false;
              signal.addEventListener('abort', () => {
                told = true;
                reject(new Error('given up'));
              });
            }),
        },
      ],
      timeoutMs: 20_000,
    });
    const app = express();
    const seen: unknown[] = [];
    addRoutes(app, gateway, { onAnswer: ({ status }) => seen.push(status) });
    const server = createExpressServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = await connectRaw(`http://127.0.0.1:${port}`);
    client.send(post());
    await vi.waitFor(() => expect(told).toBe(false));
    client.socket.destroy();
    await vi.waitFor(() => expect(told).toBe(true));
    await vi.waitFor(() => expect(seen).toEqual([499]));
    await gateway.close();
  });
});
