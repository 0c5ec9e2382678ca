import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const booster = 'test/fixtures/xgboost/3.4.1/binary-logistic.model.json';
const folder = mkdtempSync(join(tmpdir(), 'spillway-explain-'));
const columns = ['age', 'tenure', 'monthly', 'balance', 'sign'];
const count = 5000;
const csv = [
  columns.join(','),
  ...Array.from({ length: count }, (_, row) =>
    [
      20 + (row % 50),
      row % 7 === 0 ? '' : row % 40,
      row % 101,
      (row % 311) - 150,
      (row % 2) * 2 - 1,
    ].join(','),
  ),
].join('\n');

function run(command: string, args: readonly string[], input: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', command, ...args],
    { encoding: 'utf8', input, maxBuffer: 2 ** 26 },
  );
  return { status, stdout, stderr };
}

function explain(args: readonly string[], input: string = csv) {
  return run('explain', args, input);
}

interface Summary {
  readonly rows: number;
  readonly max_rows: number | null;
  readonly units: string;
  readonly outputs: readonly {
    readonly output: unknown;
    readonly base_value: number;
    readonly features: readonly (Record<string, number> & { readonly feature: string })[];
  }[];
}

function summaryOf(stdout: string): Summary {
  return JSON.parse(stdout);
}

/** The names in a value, all the way down, of arrays those of the first element. */
function namesIn(value: unknown): unknown {
  if (Array.isArray(value)) return namesIn(value[0]);
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([name, part]) => [name, namesIn(part)]);
}

const model = ['--model', booster, '--input', '-'];

