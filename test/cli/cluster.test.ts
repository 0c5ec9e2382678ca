import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  endServerProcess,
  patient,
  predict,
  type ServerProcess,
  startLoad,
  startServerProcess,
} from './server-process.ts';

let server: ServerProcess | undefined;
let folder = '';

afterEach(async () => {
  if (server !== undefined) endServerProcess(server);
  server = undefined;
  if (folder !== '') await rm(folder, { recursive: true });
  folder = '';
});

/** A server of two workers, whose configuration can be changed. */
async function serveTwo(settings: object = {}) {
  folder = await mkdtemp(join(tmpdir(), 'spillway-cluster-'));
  const file = join(folder, 'config.json');
  const configure = (changed: object) =>
    writeFile(file, JSON.stringify({ ...patient, drainDelayMs: 300, ...changed }));
  await configure(settings);
  server = await startServerProcess(['--workers', '2', '--config', file], {
    env: { SPILLWAY_ADMIN_TOKEN: 'secret' },
  });
  return { ...server, configure };
}

interface Status {
  readonly workers: readonly { readonly pid: number; readonly state: string }[];
  readonly versions: readonly { readonly model_version: string; readonly weight: number }[];
}

async function statusOf(url: string): Promise<Status> {
  // a connection of its own each time, so that either worker may answer
  const headers = { connection: 'close' };
  return (await (await fetch(`${url}/admin/system-status`, { headers })).json()) as Status;
}

async function pidsOf(url: string): Promise<number[]> {
  return (await statusOf(url)).workers.map(({ pid }) => pid);
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
}

