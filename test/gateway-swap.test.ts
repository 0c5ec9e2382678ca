import { createHash } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rollBack } from '../src/gateway-swap.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../src/index.ts';
import { createCircuitBreaker } from '../src/resilience/index.ts';
import type { Fleet } from '../src/scoring/index.ts';

// Node runs the compiled file; the global setup builds it
const workerFile = new URL('../dist/scoring/read-version-worker.js', import.meta.url);
const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
let directory: string;
let open: Gateway[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn', directory, { recursive: true });
});

afterEach(async () => {
  for (const gateway of open) await gateway.close();
  open = [];
  await rm(directory, { recursive: true });
});

async function start(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await createGateway({ models: directory, workerFile, ...options });
  open.push(gateway);
  return gateway;
}

/** Puts the demo's boosted trees under a name, all their answers moved by a base score of `margin`. */
async function put(name: string, margin: number, change: object = {}, times = 1): Promise<void> {
  const text = repeatTrees(await readFile('models/churn/v1.1/model.json', 'utf8'), times);
  const model = text.replace(
    /"base_score":"[^"]+"/,
    `"base_score":"${1 / (1 + Math.exp(-margin))}"`,
  );
  if (margin !== 0) expect(model).not.toBe(text);
  const card: object = JSON.parse(await readFile('models/churn/v1.1/card.json', 'utf8'));
  const sha256 = createHash('sha256').update(model).digest('hex');
  const artifact = { file: 'model.json', sha256 };
  const folder = join(directory, name);
  const next = join(directory, `.${name}`);
  await rm(next, { recursive: true, force: true });
  await cp('models/churn/v1.1', next, { recursive: true });
  await writeFile(join(next, 'model.json'), model);
  const golden = { golden_rows: undefined };
  await writeFile(
    join(next, 'card.json'),
    JSON.stringify({ ...card, artifact, ...golden, ...change }),
  );
  await rm(folder, { recursive: true, force: true });
  await rename(next, folder);
}

/** The text of an XGBoost model with all of its trees several times. */
function repeatTrees(text: string, times: number): string {
  if (times === 1) return text;
  const json = JSON.parse(text);
  const { model } = json.learner.gradient_booster;
  const { length } = model.trees;
  const count = length * times;
  model.trees = Array.from({ length: count }, (_, id) => ({ ...model.trees[id % length], id }));
  model.tree_info = Array(count).fill(0);
  model.iteration_indptr = Array.from({ length: count + 1 }, (_, index) => index);
  model.gbtree_model_param.num_trees = String(count);
  return JSON.stringify(json);
}

const statusOf = (gateway: Gateway, name: string) =>
  gateway.status().versions.find(({ modelVersion }) => modelVersion === name);
const ask = (gateway: Gateway, modelVersion: string) => gateway.predict(row, { modelVersion });
/** Everything that a gateway tells of changes. */
function listen(gateway: Gateway) {
  const told: [string, unknown][] = [];
  for (const name of [
    'version-added',
    'version-swapped',
    'version-retired',
    'version-refused',
    'breaker-forced',
    'weights-changed',
    'settings-changed',
  ] as const)
    gateway.on(name, (event) => told.push([name, event]));
  const all = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return told;
  };
  return all;
}

