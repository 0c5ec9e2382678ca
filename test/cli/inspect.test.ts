import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

function inspect(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'inspect', ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr, lines: stdout.split('\n') };
}

const booster = 'test/fixtures/xgboost/3.4.1/binary-logistic.model.json';

describe('spillway inspect', () => {
  test('says in ten lines what a file is', () => {
    const { lines, status } = inspect(booster);
    expect(status).toBe(0);
    expect(lines).toHaveLength(11);
    expect(lines.slice(2, 10)).toEqual([
      'card       none: labels, thresholds and the names of rows are those of the file',
      'format     xgboost 3.4.1, binary:logistic',
      'answers    binary, labels 0, 1',
      'model      8 trees of depth up to 3, 56 leaves',
      'features   5: age, tenure, monthly, balance, sign',
      'missing    every value may be missing',
      'explained  exactly, tree-shap-path-dependent, in units of log-odds',
      'serves     yes',
    ]);
  });

  test('says what the page about it shows', () => {
    const page = readFileSync('docs/command-line.md', 'utf8');
    const [, args = '', shown] = /^\$ npx spillway inspect (\S+)\n(.*?)^```/ms.exec(page) ?? [];
    expect(inspect(args).stdout).toBe(shown);
  });

  test('reports every version of a model directory', () => {
    const { stdout, status } = inspect('models/churn');
    expect(status).toBe(0);
    expect(stdout.match(/^version .*$/gm)).toEqual([
      'version    v1.0',
      'version    v1.1',
      'version    v2.0',
    ]);
    expect(stdout).toMatch(/^card {7}churn$/m);
  });

  test('shows no control characters of a file to the terminal', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'spillway-inspect-')), 'model.json');
    const text = readFileSync(booster, 'utf8');
    writeFileSync(file, text.replaceAll('"tenure"', String.raw`"te\u001b[2Jnure"`));
    expect(inspect(file).lines[6]).toBe(
      String.raw`features   5: age, te\u{1b}[2Jnure, monthly, balance, sign`,
    );
  });

  test('ends in one line when nobody reads its answer', async () => {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'inspect', booster]);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const [status] = await once(child, 'close');
    expect({ stderr, status }).toEqual({
      stderr: 'spillway: cannot write "the standard output": EPIPE (FILE_UNAVAILABLE)\n',
      status: 1,
    });
  });

  test('gives the same as JSON', () => {
    const reports = JSON.parse(inspect('models/churn/v1.1', '--json').stdout);
    expect(reports).toMatchObject([
      {
        name: 'v1.1',
        failure: null,
        model: { format: 'xgboost', task: 'binary', structure: { kind: 'tree-ensemble' } },
      },
    ]);
  });

  test('says what keeps a file from being served, and exits with 1', () => {
    const { lines, status, stderr } = inspect('package.json');
    expect(status).toBe(1);
    expect(lines.at(-2)).toMatch(
      /^serves {5}no: UNKNOWN_FORMAT: .*the formats that can be read are/,
    );
    expect(stderr).toBe('spillway: package.json cannot be served (INVALID_MODEL)\n');
  });

  test.each([
    ['no file', ['nothing-here.json'], 1, 'MODEL_NOT_FOUND'],
    ['no argument', [], 2, 'USAGE'],
    ['two files', ['a', 'b'], 2, 'USAGE'],
    ['an unknown option', ['--deep', booster], 2, 'USAGE'],
  ])('given %s ends in an error', (_name, args, code, word) => {
    const { status, stderr, stdout } = inspect(...args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(new RegExp(`^spillway: .*\\(${word}\\)\n$`));
    expect(status).toBe(code);
    const asJson = inspect(...args, '--json');
    expect(JSON.parse(asJson.stderr)).toMatchObject({ code: word });
  });
});
