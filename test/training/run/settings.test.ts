import { describe, expect, test } from 'vitest';
import { summariseRows } from '../../../src/data/index.ts';
import { checkStatedCard, parseTrainConfig } from '../../../src/training/index.ts';
import { chooseTarget } from '../../../src/training/table/choose-target.ts';

async function choose(values: readonly unknown[], stated: object = {}) {
  const text = `y\n${values.map((value) => `"${String(value)}"`).join('\n')}\n`;
  const summary = await summariseRows([Buffer.from(text)], { format: 'csv' });
  return chooseTarget(summary, { name: 'y', task: null, positive: null, ...stated });
}

describe('settings', () => {
  test.each([
    [{ target: 'y', weight: 'y' }, '/weight: is the target'],
    [{ target: 'y', ignore: ['x', 'y'] }, '/ignore: has the target'],
    [{ target: 'y', split: { method: 'group', column: 'y' } }, '/split/column: is the target'],
    [
      { stopping_share: 0.2, forest: { early_stopping_rounds: 3 } },
      '/stopping_share: does nothing without early_stopping_rounds in boosting',
    ],
  ])('are refused when they say two things: %j', (settings, message) => {
    expect(() => parseTrainConfig(settings)).toThrow(message);
  });

  test('of when to stop belong together', () => {
    const settings = { stopping_share: 0.2, boosting: { early_stopping_rounds: 3 } };
    expect(parseTrainConfig(settings).stopping_share).toBe(0.2);
  });

  test.each([
    [{ card: { serving: { foo: 1 } } }, '/serving'],
    [{ card: { risk_thresholds: { high: 0.1, medium: 0.9 } } }, 'medium is above high'],
    [{ card: { explain: { method: 'interventional' } }, background_rows: 0 }, '/explain'],
  ])('that no card could have are refused before anything is trained: %j', (settings, message) => {
    const features = [{ name: 'x', type: 'number', required: false } as const];
    const stated = { features, task: 'binary', labels: ['no', 'yes'] } as const;
    checkStatedCard({ ...stated, config: parseTrainConfig({}) });
    const check = () => checkStatedCard({ ...stated, config: parseTrainConfig(settings) });
    expect(check).toThrow(message);
    expect(check).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG', faults: [expect.anything()] }),
    );
  });
});

describe('a target', () => {
  test.each([
    [[1, 2, 2, 1], 2],
    [[0, 1, 1], 1],
    [['no', 'yes', 'no'], 'yes'],
    [['true', 'false'], true],
    [['b', 'a'], 'b'],
  ])('of %j has the positive label %j', async (values, positive) => {
    expect((await choose(values)).labels[1]).toBe(positive);
  });

  test('of few whole numbers is a regression that says it may be labels', async () => {
    const { notes, task } = await choose([0, 1, 2, 1]);
    expect(task).toBe('regression');
    expect(notes.at(-1)).toContain('3 different whole numbers: if they are labels');
    expect((await choose([0, 1, 2.5])).notes).toHaveLength(1);
    expect((await choose([...Array(11).keys()])).notes).toHaveLength(1);
  });

  test('of two amounts says what its task is', async () => {
    await expect(choose([0.5, 1])).rejects.toThrow('if they are amounts, the task is regression');
    expect((await choose([0.5, 1], { task: 'regression' })).labels).toEqual([]);
  });

  test('whose labels differ by capitals or blanks only says so', async () => {
    expect((await choose(['no', 'yes', 'No', 'yes '])).notes.at(-1)).toBe(
      'labels differ by capitals or blanks only: "No", "no", "yes", "yes "',
    );
    expect((await choose(['no', 'yes', 'maybe'])).notes.join()).not.toContain('differ');
  });
});