describe('a reload', () => {
  it('of a directory in which nothing changed changes nothing', async () => {
    const gateway = await start();
    const before = gateway.status();
    const report = await gateway.reload();
    expect(report.versions.map(({ result }) => result)).toEqual(Array(3).fill('unchanged'));
    expect({ ...gateway.status(), uptimeMs: 0 }).toEqual({ ...before, uptimeMs: 0 });
    await appendFile(join(directory, 'v1.1/model.json'), ''); // touched
    expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'unchanged' });
    expect(statusOf(gateway, 'v1.1')?.generation).toBe(1);
  });

  it('that would leave nothing to serve still says why a version was refused', async () => {
    const gateway = await start();
    gateway.setWeights({ 'v1.0': 0, 'v1.1': 1, 'v2.0': 0 });
    await rm(join(directory, 'v1.1'), { recursive: true });
    await put('v3.0', 1, { artifact: { file: 'model.json', sha256: '0'.repeat(64) } });
    await expect(gateway.reload()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    expect(gateway.status().refused).toMatchObject([
      { modelVersion: 'v3.0', reason: expect.stringMatching(/^CHECKSUM_MISMATCH/) },
    ]);
    expect(await ask(gateway, 'v1.1')).toMatchObject({ modelVersion: 'v1.1' });
  });

  it('takes versions of one kind when none was served before', async () => {
    for (const [name, file] of [
      ['v1.0', 'model.json'],
      ['v1.1', 'model.json'],
      ['v2.0', 'model.json'],
    ] as const)
      await appendFile(join(directory, name, file), ' ');
    const gateway = await start();
    expect(gateway.status().ready).toBe(false);
    await put('v8', 1);
    await put('v9', 1, { labels: ['stays', 'goes'] });
    const { versions } = await gateway.reload();
    expect(versions.slice(3)).toMatchObject([
      { modelVersion: 'v8', result: 'added' },
      { modelVersion: 'v9', result: 'refused', reason: expect.stringMatching(/^INVALID_MODEL/) },
    ]);
  });

  it('serves other files under the name of a version, and says so', async () => {
    const gateway = await start();
    const told = listen(gateway);
    const before = await ask(gateway, 'v1.1');
    await put('v1.1', 2);
    const report = await gateway.reload({ by: 'somebody' });
    const [from, to] = [1, 2].map((generation) => ({
      generation,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      cardSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      weight: 0.6,
    }));
    expect(report).toMatchObject({ by: 'somebody', at: expect.any(Number) });
    expect(report.versions[1]).toEqual({
      modelVersion: 'v1.1',
      result: 'swapped',
      reason: null,
      from,
      to,
    });
    expect(report.versions[1]?.from?.sha256).not.toBe(report.versions[1]?.to?.sha256);
    const after = await ask(gateway, 'v1.1');
    expect([before.generation, after.generation]).toEqual([1, 2]);
    expect(after.probability).toBeGreaterThan(before.probability! + 0.1);
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ generation: 2, previousGeneration: 1 });
    expect(await told()).toEqual([
      [
        'version-swapped',
        { modelVersion: 'v1.1', from, to, cause: 'files', at: report.at, by: 'somebody' },
      ],
    ]);
    expect(await gateway.metrics.metrics()).toContain('spillway_swaps_total{result="swapped"} 1');
  });

  it('serves new versions with the weight of their card, and retires those whose folder is gone', async () => {
    const gateway = await start();
    const told = listen(gateway);
    await put('v3.0', 1, { weight: 1 });
    await rm(join(directory, 'v1.0'), { recursive: true });
    const report = await gateway.reload();
    expect(report.versions.map(({ modelVersion, result }) => [modelVersion, result])).toEqual([
      ['v1.0', 'retired'],
      ['v1.1', 'unchanged'],
      ['v2.0', 'unchanged'],
      ['v3.0', 'added'],
    ]);
    const { status, versions } = gateway.status();
    expect(status).toBe('healthy');
    expect(versions.map(({ modelVersion, weight }) => [modelVersion, weight.toFixed(3)])).toEqual([
      ['v1.1', '0.353'],
      ['v2.0', '0.059'],
      ['v3.0', '0.588'],
    ]);
    expect((await told()).map(([name]) => name)).toEqual(['version-added', 'version-retired']);
    await expect(ask(gateway, 'v1.0')).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' });
    await ask(gateway, 'v3.0');
    const text = await gateway.metrics.metrics();
    expect(text).toContain(
      'spillway_decisions_total{version="v3.0",route="predict",served_by="model"} 1',
    );
    expect(text).toContain(
      'spillway_decisions_total{version="v1.0",route="predict",served_by="model"} 0',
    );
  });

  it('leaves weights that were set as they are: a new version gets none until it is given one', async () => {
    const gateway = await start({ weights: { 'v1.0': 1, 'v1.1': 1, 'v2.0': 2 } });
    await put('v3.0', 1);
    const { versions } = await gateway.reload();
    expect(versions[3]).toMatchObject({
      result: 'added',
      reason: expect.stringMatching(/weight is 0 until it is set/),
    });
    expect(gateway.status().versions.map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.5, 0]);
    gateway.setWeights({ 'v1.0': 0, 'v1.1': 0, 'v2.0': 0, 'v3.0': 1 });
    expect((await gateway.predict(row)).modelVersion).toBe('v3.0');
    await rm(join(directory, 'v2.0'), { recursive: true });
    await gateway.reload();
    expect(gateway.status().versions.map(({ weight }) => weight)).toEqual([0, 0, 1]);
  });

  it('can be of some versions only', async () => {
    const gateway = await start();
    await put('v1.1', 1);
    await put('v3.0', 1);
    const { versions } = await gateway.reload({ versions: ['v3.0', 'v2.0'] });
    expect(versions.map(({ modelVersion, result }) => [modelVersion, result])).toEqual([
      ['v2.0', 'unchanged'],
      ['v3.0', 'added'],
    ]);
    expect(statusOf(gateway, 'v1.1')?.generation).toBe(1);
    await expect(gateway.reload({ versions: ['v9'] })).rejects.toMatchObject({
      code: 'UNKNOWN_VERSION',
      message: expect.stringMatching(/v9; there are v1\.0, v1\.1, v2\.0, v3\.0/),
    });
  });

  it('begins with a clean breaker, but what somebody holds stays held', async () => {
    const gateway = await start();
    gateway.setBreaker('v1.1', 'open', { by: 'somebody' });
    await expect(ask(gateway, 'v1.1')).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    await put('v1.1', 1);
    await gateway.reload();
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ generation: 2, breakerForced: 'open' });
    gateway.setBreaker('v1.1', null);
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ breaker: 'closed', breakerForced: null });
    expect((await ask(gateway, 'v1.1')).generation).toBe(2);
  });
});

