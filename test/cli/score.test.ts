import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { loadFixture } from '../formats/xgboost-fixtures.ts';

const { columns, rows, margins } = loadFixture('3.4.1', 'binary-logistic');
const booster = 'test/fixtures/xgboost/3.4.1/binary-logistic.model.json';
const folder = mkdtempSync(join(tmpdir(), 'spillway-score-'));
const csv = [columns.join(','), ...rows.map((row) => Array.from(row, spell).join(','))].join('\n');

function spell(value: number): string {
  if (Number.isNaN(value)) return '';
  return Object.is(value, -0) ? '-0' : String(value);
}

function score(args: readonly string[], input: string = csv) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'score', ...args],
    { encoding: 'utf8', input },
  );
  return { status, stdout, stderr };
}

function lines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('spillway score', () => {
  test("answers each row with the library's margin, in the order of the input", () => {
    const { status, stdout } = score(['--model', booster, '--input', '-']);
    expect(status).toBe(0);
    const answers = lines(stdout);
    expect(answers.map(({ margin }) => margin)).toEqual(
      margins.map(([margin]) => Math.fround(margin!)),
    );
    expect(Object.keys(answers[0]!)).toEqual([
      'margin',
      'probability',
      'prediction',
      'model_version',
    ]);
    expect(answers[0]!['model_version']).toBe('binary-logistic.model.json');
  });

  test('reads JSON Lines, told from a CSV by the first byte', () => {
    const jsonl = rows
      .filter((row) => row.every((value) => Math.abs(value) !== Number.POSITIVE_INFINITY))
      .map((row) => JSON.stringify(Array.from(row)))
      .join('\n');
    const { status, stdout } = score(['--model', booster, '--input', '-'], jsonl);
    expect(status).toBe(0);
    expect(lines(stdout).length).toBeGreaterThan(10);
  });

  test('writes a CSV where the output is named so', () => {
    const output = join(folder, 'answers.csv');
    const { status, stdout } = score(['--model', booster, '--input', '-', '--output', output]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    const [header, first] = readFileSync(output, 'utf8').split('\n');
    expect(header).toBe('margin,probability,prediction,model_version');
    expect(first?.split(',')[0]).toBe(String(Math.fround(margins[0]![0]!)));
  });

  test('puts ids first and passes over other columns when told to', () => {
    const input = 'customer,age,tenure,monthly,balance,sign\nA-1,1,2,3,4,5\n';
    const refused = score(['--model', booster, '--input', '-'], input);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/unknown columns "customer"/);
    const { stdout } = score(['--model', booster, '--input', '-', '--id', 'customer'], input);
    expect(lines(stdout)[0]).toMatchObject({ id: 'A-1' });
    const ignored = score(['--model', booster, '--input', '-', '--ignore-unknown'], input);
    expect(ignored.status).toBe(0);
  });

  test('explains every answer exactly', () => {
    const { stdout } = score(['--model', booster, '--input', '-', '--explain']);
    for (const { explanation, margin } of lines(stdout)) {
      expect(explanation).toMatchObject({
        units: 'log-odds',
        method: 'tree-shap-path-dependent',
      });
      const { base_value: base, attributions } = explanation as {
        base_value: number;
        attributions: Record<string, number>;
      };
      const sum = Object.values(attributions).reduce((total, part) => total + part, base);
      expect(sum).toBeCloseTo(margin as number, 4);
    }
  });

  test('answers as the gateway does for a version of a model directory', async () => {
    const gateway = await createGateway();
    const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
    const input = JSON.stringify(row);
    for (const version of ['v1.0', 'v1.1', 'v2.0']) {
      const { probability } = await gateway.predict(row, { modelVersion: version });
      const { stdout } = score(
        ['--models', 'models/churn', '--version', version, '--input', '-'],
        input,
      );
      expect(lines(stdout)).toMatchObject([{ model_version: version, probability }]);
    }
    await gateway.close();
  });

  test('leaves no output behind when a row is bad, and says which', () => {
    const output = join(folder, 'partial.jsonl');
    const input = `${csv}\n1,2,x,4,5\n`;
    const { status, stderr } = score(
      ['--model', booster, '--input', '-', '--output', output],
      input,
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      `spillway: line ${rows.length + 2}, column "monthly": "x": expected a number; got a string (INVALID_ROW)\n`,
    );
    expect(existsSync(output)).toBe(false);
    expect(existsSync(`${output}.partial`)).toBe(false);
  });

  describe('with a file long enough for several threads', () => {
    const model = 'test/fixtures/ml-js/logistic-binary.model.json';
    const count = 50_000;
    const long = Array.from({ length: count }, (_, row) => `${row / count},1,0,-1`);
    const header = 'id,f0,f1,f2,f3';
    const output = join(folder, 'long.jsonl');
    const args = ['--model', model, '--input', '-', '--id', 'id', '--output', output];

    test('keeps the order of the rows', () => {
      const numbered = long.map((row, index) => `${index},${row}`);
      const { status } = score(args, [header, ...numbered].join('\n'));
      expect(status).toBe(0);
      const answers = lines(readFileSync(output, 'utf8'));
      expect(answers.map(({ id }) => id)).toEqual(long.map((_, index) => String(index)));
      // a linear model: what is answered later lies on the line of what is answered first
      const [first, second] = answers.map(({ margin }) => margin as number);
      const step = second! - first!;
      for (const row of [9_999, 33_333, 40_960, count - 1]) {
        expect(answers[row]!['margin']).toBeCloseTo(first! + row * step, 6);
      }
      rmSync(output);
    });

    test('names the row for which a thread has no usable answer, and leaves no output', () => {
      const broken = long.map((row, index) =>
        index === 45_000 ? '0,inf,-inf,inf,-inf' : `0,${row}`,
      );
      const { status, stderr } = score(args, [header, ...broken].join('\n'));
      expect(status).toBe(1);
      expect(stderr).toMatch(/^spillway: row 45001: .*\(INVALID_OUTPUT\)\n$/);
      expect(existsSync(output)).toBe(false);
    });
  });

  test.each([
    ['--output', join(folder, 'no', 'such', 'folder'), 'FILE_UNAVAILABLE'],
    ['--explain', '--json', 'NOT_EXPLAINABLE'],
  ])(
    'refuses what it cannot do (%s) before a pipe has brought a row',
    async (option, value, code) => {
      const model = 'test/fixtures/ml-js/logistic-binary.model.json';
      const args = ['dist/cli/main.js', 'score', '--model', model, '--input', '-', option, value];
      const child = spawn(process.execPath, args); // its input stays open
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += chunk));
      const [status] = await once(child, 'close');
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(code) });
    },
  );

  test('names the row for which a model has no usable answer', () => {
    const model = 'test/fixtures/ml-js/logistic-binary.model.json';
    const { status, stderr } = score(
      ['--model', model, '--input', '-'],
      'f0,f1,f2,f3\n1,1,1,1\ninf,-inf,inf,-inf\n',
    );
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^spillway: row 2: .*\(INVALID_OUTPUT\)\n$/),
    });
  });

  describe('of a file that is long enough for threads', () => {
    const count = 60_000;
    const long = (last: string) =>
      `id,f0,f1,f2,f3\n${Array.from({ length: count }, (_, row) => `${row},${row % 97},1,${row % 7},-1\n`).join('')}${last}`;
    const model = 'test/fixtures/ml-js/logistic-binary.model.json';
    const args = ['--model', model, '--input', '-', '--id', 'id'];

    test('answers in the order of the rows', () => {
      const output = join(folder, 'ordered.jsonl');
      expect(score([...args, '--output', output], long('')).status).toBe(0);
      const answers = lines(readFileSync(output, 'utf8'));
      expect(answers.map(({ id }) => id)).toEqual(answers.map((_, row) => String(row)));
      expect(answers).toHaveLength(count);
      const period = 97 * 7;
      for (const [row, { margin }] of answers.entries()) {
        if (margin !== answers[row % period]!['margin']) throw new Error(`row ${row} differs`);
      }
    });

    test('names the row that a thread could not answer', () => {
      const output = join(folder, 'long.jsonl');
      const { status, stderr } = score(
        [...args, '--output', output],
        long('x,inf,-inf,inf,-inf\n'),
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^spillway: row ${count + 1}: .*\\(INVALID_OUTPUT\\)\n$`));
      expect(existsSync(output)).toBe(false);
    });
  });

  test.each([
    ['no model', ['--input', '-'], 2, 'USAGE'],
    ['a model and a directory', ['--model', 'a', '--models', 'b', '--input', '-'], 2, 'USAGE'],
    ['no input', ['--model', booster], 2, 'USAGE'],
    ['an unknown format', ['--model', booster, '--input', '-', '--format', 'xml'], 2, 'USAGE'],
    ['a directory without a choice', ['--models', 'models/churn', '--input', '-'], 2, 'USAGE'],
    [
      'a version without a directory',
      ['--model', booster, '--version', 'v1', '--input', '-'],
      2,
      'USAGE',
    ],
    [
      'an unknown version',
      ['--models', 'models/churn', '--version', 'v9', '--input', '-'],
      1,
      'UNKNOWN_VERSION',
    ],
    ['no such input', ['--model', booster, '--input', 'nothing.csv'], 1, 'FILE_UNAVAILABLE'],
    ['a file that is no model', ['--model', 'package.json', '--input', '-'], 1, 'UNKNOWN_FORMAT'],
  ])('given %s ends in an error', (_name, args, code, word) => {
    const { status, stderr, stdout } = score(args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^spillway: .*\\(${word}\\)\n$`));
    expect(status).toBe(code);
  });
});