/** The sum of all series of a counter. */
async function totalOf(url: string, name: string): Promise<number> {
  const series = (await metricsOf(url)).matchAll(new RegExp(`^${name}(?:{.*})? (\\S+)$`, 'gm'));
  return [...series].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Asks until the answer is right; the test's own time-out is the bound. */
async function eventually<Value>(ask: () => Promise<Value>, isRight: (value: Value) => boolean) {
  for (;;) {
    const value = await ask();
    if (isRight(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('spillway serve --workers', () => {
  it('replaces a worker that is killed under load, and the others serve on', async () => {
    const { url, logged, log } = await serveTwo();
    const [victim = 0, other = 0] = await pidsOf(url);
    const load = startLoad(url, 8);
    process.kill(victim, 'SIGKILL');
    await logged(/"worker replaced"/);
    const { answered, failed } = await load.end();
    expect(answered).toBeGreaterThan(0);
    // what it was answering, and no connection that was made afterwards
    expect(failed.length).toBeLessThanOrEqual(8);
    const pids = await pidsOf(url);
    expect(pids).toHaveLength(2);
    expect(pids).toContain(other);
    expect(pids).not.toContain(victim);
    expect(log()).toContain(`"worker":${victim},"code":null,"signal":"SIGKILL","reason":"killed"`);
    expect(await metricsOf(url)).toMatch(/^spillway_worker_failures_total 1$/m);
  });

  it('loses no request when a worker is told to end, and starts the next one meanwhile', async () => {
    const { url, logged, log } = await serveTwo();
    const [leaving = 0] = await pidsOf(url);
    const load = startLoad(url, 8);
    process.kill(leaving, 'SIGTERM');
    await logged(new RegExp(`"worker":${leaving},"code":0`));
    await logged(/"worker replaced"/);
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(log()).toContain('"reason":"drained"');
    expect(await pidsOf(url)).toHaveLength(2);
  });

  it('adds up what all workers counted, those that have ended too', async () => {
    const { url, logged } = await serveTwo();
    const agents = Array.from({ length: 20 }, () => predictTimes(url, 50));
    await Promise.all(agents);
    expect(await totalOf(url, 'spillway_decisions_total')).toBe(1000);
    expect(await totalOf(url, 'spillway_decision_duration_seconds_count')).toBe(1000);
    const [leaving = 0] = await pidsOf(url);
    process.kill(leaving, 'SIGTERM');
    await logged(/"worker replaced"/);
    await logged(new RegExp(`"worker":${leaving},"code":0`));
    expect(await totalOf(url, 'spillway_decisions_total')).toBe(1000);
    const routes = (await (await fetch(`${url}/admin/performance-metrics`)).json()) as {
      routes: { decisions: number }[];
    };
    expect(routes.routes.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(1000);
    expect(await metricsOf(url)).toMatch(/^spillway_workers 2$/m);
    expect(await metricsOf(url)).toMatch(/^spillway_traffic_weight_ratio{version="v1.1"} 0.6$/m);
    expect(await metricsOf(url)).toMatch(
      /^spillway_breaker_state{version="v1.1",state="closed"} 1$/m,
    );
  });

  it('changes the weights of all workers, of those that start later, and of none when they are wrong', async () => {
    const { url, logged } = await serveTwo();
    const put = (weights: object) =>
      fetch(`${url}/admin/routing`, {
        method: 'PUT',
        headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
        body: JSON.stringify({ weights }),
      });
    const refused = await put({ 'v1.0': 1 });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      code: 'INVALID_CONFIG',
      errors: expect.any(Array),
    });
    expect((await put({ 'v1.0': 0, 'v1.1': 0, 'v2.0': 1 })).status).toBe(200);
    const [victim = 0] = await pidsOf(url);
    const onlyLast = async () => {
      await Promise.all(Array.from({ length: 10 }, () => predictTimes(url, 5)));
      const text = await metricsOf(url);
      expect(text).toMatch(
        /^spillway_decisions_total{version="v1.1",route="predict",served_by="model"} 0$/m,
      );
      expect(text).toMatch(/^spillway_traffic_weight_ratio{version="v2.0"} 1$/m);
    };
    await onlyLast();
    process.kill(victim, 'SIGKILL');
    await logged(/"worker replaced"/);
    await onlyLast();
  });

  it('restarts worker by worker on SIGHUP without losing a request, with the new configuration', async () => {
    const { url, child, logged, configure } = await serveTwo();
    const before = await pidsOf(url);
    await configure({ gateway: { weights: { 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 } } });
    const load = startLoad(url, 8);
    child.kill('SIGHUP');
    await logged(/"rolling restart done"/);
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    const { versions, workers } = await statusOf(url);
    expect(workers).toHaveLength(2);
    for (const { pid } of workers) expect(before).not.toContain(pid);
    expect(versions.map(({ weight }) => weight)).toEqual([1, 0, 0]);
  });

  it('keeps the old workers when a new one does not start, and says why', async () => {
    const { url, child, logged, log, configure } = await serveTwo();
    const before = await pidsOf(url);
    await configure({ gateway: { models: 'nowhere' } });
    child.kill('SIGHUP');
    await logged(/"rolling restart stopped/);
    expect(log()).toMatch(/MODEL_NOT_FOUND/);
    await configure({ drainDelayMs: 'long' });
    child.kill('SIGHUP');
    await logged(/"rolling restart stopped/, 2);
    expect(log()).toMatch(/INVALID_CONFIG/);
    expect(
      await eventually(
        () => pidsOf(url),
        (pids) => pids.length === 2,
      ),
    ).toEqual(before);
    expect(await predict(url)).toBe(200);
  });

  it('ends a worker that stands still, and answers for it meanwhile', async () => {
    const { url, logged } = await serveTwo({ workerTimeoutMs: 2000 });
    await Promise.all(Array.from({ length: 10 }, () => predictTimes(url, 10)));
    const total = await totalOf(url, 'spillway_decisions_total');
    const [stopped = 0] = await pidsOf(url);
    process.kill(stopped, 'SIGSTOP');
    const text = await metricsOf(url);
    expect(text).toMatch(/^spillway_workers_missing 1$/m);
    expect((await statusOf(url)).workers).toContainEqual({ pid: stopped, state: 'silent' });
    expect(await totalOf(url, 'spillway_decisions_total')).toBe(total);
    await logged(/"silent for 2000 ms"/);
    await logged(/"worker replaced"/);
    expect(await totalOf(url, 'spillway_decisions_total')).toBe(total);
    expect(await pidsOf(url)).not.toContain(stopped);
  });

  it('loses nobody when all processes stood still', async () => {
    const { url, child } = await serveTwo({ workerTimeoutMs: 2000 });
    const pids = await pidsOf(url);
    const all = [child.pid ?? 0, ...pids];
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    const waiting = predict(url);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    for (const pid of all) process.kill(pid, 'SIGCONT');
    expect(await waiting).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await pidsOf(url)).toEqual(pids);
  });

  it('goes on when nobody reads its log any more', async () => {
    const { url, child, ended } = await serveTwo({ logLevel: 'debug' });
    child.stdout?.destroy();
    await predictTimes(url, 20);
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
  });

  it('drains all workers together on SIGTERM and ends with 0', async () => {
    const { url, child, ended } = await serveTwo();
    const pids = await pidsOf(url);
    child.kill('SIGTERM');
    expect(await predict(url)).toBe(200);
    expect(await ended()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends all at once on a second signal', async () => {
    const { url, child, logged, ended } = await serveTwo({ drainDelayMs: 60_000 });
    const pids = await pidsOf(url);
    child.kill('SIGINT');
    await logged(/"draining"/);
    child.kill('SIGINT');
    expect(await ended()).toBe(1);
    await eventually(
      async () => pids.filter(isAlive).length,
      (alive) => alive === 0,
    );
  });

  it('drains its workers when the primary is killed', async () => {
    const { url, child, ended } = await serveTwo();
    const pids = await pidsOf(url);
    child.kill('SIGKILL');
    expect(await ended()).toBe('SIGKILL');
    expect(await predict(url)).toBe(200);
    await eventually(
      async () => pids.filter(isAlive).length,
      (alive) => alive === 0,
    );
  });
});

describe('spillway serve --workers that cannot start', () => {
  async function run(...args: readonly string[]) {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--workers', '2', ...args]);
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = await once(child, 'close');
    return { code, stderr };
  }

  it.each([
    [['--port', '0', '--models', 'nowhere'], 1, 'MODEL_NOT_FOUND'],
    [['--port', 'eight'], 2, 'INVALID_CONFIG'],
    [['--workers', '65'], 2, '/workers'],
    [['--workers', 'some'], 2, '/workers'],
  ])('%o ends with %i and one line that says why', async (args, code, why) => {
    const result = await run(...args);
    expect(result.code).toBe(code);
    expect(result.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(why)]);
  });

  it('ends with 1 when its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const result = await run('--port', String((taken.address() as AddressInfo).port));
    taken.close();
    expect(result.code).toBe(1);
    expect(result.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('PORT_UNAVAILABLE'),
    ]);
  });
});

async function predictTimes(url: string, times: number): Promise<void> {
  for (let sent = 0; sent < times; sent++) expect(await predict(url)).toBe(200);
}