describe('what is bad', () => {
  const golden = async (probability: number) => {
    const text = JSON.stringify({ row, probability });
    await writeFile(join(directory, 'v1.1/golden.jsonl'), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const path = join(directory, 'v1.1/card.json');
    const card: object = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(
      path,
      JSON.stringify({ ...card, golden_rows: { file: 'golden.jsonl', sha256 } }),
    );
  };
  const cases: [string, () => Promise<void>, RegExp][] = [
    [
      'a version that fails its golden rows',
      async () => {
        await put('v1.1', 2);
        await golden(0.5);
      },
      /^GOLDEN_ROWS_DIFFER: golden\.jsonl line 1: expected probability 0\.5, got 0\.\d+/,
    ],
    [
      'a truncated artifact',
      async () => {
        const path = join(directory, 'v1.1/model.json');
        await writeFile(path, (await readFile(path, 'utf8')).slice(0, 5000));
      },
      /^CHECKSUM_MISMATCH/,
    ],
    [
      'a wrong checksum',
      () => put('v1.1', 2, { artifact: { file: 'model.json', sha256: '0'.repeat(64) } }),
      /^CHECKSUM_MISMATCH/,
    ],
    ['a broken card', () => appendFile(join(directory, 'v1.1/card.json'), '}'), /^INVALID_CARD/],
    ['a missing artifact', () => rm(join(directory, 'v1.1/model.json')), /^MODEL_NOT_FOUND/],
    [
      'a model of another task',
      () => put('v1.1', 2, { labels: ['stays', 'leaves'] }),
      /^INVALID_MODEL: answers binary \["stays","leaves"\], the versions that are served binary \[0,1\]/,
    ],
  ];

  it.each(cases)(
    '%s is refused with its reason, and what was served still is',
    async (_, spoil, reason) => {
      const gateway = await start();
      const told = listen(gateway);
      const before = await ask(gateway, 'v1.1');
      await spoil();
      await put('v3.0', 1);
      const { versions } = await gateway.reload();
      expect(versions[1]).toMatchObject({
        result: 'refused',
        reason: expect.stringMatching(reason),
        from: { generation: 1 },
        to: { generation: 1 },
      });
      expect(versions[3]).toMatchObject({ result: 'added' }); // the good ones are served
      const { generation, probability } = await ask(gateway, 'v1.1');
      expect({ generation, probability }).toEqual({
        generation: 1,
        probability: before.probability,
      });
      const refusal = { modelVersion: 'v1.1', reason: expect.stringMatching(reason), by: 'code' };
      expect(gateway.status().refused).toMatchObject([refusal]);
      expect((await told()).find(([name]) => name === 'version-refused')?.[1]).toMatchObject(
        refusal,
      );
      expect(await gateway.metrics.metrics()).toContain('spillway_swaps_total{result="refused"} 1');
      // it is tried again, and what was refused is forgotten when it serves
      expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'refused' });
      await put('v1.1', 2);
      expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'swapped' });
      expect(gateway.status().refused).toEqual([]);
    },
  );

  it('is nothing of a reload that would leave no version with a weight', async () => {
    const gateway = await start({ weights: { 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 } });
    await rm(join(directory, 'v1.0'), { recursive: true });
    await put('v1.1', 2);
    await expect(gateway.reload()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/nothing was changed/),
    });
    expect((await gateway.predict(row)).modelVersion).toBe('v1.0');
    expect(statusOf(gateway, 'v1.1')?.generation).toBe(1);
  });

  it('is a directory that is gone', async () => {
    const gateway = await start();
    await rename(directory, `${directory}-gone`);
    await expect(gateway.reload()).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await rename(`${directory}-gone`, directory);
    expect((await gateway.predict(row)).degraded).toBe(false);
  });

  it('is to reload what was built in code, and who asks without a name', async () => {
    const built = await createGateway({ versions: [{ name: 'a', predict: () => 0.5 }] });
    await expect(built.reload()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await built.close();
    const gateway = await start();
    await expect(gateway.reload({ by: '' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await gateway.close();
    await expect(gateway.reload()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(() => gateway.rollback('v1.1')).toThrow(/closed/);
    expect(() => gateway.setBreaker('v1.1', 'open')).toThrow(/closed/);
  });

  it('at the start is served as soon as its files are good', async () => {
    await rename(join(directory, 'v1.1/model.json'), join(directory, 'v1.1/.model'));
    const gateway = await start();
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ state: 'failed', generation: 0 });
    expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'refused' });
    await rename(join(directory, 'v1.1/.model'), join(directory, 'v1.1/model.json'));
    expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'added', from: null });
    expect(gateway.status()).toMatchObject({ status: 'healthy', refused: [] });
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
  });
});

