import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Library from '../src/index.ts';
import type { Gateway, ModelVersion } from '../src/index.ts';

// as it is built: threads run files that only the build has
const built: string = '../dist/index.js';
const { createGateway, loadVersions }: typeof Library = await import(/* @vite-ignore */ built);

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200, contract: 'Two year' };
const allOnV11 = { 'v1.0': 0, 'v1.1': 1, 'v2.0': 0 };
let demo: readonly ModelVersion[];
let folder: string;
const open: Gateway[] = [];

beforeAll(async () => {
  demo = await loadVersions();
  folder = await mkdtemp(join(tmpdir(), 'spillway-'));
});

afterAll(async () => {
  await Promise.all(open.map((gateway) => gateway.close()));
});

async function serve(...options: Parameters<typeof createGateway>): Promise<Gateway> {
  const gateway = await createGateway(...options);
  open.push(gateway);
  return gateway;
}

/** A module whose default export is the given function. */
async function writeModule(name: string, code: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, code);
  return path;
}

describe('a version of the demo in a thread of its own', () => {
  it('answers as it does in the gateway, to the last bit, and explains itself', async () => {
    const isolated = demo.map((version) => ({
      ...version,
      serving: { isolation: 'worker', threads: 1 } as const,
    }));
    const apart = await serve({ versions: isolated });
    const inline = await serve({ versions: demo });
    for (const { name } of demo) {
      const options = { modelVersion: name, explain: true };
      const [there, here] = await Promise.all([
        apart.predict(row, options),
        inline.predict(row, options),
      ]);
      expect(there.probability).toBe(here.probability);
      expect(there.margin).toEqual(here.margin);
      expect(there.explanation).toEqual(here.explanation);
      expect(there.complianceReport?.model).toEqual(here.complianceReport?.model);
    }
    expect(apart.status().versions.map(({ calls }) => calls?.inFlight)).toEqual([0, 0, 0]);
  });
});

describe('a program that waits for nothing else', () => {
  it('is told of the deadline of a version that never answers', () => {
    const program = `
      import { createGateway } from './dist/index.js';
      const predict = () => new Promise(() => {});
      const gateway = await createGateway({ timeoutMs: 100, versions: [{ name: 'never', predict }] });
      await gateway.predict({}).catch(({ code }) => console.log(code));`;
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8', timeout: 20_000 },
    );
    expect([stdout.trim(), status]).toEqual(['DEADLINE_EXCEEDED', 0]);
  });
});

describe('a module', () => {
  it('that spins for ever costs its deadline and nothing else', async () => {
    const module = await writeModule('spins', 'export default () => { for (;;); };');
    const labels = demo[0]!.model!.labels;
    const gateway = await serve({
      versions: [...demo, { name: 'spins', module, labels, serving: { threads: 1 } }],
      weights: { ...allOnV11, 'v1.1': 0, spins: 1 },
      timeoutMs: 200,
    });
    const startedAt = performance.now();
    const [alone, reliable, others] = await Promise.all([
      gateway.predict(row).catch((error: unknown) => error),
      gateway.predictReliable(row),
      gateway.predict(row, { modelVersion: 'v1.1' }).then(() => performance.now() - startedAt),
    ]);
    expect(alone).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(reliable).toMatchObject({ degraded: true, reason: 'DEADLINE_EXCEEDED' });
    expect(others).toBeLessThan(200);
    const calls = () => gateway.status().versions[3]?.calls;
    await vi.waitFor(() => expect(calls()?.threadRestarts).toBeGreaterThan(0));
    expect(await gateway.metrics.metrics()).toMatch(
      /^spillway_thread_restarts\{version="spins"\} [1-9]/m,
    );
  });

  it('answers rows as objects, and fails when it throws', async () => {
    const module = await writeModule(
      'answers',
      'export default ({ age }) => { if (age > 90) throw new Error("too old"); return age / 100; };',
    );
    const gateway = await serve({ versions: [{ name: 'mine', module, serving: { threads: 1 } }] });
    expect(await gateway.predict({ age: 25 })).toMatchObject({ probability: 0.25 });
    await expect(gateway.predict({ age: 95 })).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('cannot be sent what is not plain data, which no breaker counts', async () => {
    const module = await writeModule('plain', 'export default () => 0.5;');
    const gateway = await serve({ versions: [{ name: 'mine', module, serving: { threads: 1 } }] });
    for (let call = 0; call < 6; call++)
      await expect(gateway.predict({ age: () => 25 })).rejects.toMatchObject({
        code: 'INVALID_ROW',
      });
    expect(await gateway.predict({ age: 25 })).toMatchObject({ probability: 0.5 });
  });

  it('is never asked for less at once than it has threads', async () => {
    const module = await writeModule('many', 'export default () => 0.5;');
    const serving = { threads: 21 };
    const gateway = await serve({ versions: [{ name: 'many', module, serving }] });
    expect(gateway.status().versions[0]?.calls?.limit).toBe(21);
  });

  it('that spins trips the breaker by the limit of the gateway', async () => {
    const module = await writeModule('spins-on', 'export default () => { for (;;); };');
    const gateway = await serve({
      versions: [{ name: 'spins', module, serving: { threads: 1, maxConcurrent: 10 } }],
      timeoutMs: 100,
    });
    const asked = Array.from({ length: 5 }, () => gateway.predict({}));
    await Promise.allSettled(asked);
    expect(gateway.status().versions[0]).toMatchObject({ breaker: 'open' });
  });

  it('is not even started when the configuration is refused', async () => {
    const module = await writeModule(
      'never-ready',
      'await new Promise(() => {}); export default 1;',
    );
    const versions = [{ name: 'mine', module, serving: { threads: 1 } }];
    await expect(createGateway({ versions, weights: { mine: 1, yours: 1 } })).rejects.toMatchObject(
      {
        code: 'INVALID_CONFIG',
      },
    );
  });

  it('that cannot be loaded has failed, and the others serve', async () => {
    const module = await writeModule('broken', 'export default (;');
    const labels = demo[0]!.model!.labels;
    const gateway = await serve({ versions: [...demo, { name: 'broken', module, labels }] });
    expect(gateway.status().versions[3]).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(
        /^MODEL_FAILED: .*: its thread ended \(Unexpected token ';'\)$/,
      ),
    });
    expect(await gateway.predict(row)).toMatchObject({ degraded: false });
  });
});
