import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, loadVersions } from '../src/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn', directory, { recursive: true });
});

afterEach(() => rm(directory, { recursive: true }));

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(directory, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

describe('a model directory', () => {
  it('gives its versions in order, ready, with card and checksum', async () => {
    const versions = await loadVersions(directory);
    expect(versions.map(({ name, state, weight }) => [name, state, weight])).toEqual([
      ['v1.0', 'ready', 0.3],
      ['v1.1', 'ready', 0.6],
      ['v2.0', 'ready', 0.1],
    ]);
    expect(versions[1]).toMatchObject({
      card: { format: 'xgboost' },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('may hold the one model directory', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'spillway-'));
    await cp(directory, join(parent, 'churn'), { recursive: true });
    expect(await loadVersions(parent)).toHaveLength(3);
    await cp(directory, join(parent, 'upsell'), { recursive: true });
    await expect(loadVersions(parent)).rejects.toThrow(/several models.*churn.*upsell/s);
    await rm(parent, { recursive: true });
  });

  it('that is not there or empty is an error that says what was expected', async () => {
    await expect(loadVersions(join(directory, 'nowhere'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    await mkdir(join(directory, 'empty'));
    await expect(loadVersions(join(directory, 'empty'))).rejects.toThrow(/card\.json/);
  });
});

describe('one bad version', () => {
  const faults: Record<string, [() => Promise<void>, RegExp]> = {
    'a changed artifact': [
      () => edit('v1.1/model.json', (text) => text.replace('0', '1')),
      /CHECKSUM_MISMATCH/,
    ],
    'a truncated card': [
      () => edit('v1.1/card.json', (text) => text.slice(0, 100)),
      /INVALID_CARD: the card is not JSON/,
    ],
    'a card with unknown fields': [
      () => edit('v1.1/card.json', (text) => text.replace('"task"', '"tusk"')),
      /INVALID_CARD.*tusk/,
    ],
    'a missing artifact': [
      () => rm(join(directory, 'v1.1/model.json')),
      /MODEL_NOT_FOUND.*model\.json/,
    ],
    'an artifact outside of its directory': [
      () => edit('v1.1/card.json', (text) => text.replace('"model.json"', '"../v1.0/model.json"')),
      /INVALID_CARD.*plain file name/,
    ],
    'another format than the card says': [
      () => edit('v1.1/card.json', (text) => text.replace('"xgboost"', '"ml-random-forest"')),
      /INVALID_MODEL.*ml-random-forest.*xgboost/,
    ],
    'an artifact of length zero': [
      () => writeFile(join(directory, 'v1.1/model.json'), ''),
      /CHECKSUM_MISMATCH/,
    ],
    'a link that leads out': [
      async () => {
        await rm(join(directory, 'v1.1/model.json'));
        await symlink(
          join(process.cwd(), 'models/churn/v1.1/model.json'),
          join(directory, 'v1.1/model.json'),
        );
      },
      /INVALID_MODEL.*link/,
    ],
  };

  it.each(Object.entries(faults))(
    '%s: says why, and the others serve',
    async (_, [spoil, reason]) => {
      await spoil();
      const gateway = await createGateway({ models: directory });
      const { status, ready, versions } = gateway.status();
      expect({ status, ready }).toEqual({ status: 'degraded', ready: true });
      expect(versions[1]).toMatchObject({
        modelVersion: 'v1.1',
        state: 'failed',
        weight: 0,
        breaker: null,
      });
      expect(versions[1]?.reason).toMatch(reason);
      expect(versions[0]?.weight).toBeCloseTo(0.75, 12);
      expect((await gateway.predict(row)).modelVersion).not.toBe('v1.1');
    },
  );

  it('still answers with its rules when no version is ready', async () => {
    for (const version of ['v1.0', 'v1.1', 'v2.0'])
      await writeFile(join(directory, version, 'model.json'), '{}');
    const gateway = await createGateway({ models: directory });
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'rules',
      reason: 'NO_VERSION_READY',
    });
  });
});

describe('a model file without a card', () => {
  it('loads, with its content inferred and the absence said', async () => {
    const alone = await mkdtemp(join(tmpdir(), 'spillway-'));
    await mkdir(join(alone, 'v1'));
    await cp('models/churn/v1.1/model.json', join(alone, 'v1', 'anything.bin'));
    const [version] = await loadVersions(alone);
    expect(version).toMatchObject({
      state: 'ready',
      card: null,
      warnings: [expect.stringMatching(/no card/)],
    });
    const gateway = await createGateway({ models: alone });
    expect(await gateway.predict({})).toMatchObject({
      probability: expect.any(Number),
      modelVersion: 'v1',
    });
    await rm(alone, { recursive: true });
  });
});

describe('a linear model', () => {
  const model = { name: 'LogisticRegression', numSteps: 1, learningRate: 1, numberClasses: 2 };
  const classifiers = [{ weights: [[1, -2]] }, { weights: [[-1, 2]] }];

  it('without a card loads and wants every value', async () => {
    await writeFile(join(directory, 'v2.0/model.json'), JSON.stringify({ ...model, classifiers }));
    await rm(join(directory, 'v2.0/card.json'));
    await rm(join(directory, 'v2.0/golden-rows.jsonl'));
    const versions = (await loadVersions(directory)).filter(({ name }) => name === 'v2.0');
    expect(versions[0]).toMatchObject({ state: 'ready', format: 'ml-logistic-regression' });
    const gateway = await createGateway({ versions });
    expect(await gateway.predict([1, 1])).toMatchObject({ prediction: 0 });
    await expect(gateway.predict([1, null])).rejects.toMatchObject({
      code: 'INVALID_ROW',
      faults: [{ pointer: '/1', message: 'may not be missing' }],
    });
  });

  it('whose card does not say what stands for a missing value is refused', async () => {
    await edit('v2.0/card.json', (text) =>
      text.replaceAll(/"missing": -?[\d.e-]+/g, '"missing": null'),
    );
    const version = (await loadVersions(directory)).find(({ name }) => name === 'v2.0');
    expect(version).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/INVALID_CARD.*needs a value for missing/),
    });
  });
});