describe('a rollback', () => {
  it('serves what was served before, and again what came after', async () => {
    const gateway = await start();
    const told = listen(gateway);
    const first = await ask(gateway, 'v1.1');
    await put('v1.1', 2);
    await gateway.reload();
    const second = await ask(gateway, 'v1.1');
    expect(gateway.rollback('v1.1', { by: 'somebody' })).toMatchObject({
      from: { generation: 2 },
      to: { generation: 1 },
      cause: 'rollback',
      by: 'somebody',
    });
    expect(await ask(gateway, 'v1.1')).toMatchObject({
      generation: 1,
      probability: first.probability,
    });
    gateway.rollback('v1.1');
    expect(await ask(gateway, 'v1.1')).toMatchObject({
      generation: 2,
      probability: second.probability,
    });
    expect((await told()).map(([name]) => name)).toEqual(Array(3).fill('version-swapped'));
    expect(await gateway.metrics.metrics()).toContain(
      'spillway_swaps_total{result="rolled-back"} 2',
    );
  });

  it('stays when the files are only touched, and ends when they are others', async () => {
    const gateway = await start();
    await put('v1.1', 2);
    await gateway.reload();
    gateway.rollback('v1.1');
    await put('v1.1', 2);
    expect((await gateway.reload()).versions[1]).toMatchObject({
      result: 'unchanged',
      reason: 'its files are generation 2, which was rolled back',
    });
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
    await put('v1.1', 3);
    expect((await gateway.reload()).versions[1]).toMatchObject({ result: 'swapped' });
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ generation: 3, previousGeneration: 1 });
  });

  it('during a reload is at once, and the reload goes on', async () => {
    const gateway = await start();
    await put('v1.1', 2);
    await gateway.reload();
    await put('v1.1', 3);
    const reload = gateway.reload();
    gateway.rollback('v1.1');
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
    expect((await reload).versions[1]).toMatchObject({
      from: { generation: 1 },
      to: { generation: 3 },
    });
    expect((await ask(gateway, 'v1.1')).generation).toBe(3);
    gateway.rollback('v1.1');
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
  });

  it('of what has nothing before it, or is unknown, is refused', async () => {
    const gateway = await start();
    expect(() => gateway.rollback('v1.1')).toThrow(/no generation before 1/);
    expect(() => gateway.rollback('v9')).toThrow(/there are v1\.0, v1\.1, v2\.0/);
  });

  it('of a version whose breaker had opened begins clean', async () => {
    const gateway = await start({ breaker: { failureThreshold: 1 } });
    await put('v1.1', 2);
    await gateway.reload();
    gateway.setBreaker('v1.1', 'open');
    gateway.rollback('v1.1');
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ breakerForced: 'open', generation: 1 });
    gateway.setBreaker('v1.1', null);
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
  });
});

describe('what is served no more', () => {
  it('is freed, but for the generation that a rollback goes back to', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const bytes = async () => {
      for (let turn = 0; turn < 3; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (typeof collect === 'function') collect();
      }
      return process.memoryUsage().external; // arrays and the memory of WebAssembly
    };
    await rm(join(directory, 'v1.0'), { recursive: true });
    await rm(join(directory, 'v2.0'), { recursive: true });
    const gateway = await start();
    const sizes: number[] = [];
    for (let margin = 1; margin <= 8; margin++) {
      await put('v1.1', margin, {}, 20);
      expect((await gateway.reload()).versions[0]?.result).toBe('swapped');
      await gateway.predictReliable(row, { explain: true });
      sizes.push(await bytes());
    }
    const [one = 0, two = 0] = sizes;
    expect(two - one).toBeGreaterThan(1e6); // what one of them takes
    expect(sizes.at(-1)! - two).toBeLessThan((two - one) / 2);
  });
});