describe('spillway explain', () => {
  test('summarises what `spillway score --explain` says of every row', () => {
    const { status, stdout } = explain([...model, '--json']);
    expect(status).toBe(0);
    const summary = summaryOf(stdout);
    expect(summary).toMatchObject({ rows: count, max_rows: null, units: 'log-odds' });
    const scored = run('score', [...model, '--explain'], csv)
      .stdout.trimEnd()
      .split('\n');
    const explanations = scored.map((line) => JSON.parse(line).explanation);
    const [output] = summary.outputs;
    expect(output).toMatchObject({ output: 1, base_value: explanations[0].base_value });
    expect(output!.features.map(({ feature }) => feature).toSorted()).toEqual(columns.toSorted());
    for (const { feature, ...numbers } of output!.features) {
      const parts: number[] = explanations.map(({ attributions }) => attributions[feature]);
      const mean = (all: number[]) => all.reduce((sum, part) => sum + part) / count;
      expect(numbers['mean_absolute']).toBeCloseTo(mean(parts.map(Math.abs)), 9);
      expect(numbers['mean']).toBeCloseTo(mean(parts), 9);
      expect(numbers['min']).toBeCloseTo(Math.min(...parts), 9);
      expect(numbers['max']).toBeCloseTo(Math.max(...parts), 9);
      expect(numbers['missing']).toBe(feature === 'tenure' ? Math.ceil(count / 7) : 0);
    }
  });

  test('prints a table for people', () => {
    const { status, stdout } = explain(model);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      /^model {6}binary-logistic\.model\.json, xgboost 3\.4\.1, sha256 \w{64}$/,
    );
    expect(lines[1]).toBe('rows       5,000');
    expect(lines[2]).toMatch(
      /^explained {2}exactly, tree-shap-path-dependent, in units of log-odds; /,
    );
    expect(lines[4]).toMatch(/^1, base value 0\.02006$/);
    expect(lines[5]).toMatch(/^feature {2}mean \|SHAP\| +share +mean +min +max$/);
    const widths = lines.slice(5, 11).map(({ length }) => length);
    expect(new Set(widths).size).toBe(1);
  });

  test('writes one page beside the summary, the same bytes for the same rows', () => {
    const [first, second] = ['first.html', 'second.html'].map((name) => join(folder, name));
    const { status, stdout } = explain([...model, '--report', first!]);
    expect(status).toBe(0);
    expect(stdout).toBe(explain(model).stdout);
    explain([...model, '--report', second!]);
    const page = readFileSync(first!, 'utf8');
    expect(page).toBe(readFileSync(second!, 'utf8'));
    expect(page).toContain('<title>What moves the answers of binary-logistic.model.json</title>');
    expect(page).toContain('of 1,000 rows drawn at random');
    expect(page).toMatch(/<\/html>\n$/);
  });

  test('says in its help what the page about it says', () => {
    const options = (text: string) =>
      new Set([...text.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option));
    const page = readFileSync('docs/command-line.md', 'utf8');
    const [, section = ''] = /^## explain\n(.*?)^## /ms.exec(page) ?? [];
    const table = section.split('\n').filter((line) => line.startsWith('|'));
    expect(options(table.join('\n'))).toEqual(options(explain(['--help']).stdout));
    const [, example = ''] = /^```json\n(.*?)^```/ms.exec(section) ?? [];
    const real = summaryOf(explain([...model, '--json']).stdout);
    expect(namesIn(JSON.parse(example))).toEqual(namesIn(real));
  });

  test('puts the summary into a file when told to', () => {
    const output = join(folder, 'summary.json');
    expect(explain([...model, '--json', '--output', output])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(summaryOf(readFileSync(output, 'utf8')).rows).toBe(count);
  });

  test('stops after as many rows as it is told, and says so', () => {
    const { stdout } = explain([...model, '--max-rows', '4500', '--json']);
    expect(summaryOf(stdout)).toMatchObject({ rows: 4500, max_rows: 4500 });
    expect(explain([...model, '--max-rows', '10']).stdout).toMatch(
      /^rows {7}10, the first of the input$/m,
    );
  });

  test.each(['v1.0', 'v1.1', 'v2.0'])('explains the demo model %s by its card', (version) => {
    const rows = [20, 55, 90, 110].map((charges) =>
      JSON.stringify({
        age: 35,
        monthly_charges: charges,
        total_charges: 1200,
        contract: 'Two year',
      }),
    );
    const report = join(folder, `${version}.html`);
    const { status, stdout } = explain(
      ['--models', 'models/churn', '--version', version, '--input', '-', '--report', report],
      rows.join('\n'),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^model {6}churn ${version}, `));
    const page = readFileSync(report, 'utf8');
    expect(page).toContain(`<title>What moves the answers of churn ${version}</title>`);
    expect(page).toContain('Monthly charges');
  });

  test('passes over columns that are no features when told to', () => {
    const input = 'customer,age,tenure,monthly,balance,sign\nA-1,1,2,3,4,5\n';
    expect(explain(model, input)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/unknown columns "customer"/),
    });
    expect(explain([...model, '--id', 'customer'], input).status).toBe(0);
    expect(explain([...model, '--ignore-unknown'], input).status).toBe(0);
  });

  test.each([
    [
      'a bad value in a late row',
      `${csv}\n1,2,x,4,5\n`,
      /line 5002, column "monthly".*INVALID_ROW/,
    ],
    ['a header and no row', `${columns.join(',')}\n`, /the input has no rows.*INVALID_DATA/],
    ['nothing at all', '', /INVALID_DATA/],
  ])('leaves no file behind when there is %s', (_name, input, message) => {
    const report = join(folder, 'partial.html');
    const output = join(folder, 'partial.json');
    const { status, stderr, stdout } = explain(
      [...model, '--report', report, '--output', output],
      input,
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    for (const file of [report, output])
      expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
  });

  test('refuses a model that cannot be explained before a pipe has brought a row', async () => {
    const unexplained = 'test/fixtures/ml-js/logistic-binary.model.json';
    const args = ['dist/cli/main.js', 'explain', '--model', unexplained, '--input', '-', '--json'];
    const child = spawn(process.execPath, args); // its input stays open
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const [status] = await once(child, 'close');
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_EXPLAINABLE' });
  });

  test.each([
    ['no model', ['--input', '-'], 2, 'USAGE'],
    ['a model and a directory', ['--model', 'a', '--models', 'b', '--input', '-'], 2, 'USAGE'],
    ['no input', ['--model', booster], 2, 'USAGE'],
    ['an option that there is not', [...model, '--data', 'x'], 2, 'USAGE'],
    ['a page for the standard output', [...model, '--report', '-'], 2, 'USAGE'],
    ['one file for both', [...model, '--report', 'a', '--output', './a'], 2, 'USAGE'],
    ['no rows to stop after', [...model, '--max-rows', '0'], 2, 'USAGE'],
    ['a number of rows that is none', [...model, '--max-rows', '1e3'], 2, 'USAGE'],
    ['a directory without a choice', ['--models', 'models/churn', '--input', '-'], 2, 'USAGE'],
    [
      'an unknown version',
      ['--models', 'models/churn', '--version', 'v9', '--input', '-'],
      1,
      'UNKNOWN_VERSION',
    ],
    ['no such input', ['--model', booster, '--input', 'nothing.csv'], 1, 'FILE_UNAVAILABLE'],
    [
      'a folder that is not there',
      [...model, '--report', join(folder, 'no', 'page.html')],
      1,
      'FILE_UNAVAILABLE',
    ],
  ])('given %s ends in an error', (_name, args, code, word) => {
    const { status, stderr, stdout } = explain(args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^spillway: .*\\(${word}\\)\n$`, 's'));
    expect(status).toBe(code);
  });
});

describe('what is read', () => {
  const input = join(folder, 'kept.csv');
  const copy = join(folder, 'kept.model.json');
  const from = ['--model', copy, '--input', input];

  test.each([
    ['explain', ['--report', input], 'the input'],
    ['explain', ['--output', join(folder, '.', 'kept.csv')], 'the input'],
    ['explain', ['--report', copy], 'the model'],
    ['score', ['--output', input], 'the input'],
    ['score', ['--output', copy], 'the model'],
  ])('is never written over: %s %j', (command, args, what) => {
    writeFileSync(input, csv);
    copyFileSync(booster, copy);
    const { status, stderr } = run(command, [...from, ...args], '');
    expect(status).toBe(2);
    expect(stderr).toContain(`would write over ${what} (USAGE)`);
    expect(readFileSync(input, 'utf8')).toBe(csv);
    expect(readFileSync(copy)).toEqual(readFileSync(booster));
  });
});
