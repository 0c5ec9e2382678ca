import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway, readModel } from '../../src/index.ts';

let folder: string;
let data: string;
const plans = ['Month-to-month', 'One year', '"Two, ""long"""'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-train-'));
  data = join(folder, 'rows.csv');
  const rows = Array.from({ length: 240 }, (_, row) => {
    const tenure = (row * 7) % 73;
    const leaves = tenure + ((row * 13) % 40) < 45 ? 'Yes' : 'No';
    const level = ['low', 'middle', 'high'][Math.floor(tenure / 25)];
    const gap = row % 9 === 0 ? '' : tenure;
    return [
      `c${row}`,
      gap,
      20 + ((row * 37) % 100),
      plans[row % 3],
      leaves,
      level,
      tenure * 2 + (row % 5),
    ];
  });
  const header = ['id', 'tenure', 'charges', 'plan', 'churn', 'level', 'spent'];
  writeFileSync(data, `\uFEFF${[header, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function spillway(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/cli/main.js', ...args], (error, out, stderr) =>
      resolve({ code: Number(error?.code ?? 0), out, error: stderr }),
    );
  });
}

const train = (...args: string[]) => spillway('train', '--data', data, ...args);
const place = (name: string) => join(folder, name);
const read = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const others = ['churn', 'level', 'spent'];
const only = (target: string) =>
  others.filter((name) => name !== target).flatMap((name) => ['--ignore', name]);

describe('spillway train', () => {
  test.each([
    ['churn', 'binary', ['boosting', 'forest', 'logistic'], 'auc'],
    ['level', 'multiclass', ['boosting', 'forest', 'logistic'], 'logLoss'],
    ['spent', 'regression', ['boosting', 'forest', 'linear'], 'rmse'],
  ])(
    'writes one version per algorithm for %s, and each serves',
    async (target, task, algorithms, metric) => {
      const out = place(`all-${target}`);
      const run = await train(
        '--target',
        target,
        ...only(target),
        '--algorithm',
        'all',
        '--out',
        out,
      );
      expect(run).toMatchObject({ code: 0, error: '' });
      expect(run.out).toContain(`target     ${target}, ${task}`);
      expect(run.out).toContain('left out   id: every row has a text of its own, as a name has');
      expect(readdirSync(out)).toEqual(algorithms);
      for (const name of algorithms) {
        expect(readdirSync(join(out, name))).toEqual([
          'background.json',
          'card.json',
          'golden-rows.jsonl',
          'model.json',
          ...(['logistic', 'linear'].includes(name) ? ['model.onnx'] : []),
          'report.html',
          'report.json',
          'report.md',
        ]);
        const card = read(`all-${target}`, name, 'card.json');
        expect(card).toMatchObject({ task, training: { target, rows: 240, algorithm: name } });
        expect(card.metrics[metric]).toMatchObject({
          value: expect.any(Number),
          low: expect.any(Number),
        });
      }
      const gateway = await createGateway({ models: out });
      try {
        // a missing value, and a text that the CSV had in quotes
        const row = { tenure: null, charges: 60, plan: 'Two, "long"' };
        const answers = (await gateway.compare(row)).results;
        expect(answers.map(({ modelVersion }) => modelVersion).toSorted()).toEqual(algorithms);
        for (const answer of answers) expect(answer).not.toHaveProperty('error');
        // ONNX computes in float32, and has the empty text for a category that is missing
        const linear = algorithms.at(-1)!;
        const inOnnx = readModel(readFileSync(join(out, linear, 'model.onnx'))).predict(row);
        const served = answers.find(({ modelVersion }) => modelVersion === linear)!;
        if ('error' in served) throw new Error(served.error.message);
        const numbersOf = ({ probabilities, probability, value }: typeof inOnnx | typeof served) =>
          [probabilities ?? probability ?? value!].flat();
        for (const [output, number] of numbersOf(served).entries()) {
          expect(numbersOf(inOnnx)[output]).toBeCloseTo(number, 4);
        }
        const decision = await gateway.predictReliable(row, { explain: true });
        expect(decision.explanation?.exact).toBe(true);
      } finally {
        await gateway.close();
      }
      expect((await spillway('inspect', out)).code).toBe(0);
    },
  );

  test('writes the same bytes for the same rows and seed with any number of threads, but for the date', async () => {
    const args = ['--target', 'churn', ...only('churn'), '--algorithm', 'boosting', '--seed', '7'];
    const config = place('sampled.json');
    writeFileSync(config, JSON.stringify({ boosting: { subsample: 0.7, num_boost_round: 20 } }));
    for (const name of ['one', 'two']) {
      const threads = name === 'two' ? ['--threads', '2'] : [];
      expect(
        (await train(...args, '--config', config, ...threads, '--out', place(name))).code,
      ).toBe(0);
    }
    const card = (name: string) => ({ ...read(name, 'card.json'), created_at: '', version: '' });
    expect(card('two')).toEqual(card('one'));
    expect(read('two', 'report.json')).toEqual(read('one', 'report.json'));
  });

  test('takes parameters, schema, threshold and card from train.json', async () => {
    const config = place('train.json');
    writeFileSync(
      config,
      JSON.stringify({
        target: 'churn',
        algorithm: 'boosting',
        ignore: ['id', 'level', 'spent'],
        validation: '3-fold',
        boosting: { max_depth: 2, eta: 0.2, num_boost_round: 12 },
        threshold: { by: 'cost', false_positive: 1, false_negative: 5 },
        schema: [
          { name: 'tenure', label: 'Months', unit: 'months', monotonic: 'decreasing', min: 0 },
        ],
        card: { name: 'churn', owner: 'Sales', intended_use: 'Offers.', weight: 0.5 },
      }),
    );
    const run = await train('--config', config, '--out', place('configured'));
    expect(run).toMatchObject({ code: 0, error: '' });
    const card = read('configured', 'card.json');
    expect(card).toMatchObject({
      name: 'churn',
      owner: 'Sales',
      intended_use: 'Offers.',
      weight: 0.5,
      training: { parameters: { max_depth: 2, monotone_constraints: { tenure: -1 } }, trees: 12 },
    });
    expect(card.features[0]).toMatchObject({ label: 'Months', unit: 'months', min: 0 });
    expect(card.decision_threshold).toBeLessThan(0.5);
    expect(card.training.how).toContain('in 3 folds');
  });

  test('stops early on rows that are not measured, and writes the model that stopped', async () => {
    const config = place('stopping.json');
    writeFileSync(config, JSON.stringify({ boosting: { early_stopping_rounds: 3, eta: 0.5 } }));
    const args = ['--target', 'churn', ...only('churn'), '--algorithm', 'boosting'];
    await train(...args, '--config', config, '--out', place('stopped'));
    const { training } = read('stopped', 'card.json');
    // 240 rows: 48 held out, 15 % of the other 192 decide when to stop
    expect(training.rows).toBe(163);
    expect(training.trees).toBe(training.best_iteration + 1);
    expect(training.trees).toBeLessThan(100);
  });

  test.each(['sigmoid', 'isotonic'])(
    'calibrates probabilities by a %s, in folds of the rows to learn from',
    async (kind) => {
      const config = place(`${kind}.json`);
      writeFileSync(
        config,
        JSON.stringify({ calibration: kind, boosting: { num_boost_round: 30 } }),
      );
      const args = ['--target', 'churn', ...only('churn'), '--algorithm', 'boosting'];
      const run = await train(...args, '--config', config, '--out', place(kind));
      expect(run).toMatchObject({ code: 0, error: '' });
      const card = read(kind, 'card.json');
      expect(card.calibration.kind).toBe(kind);
      expect(card.training.warnings ?? []).not.toContainEqual(expect.stringContaining('onnx'));
      expect(card.training.how).toContain(
        `calibrated (${kind}) by the scores of 240 of these rows in 5 folds`,
      );
      const { out } = await spillway('inspect', place(kind));
      expect(out).toContain('explained  exactly, interventional-shap, in units of probability');
    },
  );

  test('replaces a version only when forced, and leaves nothing behind', async () => {
    const out = place('again');
    const args = ['--target', 'churn', ...only('churn'), '--algorithm', 'logistic', '--out', out];
    expect((await train(...args)).code).toBe(0);
    const refused = await train(...args);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.error).toMatch(/is there already: .*--force \(FILE_UNAVAILABLE\)/);
    expect((await train(...args, '--force')).code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('measures on another file as the model will serve, with categories that it may not know', async () => {
    const config = place('others.json');
    const schema = [{ name: 'plan', other_categories: true }];
    writeFileSync(config, JSON.stringify({ schema }));
    const other = place('other.csv');
    const [header, ...lines] = readFileSync(data, 'utf8').split('\r\n');
    writeFileSync(
      other,
      [header, ...lines.map((line) => line.replace('One year', 'Ten years'))].join('\n'),
    );
    const args = ['--target', 'churn', ...only('churn'), '--algorithm', 'forest', '--validation'];
    const refused = await train(...args, other, '--out', place('stranger'));
    expect(refused.error).toMatch(/other\.csv: .*"Ten years": expected one of/);
    const taken = await train(...args, other, '--config', config, '--out', place('stranger'));
    expect(taken.code).toBe(0);
    expect(taken.out).toContain('Measured on the 240 rows of another file.');
    expect(taken.out).toContain('160 of 240 validation rows equal a training row in every input');
  });

  test.each([
    [['--algorithm', 'boosting', '--out', 'x'], 2, 'expected --target COLUMN (USAGE)'],
    [['--target', 'churn', '--algorithm', 'boosting'], 2, 'expected --out DIR (USAGE)'],
    [['--target', 'churn', '--algorithm', 'magic', '--out', 'x'], 2, '/algorithm: Invalid option'],
    [
      ['--target', 'nothing', '--algorithm', 'boosting', '--out', 'x'],
      1,
      'there is no column "nothing" to be the target',
    ],
    [['--target', 'churn', '--algorithm', 'linear', '--out', 'x'], 1, 'is no number in 240 rows'],
    [
      ['--target', 'churn', '--algorithm', 'boosting', '--out', 'x', '--validation', '1-fold'],
      2,
      'at least 2 folds',
    ],
    [
      ['--target', 'churn', '--algorithm', 'boosting', '--out', 'x', '--positive', 'maybe'],
      2,
      'positive is none of the labels "No", "Yes"',
    ],
    [
      ['--target', 'churn', '--algorithm', 'boosting', '--out', 'x', '--split', 'group'],
      2,
      'the methods group and time need a column (--split-column)',
    ],
    [
      ['--target', 'churn', '--algorithm', 'forest', '--out', 'x', '--task', 'multiclass'],
      1,
      'has 2 different values, which is a binary task',
    ],
    [['--target', 'churn', '--algorithm', 'forest', '--out', ''], 2, 'expected --out DIR (USAGE)'],
    [
      // biome-ignore format: options and their values stand together
      ['--target', 'churn', '--algorithm', 'forest', '--out', 'x', '--split', 'random', '--validation', 'none'],
      2,
      'split does nothing',
    ],
  ])('refuses %j', async (args, code, message) => {
    const run = await train(...args);
    expect(run.error).toContain(message);
    expect(run.code).toBe(code);
  });

  test.each([
    ['y\n1\n', 'is 1 in every row'],
    ['x,y\n1,a\n2,\n', 'the target "y" is missing in 1 of 2 rows'],
    ['x,y\n1,a\n2,b\n3,a\n', '3 rows; at least 10 are needed'],
    ['x,x,y\n1,2,a\n', 'the header names twice "x"'],
    ['x,y\n1,1\n2,inf\n', 'the target "y" is infinite, first on line 3'],
  ])('refuses the rows %j', async (text, message) => {
    const bad = place('bad.csv');
    writeFileSync(bad, text);
    const run = await spillway(
      'train',
      '--data',
      bad,
      '--target',
      'y',
      '--algorithm',
      'boosting',
      '--out',
      place('bad'),
    );
    expect(run.error).toContain(message);
    expect(run.code).toBe(1);
  });

  test('lists all faults of a configuration', async () => {
    const config = place('faulty.json');
    writeFileSync(
      config,
      JSON.stringify({ tagret: 'y', seed: -1, threshold: 2, card: { colour: 1 } }),
    );
    const run = await train(
      '--target',
      'churn',
      '--config',
      config,
      '--algorithm',
      'boosting',
      '--out',
      'x',
    );
    expect(run.code).toBe(2);
    for (const word of ['tagret', '/seed', '/threshold', 'colour'])
      expect(run.error).toContain(word);
    writeFileSync(
      config,
      JSON.stringify({ boosting: { max_dept: 3, eta: 7 }, forest: { n_estimators: 0 } }),
    );
    const other = await train(
      '--target',
      'churn',
      '--config',
      config,
      '--algorithm',
      'all',
      '--out',
      place('never'),
    );
    expect(other.code).toBe(2);
    for (const word of ['/boosting/max_dept', '/boosting/eta', '/forest/n_estimators']) {
      expect(other.error).toContain(word);
    }
    expect(readdirSync(folder)).not.toContain('never');
  });
});