describe('settings at run time', () => {
  it('replace time limits and breakers by one assignment, with clean breakers', async () => {
    const gateway = await start({ breaker: { failureThreshold: 3 } });
    const told = listen(gateway);
    await gateway.configure(
      { timeoutMs: 50, breaker: { failureThreshold: 7 } },
      { by: 'somebody' },
    );
    expect((await ask(gateway, 'v1.1')).generation).toBe(1);
    await gateway.configure({ weights: { 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 } }, { by: 'somebody' });
    expect((await gateway.predict(row)).modelVersion).toBe('v1.0');
    await gateway.configure({ weights: null });
    expect(statusOf(gateway, 'v1.1')?.weight).toBeCloseTo(0.6, 12);
    const changes = await told();
    expect(changes.map(([name]) => name)).toEqual([
      'settings-changed',
      'weights-changed',
      'weights-changed',
    ]);
    expect(changes[0]?.[1]).toMatchObject({
      from: { timeoutMs: 1000, breaker: { failureThreshold: 3 } },
      to: { timeoutMs: 50, breaker: { failureThreshold: 7 }, fallback: { failClosed: false } },
      by: 'somebody',
    });
  });

  it('that are wrong are refused with all faults, and the old ones stay', async () => {
    const gateway = await start();
    const wrong = { timeoutMs: -1, breaker: { failureRatio: 2, windowMs: 1 } };
    await expect(gateway.configure(wrong)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      faults: expect.arrayContaining([
        expect.objectContaining({ pointer: '/timeoutMs' }),
        expect.objectContaining({ pointer: '/breaker/failureRatio' }),
        expect.objectContaining({ pointer: '/breaker/windowMs' }),
      ]),
    });
    await expect(gateway.configure({ salt: 'other' } as object)).rejects.toThrow(/not salt/);
    const none = { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 };
    await expect(gateway.configure({ timeoutMs: 9, weights: none })).rejects.toThrow(/above 0/);
    await expect(gateway.configure({ weights: { v9: 1 } })).rejects.toMatchObject({
      faults: expect.objectContaining({ length: 4 }),
    });
    expect((await gateway.predict(row)).degraded).toBe(false);
  });
});

describe('swaps under load', () => {
  it('200 in a row: nothing fails, and every number is that of the generation that it names', async () => {
    await rm(join(directory, 'v1.0'), { recursive: true });
    const gateway = await start();
    const seen = new Map<string, Set<number>>();
    let asked = 0;
    const swapping = { isUnderWay: true };
    const load = async () => {
      while (swapping.isUnderWay) {
        const { generation, modelVersion, probability } = await gateway.predict(row);
        const key = `${modelVersion} ${generation}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(probability!));
        asked++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const loads = [load(), load(), load()];
    await put('v1.1', 2);
    await gateway.reload();
    for (let swap = 0; swap < 200; swap++) {
      gateway.rollback('v1.1');
      if (swap % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (let margin = 3; margin < 8; margin++) {
      await put('v1.1', margin);
      const reloads = await Promise.all([gateway.reload(), gateway.reload()]);
      const results = reloads.map(({ versions }) => versions[0]?.result);
      expect(results).toEqual(['swapped', 'unchanged']); // one after the other
    }
    swapping.isUnderWay = false;
    await Promise.all(loads);
    expect(asked).toBeGreaterThan(200);
    for (const [key, numbers] of seen) expect(numbers.size, key).toBe(1);
    const v11 = [...seen].filter(([key]) => key.startsWith('v1.1'));
    expect(new Set(v11.map(([, [number]]) => number)).size).toBe(v11.length);
    expect(v11.length).toBeGreaterThan(3);
    expect(statusOf(gateway, 'v1.1')).toMatchObject({ generation: 7, previousGeneration: 6 });
  });
});

describe('what a rollback would serve', () => {
  it('is told without a change to its breaker', () => {
    const breaker = createCircuitBreaker({ name: 'v1', failureThreshold: 1 });
    breaker.acquire().failed();
    const previous = { generation: 1, version: { name: 'v1' }, serving: { breaker }, rules: null };
    const member = { ...previous, generation: 2, serving: null, previous, isRolledBack: false };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it looks at
    const fleet = { members: [member] } as unknown as Fleet;
    expect(rollBack(fleet, 'v1')).toMatchObject([{ generation: 1, isRolledBack: true }]);
    expect(breaker.state).toBe('open');
  });
});
