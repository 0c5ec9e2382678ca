import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readModel } from '../../../src/scoring/index.ts';
import {
  readTrainingTable,
  trainBoosting,
  trainLogistic,
  writeLinearModel,
  writeOnnxModel,
} from '../../../src/training.ts';
import { writeBooster } from '../../../src/xgboost.ts';

const folder = mkdtempSync(join(tmpdir(), 'spillway-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = Array.from({ length: 60 }, (_, row) => ({
  tenure: (row * 7) % 23,
  plan: ['basic', 'pro', null][row % 3],
  charge: row % 5 === 0 ? undefined : row + 0.5,
  counts: 1 + (row % 2),
  churn: (row * 7) % 23 < 11 ? 'Yes' : 'No',
}));

describe('rows to train on', () => {
  it('are the same from memory, from JSON Lines and from CSV', async () => {
    const lines = join(folder, 'rows.jsonl');
    writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
    const csv = join(folder, 'rows.csv');
    const names = ['tenure', 'plan', 'charge', 'counts', 'churn'] as const;
    const texts = rows.map((row) => names.map((name) => row[name] ?? '').join(','));
    writeFileSync(csv, [names.join(','), ...texts].join('\r\n'));
    const options = { target: 'churn', weight: 'counts' };
    const inMemory = await readTrainingTable({ ...options, data: rows });
    expect(await readTrainingTable({ ...options, data: lines })).toEqual(inMemory);
    expect(await readTrainingTable({ ...options, data: csv })).toEqual(inMemory);
    const { classes, labels, table, task, weights } = inMemory;
    expect({ classes, task }).toEqual({ classes: ['No', 'Yes'], task: 'binary' });
    expect([...labels]).toEqual(rows.map(({ churn }) => (churn === 'Yes' ? 1 : 0)));
    expect([...weights!]).toEqual(rows.map(({ counts }) => counts));
    const [tenure, plan, charge] = table.columns;
    expect(table.columns).toHaveLength(3);
    expect([...tenure!.values]).toEqual(rows.map((row) => row.tenure));
    expect(plan).toMatchObject({ type: 'category', categories: ['basic', 'pro'] });
    expect([...plan!.values].slice(0, 3)).toEqual([0, 1, Number.NaN]);
    expect([...charge!.values].slice(0, 2)).toEqual([Number.NaN, 1.5]);
  });

  it('become models that answer rows', async () => {
    const { labels, table } = await readTrainingTable({
      data: rows,
      target: 'churn',
      ignore: ['plan', 'charge', 'counts'],
    });
    const parameters = { objective: 'binary:logistic' as const, num_boost_round: 9 };
    const { booster } = await trainBoosting({ table, labels, parameters, inline: true });
    const boosted = readModel(writeBooster(booster));
    expect(boosted.predict({ tenure: 3 }).probability).toBeGreaterThan(0.5);
    expect(boosted.predict({ tenure: 20 }).probability).toBeLessThan(0.5);
    const fit = await trainLogistic({ table, labels, inline: true });
    const fitted = readModel(writeLinearModel(fit)).predict({ tenure: 3 });
    const [slope, intercept] = [fit.coefficients[0]!, fit.intercepts[0]!];
    expect(fitted.probability).toBeCloseTo(1 / (1 + Math.exp(-(slope * 3 + intercept))), 14);
    const inOnnx = readModel(writeOnnxModel(fit), { columns: ['tenure'] }).predict({
      tenure: 3,
    });
    expect(inOnnx.probability).toBeCloseTo(fitted.probability!, 6);
  });

  it('are refused where a number would be lost', async () => {
    const infinite = [...rows, { ...rows[0]!, tenure: Number.POSITIVE_INFINITY }];
    await expect(readTrainingTable({ data: infinite, target: 'churn' })).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: 'row 60: "tenure" is Infinity, and no finite number',
    });
  });

  it('need the target', async () => {
    await expect(readTrainingTable({ data: rows, target: 'Churn' })).rejects.toMatchObject({
      code: 'INVALID_DATA',
    });
  });
});