describe('folders that are no sound versions', () => {
  it('are listed as failed when they are empty or without a file that can be read', async () => {
    await mkdir(join(directory, 'v3.0'));
    await mkdir(join(directory, 'v3.1'));
    await symlink('nowhere', join(directory, 'v3.1/model.json'));
    const [empty, dangling] = (await loadVersions(directory)).slice(3);
    expect(empty).toMatchObject({
      name: 'v3.0',
      state: 'failed',
      reason: expect.stringMatching(/no file/),
    });
    expect(dangling).toMatchObject({
      state: 'failed',
      reason: 'MODEL_NOT_FOUND: v3.1/model.json cannot be read',
    });
  });

  it('do not get traffic twice through a link, and do not hide the model beside them', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'spillway-'));
    await cp(directory, join(parent, 'churn'), { recursive: true });
    await symlink('v1.1', join(parent, 'churn/champion'));
    await mkdir(join(parent, 'notes'));
    await writeFile(join(parent, 'notes/readme.txt'), 'hello');
    expect((await loadVersions(parent)).map(({ name }) => name)).toEqual(['v1.0', 'v1.1', 'v2.0']);
    await rm(parent, { recursive: true });
  });
});

describe('links inside the directory', () => {
  it('are followed, as mounted volumes need', async () => {
    await cp(join(directory, 'v1.1'), join(directory, '..data'), { recursive: true });
    await rm(join(directory, 'v1.1/model.json'));
    await symlink('../..data/model.json', join(directory, 'v1.1/model.json'));
    expect((await loadVersions(directory))[1]).toMatchObject({ state: 'ready', reason: null });
  });
});

describe('the rows of a background', () => {
  const rows = [
    { age: 30, monthly_charges: 20, total_charges: 100 },
    { age: 70, monthly_charges: 90.5, total_charges: 5000, contract: 'Two year' },
  ];

  /** Puts a background beside the boosting model, and says in its card how it is used. */
  async function giveBackground(text: string, explain: object): Promise<void> {
    await writeFile(join(directory, 'v1.1/background.json'), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await edit('v1.1/card.json', (card) =>
      JSON.stringify({
        ...JSON.parse(card),
        background: { rows: { file: 'background.json', sha256 } },
        explain,
      }),
    );
  }

  const explainBy = async (version: string) => {
    await using gateway = await createGateway({ models: directory });
    return await gateway.predict(row, { explain: true, modelVersion: version });
  };

  it('are what interventional explanations compare with', async () => {
    const text = JSON.stringify(rows);
    await giveBackground(text, { method: 'interventional', output: 'probability' });
    const { explanation, probability } = await explainBy('v1.1');
    expect(explanation).toMatchObject({ method: 'interventional-shap', units: 'probability' });
    const sum = Object.values(explanation!.attributions).reduce<number>(
      (total, part) => total + Number(part),
      Number(explanation!.baseValue),
    );
    expect(sum).toBeCloseTo(probability!, 6);
  });

  it('are what LIME samples from', async () => {
    await giveBackground(JSON.stringify(rows), { method: 'lime', samples: 200 });
    expect((await explainBy('v1.1')).explanation).toMatchObject({
      method: 'lime',
      exact: false,
      units: 'probability',
      fit: { samples: 200, r2: expect.any(Number), seed: expect.any(Number) },
    });
  });

  it.each([
    ['no JSON', 'rows', /must be JSON/],
    ['no array', '{}', /array of 1 to 10000 rows/],
    ['an empty array', '[]', /array of 1 to 10000 rows/],
    ['a row that does not fit', '[{"age": 30}]', /\/0\/monthly_charges: required/],
    ['an unknown feature', '[[1, 2, 3, 4, 5]]', /the background: \/0/],
  ])('are refused as %s', async (_, text, message) => {
    await giveBackground(text, { method: 'interventional' });
    const versions = await loadVersions(directory);
    expect(versions[1]).toMatchObject({ state: 'failed', reason: expect.stringMatching(message) });
  });

  it('must be those that the card means', async () => {
    await giveBackground(JSON.stringify(rows), { method: 'lime' });
    await writeFile(join(directory, 'v1.1/background.json'), '[]');
    expect((await loadVersions(directory))[1]?.reason).toMatch(/^CHECKSUM_MISMATCH/);
  });
});
