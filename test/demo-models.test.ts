import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadVersions } from '../src/index.ts';
import type { Row } from '../src/model/index.ts';
import { createSeededRandom } from '../src/testing/index.ts';
import { readGoldenRows } from './formats/demo-cases.ts';

const demo = 'models/churn';
const table = '../shared/data/telco-customer-churn.csv';
const isThere = existsSync(table);
if (!isThere) console.warn(`SKIPPED: the real Telco rows are not here (${table})`);

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const versions = await loadVersions();
const probabilityOf = (version: string, row: Row): number =>
  versions.find(({ name }) => name === version)!.model!.predict(row).probability!;

describe.skipIf(!isThere)('npm run models', () => {
  it('makes of the Telco table the demo models that are here, byte for byte', () => {
    const output = mkdtempSync(join(tmpdir(), 'spillway-models-'));
    onTestFinished(() => rmSync(output, { recursive: true }));
    const script = 'scripts/demo-models/train.js';
    execFileSync(process.execPath, [script, '--data', table, '--output', output]);
    const files = readdirSync(demo, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath.slice(demo.length + 1), name));
    expect(files).toHaveLength(9);
    for (const file of files) {
      const [made, here] = [join(output, file), join(demo, file)];
      if (file.endsWith('card.json')) {
        // which version of the package trained it changes with each release
        const library = { name: 'spillway', version: expect.any(String) };
        const { training, ...card } = readJson(made);
        const expected = readJson(here);
        expect({ ...card, training: { ...training, library } }).toEqual(expected);
      } else {
        expect(readFileSync(made).equals(readFileSync(here)), file).toBe(true);
      }
    }
  });
});

describe('the logistic regression of the demo', () => {
  interface Column {
    readonly name: string;
    readonly from: readonly { feature: string; equals?: string; at_least?: number }[];
    readonly missing: number;
    readonly center?: number;
    readonly scale?: number;
  }
  const { columns } = readJson(`${demo}/v2.0/card.json`) as { columns: Column[] };
  const { coefficients, intercepts } = readJson(`${demo}/v2.0/model.json`);

  /** What a card says of a column, word for word. */
  function valueOf({ center = 0, from, missing, scale = 1 }: Column, row: Row): number {
    const source = from.find(({ feature }) => feature in row);
    const given = source === undefined ? missing : (row as Record<string, unknown>)[source.feature];
    let value = Number(given);
    if (source?.equals !== undefined) value = given === source.equals ? 1 : 0;
    if (source?.at_least !== undefined) value = Number(given) >= source.at_least ? 1 : 0;
    return (value - center) / scale;
  }

  it('answers its golden rows as the formula does', () => {
    for (const { row, margin, probability, prediction } of readGoldenRows('v2.0')) {
      const score = columns.reduce(
        (sum, column, index) => sum + coefficients[0][index] * valueOf(column, row),
        intercepts[0],
      );
      expect(margin).toBeCloseTo(score, 12);
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(-score)), 13);
      expect(prediction).toBe(score >= 0 ? 1 : 0);
    }
  });
});

describe.each(['v1.1', 'v2.0'])('%s of the demo', (version) => {
  const random = createSeededRandom(11);
  const upTo = (most: number): number => Math.floor(random() * most);
  const golden = readGoldenRows(version).map(({ row }) => row as Readonly<Record<string, unknown>>);
  const asked = Array.from({ length: 2_000 }, () => ({
    ...golden[upTo(golden.length)],
    monthly_charges: 18 + upTo(100),
  }));

  it.each([
    ['tenure', 'raises', 72, -1],
    ['total_charges', 'raises', 8_000, -1],
    ['age', 'lowers', 100, 1],
  ])('more %s never %s the probability of leaving', (feature, _, most, direction) => {
    let moved = 0;
    for (const row of asked) {
      const [low, high] = [18 + upTo(most - 18), 18 + upTo(most - 18)].toSorted((a, b) => a - b);
      const before = probabilityOf(version, { ...row, [feature]: low! });
      const after = probabilityOf(version, { ...row, [feature]: high! });
      expect((after - before) * direction).toBeGreaterThanOrEqual(0);
      if (after !== before) moved++;
    }
    expect(moved).toBeGreaterThan(100);
  });
});
