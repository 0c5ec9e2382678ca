import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadVersions, type Model, type Row } from '../../src/index.ts';
import { tryModel } from '../../src/registry/try-model.ts';
import { createFakeClock } from '../../src/testing/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn/v1.1', join(directory, 'v1.1'), { recursive: true });
});

afterEach(() => rm(directory, { recursive: true }));

/** Gives the version these golden rows, and loads it. */
async function loadWith(text: string, card: object = {}) {
  await writeFile(join(directory, 'v1.1/golden.jsonl'), text);
  const path = join(directory, 'v1.1/card.json');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const golden_rows = { file: 'golden.jsonl', sha256, ...card };
  const json: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...json, golden_rows }));
  const [version] = await loadVersions(directory);
  return version!;
}

async function answerTo(asked: Row): Promise<{ margin: number; probability: number }> {
  const [version] = await loadVersions(directory);
  const { margin, probability } = version!.model!.predict(asked);
  return { margin: Number(margin), probability: Number(probability) };
}

describe('golden rows', () => {
  it('that are answered as expected let the version serve', async () => {
    const { margin, probability } = await answerTo(row);
    const line = JSON.stringify({ row, margin, probability, prediction: 0 });
    expect(await loadWith(`\n${line}\r\n${line}\n\n`)).toMatchObject({
      state: 'ready',
      card: { goldenRows: { file: 'golden.jsonl', tolerance: 1e-9 } },
    });
  });

  it('may be arrays in the order of the features', async () => {
    const { probability } = await answerTo(row);
    const values = [35, 65.5, 1200, ...Array(17).fill(null)];
    expect((await loadWith(JSON.stringify({ row: values, probability }))).reason).toBeNull();
  });

  it('of all demo models are answered as their files say', async () => {
    const versions = await loadVersions();
    for (const { card, name, state } of versions) {
      expect(state).toBe('ready');
      const text = await readFile(`models/churn/${name}/${card!.goldenRows!.file}`, 'utf8');
      expect(text.trim().split('\n')).toHaveLength(16);
    }
  });

  it.each([
    ['a probability', { probability: 0.99 }, /line 2: expected probability 0\.99, got 0\.\d+ \(/],
    ['a margin', { margin: 4 }, /line 2: expected margin 4, got -?\d/],
    ['a label', { probability: 'same', prediction: 1 }, /line 2: expected prediction 1, got 0$/],
    ['a number of outputs', { margin: [1, 2] }, /line 2: expected margin \[1,2\], got/],
    ['a number it has not', { value: 3 }, /line 2: expected value 3, got undefined/],
  ])('refuse a version that answers another: %s', async (_, wrong, message) => {
    const { probability } = await answerTo(row);
    const right = JSON.stringify({ row, probability });
    const known = 'probability' in wrong && wrong.probability === 'same' ? { probability } : {};
    const version = await loadWith(`${right}\n${JSON.stringify({ row, ...wrong, ...known })}\n`);
    expect(version).toMatchObject({ state: 'failed', model: null });
    expect(version.reason).toMatch(/^GOLDEN_ROWS_DIFFER: golden\.jsonl line 2/);
    expect(version.reason).toMatch(message);
  });

  it('are compared within the tolerance of the card', async () => {
    const { probability } = await answerTo(row);
    const line = JSON.stringify({ row, probability: probability + 1e-6 });
    expect((await loadWith(line)).reason).toMatch(/GOLDEN_ROWS_DIFFER/);
    expect((await loadWith(line, { tolerance: 1e-5 })).reason).toBeNull();
  });

  it.each([
    ['no JSON', 'rows', /golden\.jsonl line 1: is not JSON/],
    ['no number of the answer', '{"row": {}, "prediction": 1}', /line 1 .*expected a margin/],
    ['an unknown field', '{"row": {}, "probability": 1, "odds": 1}', /line 1 .*odds/],
    ['no row', '\n{"probability": 1}', /line 2 .*\/row/],
    ['a row that does not fit', '{"row": {"age": 3}, "value": 1}', /line 1: \/age: .*from 18/],
    ['nothing', '\n\n', /expected 1 to 1000 rows, got 0/],
    ['too much', `${JSON.stringify({ row, value: 1 })}\n`.repeat(1001), /1 to 1000 rows, got 1001/],
  ])('are refused as %s', async (_, text, message) => {
    const { reason, state } = await loadWith(text);
    expect(state).toBe('failed');
    expect(reason).toMatch(/^INVALID_CARD/);
    expect(reason).toMatch(message);
  });

  it('must be those that the card means', async () => {
    const version = await loadWith('{}', { sha256: '0'.repeat(64) });
    expect(version.reason).toMatch(/^CHECKSUM_MISMATCH: golden\.jsonl/);
  });
});

describe('trying a model', () => {
  const clock = createFakeClock();

  /** A model that takes `tookMs` for each answer. */
  function createCounted(tookMs: number): { model: Model; asked: () => number } {
    let count = 0;
    const model: Model = {
      schema: { features: [{ name: 'x', type: 'number', required: false }] },
      task: 'regression',
      labels: [],
      pipeline: null,
      predict: () => ({ margin: null, value: 1, prediction: 1 }),
      predictValues(values) {
        values.fill(7); // what it is lent is its own
        count++;
        clock.advance(tookMs);
        return { margin: null, value: 1, prediction: 1 };
      },
    };
    return { model, asked: () => count };
  }
  const golden = {
    file: 'golden.jsonl',
    tolerance: 0,
    rows: [{ line: 1, values: Float64Array.of(3), expected: { value: 1 } }],
  };

  it('asks a quick one 200 times, with and without golden rows', async () => {
    for (const file of [golden, null]) {
      const { asked, model } = createCounted(0);
      await tryModel(model, file, clock);
      expect(asked()).toBe(200);
    }
    expect(golden.rows[0]!.values[0]).toBe(3);
  });

  it('asks a slow one for every row once and then no more', async () => {
    const { asked, model } = createCounted(40);
    await tryModel(model, golden, clock);
    expect(asked()).toBe(31);
  });

  it('lets others have their turn', async () => {
    const { model } = createCounted(4);
    let turns = 0;
    const count = (): void => {
      turns++;
      if (turns < 1000) setImmediate(count);
    };
    setImmediate(count);
    await tryModel(model, golden, clock);
    expect(turns).toBeGreaterThan(10);
    turns = 1000;
  });
});
