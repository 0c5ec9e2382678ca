import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readServerConfig } from '../../src/config.ts';
import { createLocalControl } from '../../src/http/control-plane.ts';
import { type RunningServer, startServer } from '../../src/http/index.ts';
import { createGateway } from '../../src/index.ts';

const row = JSON.stringify({ age: 35, monthly_charges: 65.5, total_charges: 1200 });
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: row };
let running: RunningServer | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(flags: Record<string, unknown> = {}): Promise<RunningServer> {
  running = await startServer(
    await createGateway(),
    readServerConfig({ flags: { port: 0, drainDelayMs: 0, ...flags } }),
  );
  return running;
}

/** The status of one prediction, or the code of what went wrong on the way. */
function ask(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(`${url}/predict`, { ...post, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    sent.end(row);
  });
}

/** Sends text to a server and gives all that comes until the connection closes. */
function talk(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('a server', () => {
  it('answers a prediction, and what it does not know with a problem', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/predict`, post)).json()).toMatchObject({ degraded: false });
    const unknown = await fetch(`${url}/nowhere`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    expect(unknown.headers.get('x-powered-by')).toBeNull();
    for (const path of ['/%E0%A4%A', '/admin/models/%E0%A4%A/rollback']) {
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    }
  });

  it('asks whoever would change something below /admin for the token before anything else', async () => {
    const withToken = async (adminToken: string | undefined, authorization: string) => {
      const server = await start({ adminToken });
      const { url } = server;
      const response = await fetch(`${url}/admin/nothing`, {
        method: 'POST',
        headers: { authorization },
      });
      const wrongMethod = await fetch(`${url}/admin/system-status`, {
        method: 'DELETE',
        headers: { authorization },
      });
      await server.close();
      running = undefined;
      return [response.status, wrongMethod.status];
    };
    expect(await withToken(undefined, 'Bearer a')).toEqual([403, 403]);
    expect(await withToken('a', 'Bearer b')).toEqual([401, 401]);
    const challenge = await fetch(`${(await start({ adminToken: 'a' })).url}/admin/nothing`, {
      method: 'POST',
    });
    expect(challenge.headers.get('www-authenticate')).toBe('Bearer');
    await running?.close();
    running = undefined;
    expect(await withToken('a', 'Bearer a')).toEqual([404, 405]);
  });

  it('cuts nobody who waits for a change that takes longer than a connection may stand still', async () => {
    const gateway = await createGateway({ timeoutMs: 50 });
    const flags = { port: 0, drainDelayMs: 0, adminToken: 'a', stallTimeoutMs: 100 };
    const config = readServerConfig({ flags: { ...flags, gateway: { timeoutMs: 50 } } });
    running = await startServer(gateway, config, undefined, {
      ...createLocalControl(gateway),
      change: async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return gateway.reload({ by: 'test' }) as never;
      },
    });
    const answer = await fetch(`${running.url}/admin/models`, {
      method: 'POST',
      headers: { authorization: 'Bearer a', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).not.toBe(499);
    expect(await answer.json()).toBeDefined();
  });

  it('puts /admin on a port of its own when told to', async () => {
    const { url, adminUrl } = await start({ adminPort: 0 });
    expect((await fetch(`${url}/admin/system-status`)).status).toBe(404);
    expect((await fetch(`${adminUrl}/admin/system-status`)).status).toBe(200);
    expect((await fetch(`${adminUrl}/predict`, post)).status).toBe(404);
  });

  it('says which port is taken', async () => {
    const { url } = await start();
    const config = readServerConfig({ flags: { port: Number(new URL(url).port) } });
    await expect(startServer(await createGateway(), config)).rejects.toMatchObject({
      code: 'PORT_UNAVAILABLE',
    });
  });

  it.each([
    ['garbage', 'hello there\r\n\r\n', 400],
    [
      'a header that is too large',
      `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'two lengths',
      'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400],
  ])('refuses %s', async (_, text, status) => {
    const { url } = await start();
    expect(await talk(url, text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('stopping', () => {
  it('finishes the request under way, closes its connection, then takes no more', async () => {
    const server = await start();
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${row.length}\r\n\r\n`;
    let answer = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const finished = new Promise((resolve) => socket.on('close', resolve));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    await new Promise<void>((resolve) => socket.write(head + row.slice(0, 10), () => resolve()));
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200); // so the server has read the first half
    const stopped = server.close();
    socket.write(row.slice(10));
    await Promise.all([stopped, finished]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/connection: close/i);
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    running = undefined;
  });

  it('drops no request of busy keep-alive clients: they are told to leave, and readiness says so', async () => {
    const server = await start({ drainDelayMs: 300 });
    const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const statuses: (number | string)[] = [];
    const leaving = new AbortController();
    const client = async (agent: Agent) => {
      while (!leaving.signal.aborted) statuses.push(await ask(server.url, agent));
    };
    const clients = agents.map(client);
    await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(50));
    const stopped = server.close();
    const ready = await fetch(`${server.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.headers.get('connection')).toBe('close');
    const before = statuses.length;
    await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before + 50));
    leaving.abort(); // as a load balancer does that has seen the readiness
    await Promise.all(clients);
    await stopped;
    for (const agent of agents) agent.destroy();
    expect(new Set(statuses)).toEqual(new Set([200]));
    running = undefined;
  });

  it('cuts connections that never finish when the time is up', async () => {
    const server = await start({ drainTimeoutMs: 100 });
    const silent = talk(
      server.url,
      'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n',
    );
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    await server.close();
    expect(await silent).toBe('');
    running = undefined;
  });
});
