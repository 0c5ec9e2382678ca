import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const main = 'dist/cli/main.js';
const children: ChildProcess[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn', join(directory, 'models'), { recursive: true });
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** Writes a configuration file of these settings, and gives its path. */
async function configure(gateway: object, server: object = {}): Promise<string> {
  const file = join(directory, 'config.json');
  const models = join(directory, 'models');
  await writeFile(file, JSON.stringify({ ...server, gateway: { models, ...gateway } }));
  return file;
}

async function serve(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args]);
  children.push(child);
  let log = '';
  child.stdout.on('data', (data: Buffer) => (log += data.toString()));
  const url = await vi.waitFor(() => {
    const listening = /"url":"([^"]+)"/.exec(log)?.[1];
    expect(listening).toBeDefined();
    return listening!;
  }, 20_000);
  const logged = (message: string) =>
    vi.waitFor(() => expect(log).toContain(`"msg":"${message}"`), 20_000);
  const versions = async () => {
    const { versions: all } = JSON.parse(await (await fetch(`${url}/admin/models`)).text());
    return all.map((one: Record<string, unknown>) => [one['generation'], one['weight']]);
  };
  return { child, url, log: () => log, logged, versions, forget: () => (log = '') };
}

describe('SIGHUP', () => {
  it('loads models and settings again, and names what needs a restart', async () => {
    const file = await configure({ timeoutMs: 500 });
    const { child, forget, log, logged, versions } = await serve('--config', file);
    expect(await versions()).toEqual([
      [1, 0.3],
      [1, 0.6],
      [1, expect.closeTo(0.1)],
    ]);
    await appendFile(join(directory, 'models/v1.1/card.json'), '\n');
    await configure(
      { weights: { 'v1.0': 1, 'v1.1': 1, 'v2.0': 2 }, salt: 'other' },
      { maxRows: 7 },
    );
    forget();
    child.kill('SIGHUP');
    await logged('settings applied, but for those that need a restart');
    expect(log()).toContain('"needRestart":["maxRows","gateway.salt"]');
    expect(log()).toMatch(/"modelVersion":"v1\.1".*"by":"SIGHUP".*version swapped/);
    expect(await versions()).toEqual([
      [1, 0.25],
      [2, 0.25],
      [1, 0.5],
    ]);
  });

  it('keeps the old settings when the new ones are wrong, and says all that is wrong', async () => {
    const file = await configure({});
    const { child, log, logged, versions } = await serve('--config', file);
    await configure({ timeoutMs: -1, weights: { 'v1.0': -1 } });
    child.kill('SIGHUP');
    await logged('settings refused: the old ones stay');
    expect(log()).toMatch(
      /"faults":.*\/gateway\/(?:timeoutMs|weights).*\/gateway\/(?:weights|timeoutMs)/,
    );
    expect((await versions())[0]).toEqual([1, 0.3]);
  });
});

describe('--watch', () => {
  it('serves what changed once it has settled, and refuses what is bad', async () => {
    const file = await configure({}, { watchMs: 100 });
    const { logged, versions, log } = await serve('--config', file);
    await appendFile(join(directory, 'models/v1.1/card.json'), '\n');
    await logged('version swapped');
    expect((await versions())[1]?.[0]).toBe(2);
    expect(log()).toContain('"by":"watch"');
    await appendFile(join(directory, 'models/v1.1/card.json'), '}');
    await logged('version refused');
    expect((await versions())[1]?.[0]).toBe(2);
  });
});

describe('with --workers', () => {
  it('a reload is one of all processes', async () => {
    const file = await configure({}, { adminToken: 'secret', workers: 2 });
    const { url, log, versions } = await serve('--config', file);
    await appendFile(join(directory, 'models/v1.1/card.json'), '\n');
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const reload = await fetch(`${url}/admin/models`, { method: 'POST', headers, body: '{}' });
    expect(reload.status).toBe(200);
    expect(JSON.parse(await reload.text()).versions[1]).toMatchObject({ result: 'swapped' });
    await vi.waitFor(() => {
      const swaps = [...log().matchAll(/"pid":(\d+)[^\n]*version swapped/g)];
      expect(new Set(swaps.map(([, pid]) => pid)).size).toBe(2);
    });
    expect((await versions())[1]?.[0]).toBe(2);
    const hold = { method: 'PUT', headers, body: '{"state":"open"}' };
    const held = await fetch(`${url}/admin/models/v1.1/breaker`, hold);
    expect(await held.json()).toMatchObject({ breaker: 'open', breaker_forced: 'open' });
    const back = await fetch(`${url}/admin/models/v1.1/rollback`, { method: 'POST', headers });
    expect(await back.json()).toMatchObject({ to: { generation: 1 } });
  });
});
