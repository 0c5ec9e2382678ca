// The Python of docs/training.md answers what we do. Name interpreters, each with NumPy and XGBoost or onnxruntime, as in
// SPILLWAY_TRAINING_PYTHONS=/venvs/xgboost/bin/python:/venvs/onnx/bin/python npx vitest run training-judges
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../src/core/index.ts';

const setting = 'SPILLWAY_TRAINING_PYTHONS';
const pythons = (process.env[setting] ?? '').split(delimiter).filter((path) => path !== '');
const scripts = [
  ...readFileSync('docs/training.md', 'utf8').matchAll(/^```python\n(.*?)^```/gms),
].map(([, script = '']) => script);
const minutes = 5 * 60_000;
const main = join(process.cwd(), 'dist/cli/main.js');

test('the Python of docs/training.md is there to be judged: trees, a weighted sum, ONNX', () => {
  const libraries = scripts.map((script) => /^import (xgboost|onnxruntime)/m.exec(script)?.[1]);
  expect(libraries).toEqual(['xgboost', undefined, 'onnxruntime']);
});

describe.skipIf(pythons.length === 0)(`judges (skipped without ${setting})`, () => {
  let folder = '';
  const spillway = (line: string): string =>
    execFileSync(process.execPath, [main, ...line.split(' ')], { cwd: folder }).toString();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'spillway-training-'));
    writeFileSync(join(folder, 'customers.csv'), makeCustomers());
    const train = 'train --data customers.csv --target Churn';
    spillway(`${train} --algorithm boosting --out models/churn/v1.0`);
    spillway(`${train} --algorithm logistic --out models/churn/logistic`);
    const row = JSON.stringify({ tenure: 2, Contract: 'Month-to-month', MonthlyCharges: 89.9 });
    writeFileSync(join(folder, 'row.jsonl'), `${row}\n`);
  }, minutes);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What we answer, as probabilities. */
  function ours(version: string, input: string): number[] {
    return spillway(`score --model models/churn/${version} --input ${input} --ignore-unknown`)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly probability: number }).probability);
  }

  test.each(
    pythons.flatMap((python) => scripts.map((script, index) => [python, index, script] as const)),
  )(
    '%s prints our probabilities by script %i',
    (python, _, script) => {
      const library = /^import (xgboost|onnxruntime)/m.exec(script)?.[1] ?? 'numpy';
      try {
        execFileSync(python, ['-c', `import ${library}`], { stdio: 'ignore' });
      } catch {
        process.stderr.write(`${python} has no ${library}\n`);
        return;
      }
      const printed = execFileSync(python, ['-c', script], { cwd: folder }).toString();
      const numbers = (printed.match(/\d\.\d+(?:e-\d+)?/g) ?? []).map(Number);
      const expected =
        library === 'xgboost'
          ? ours('v1.0', 'customers.csv').slice(0, 3)
          : ours('logistic', 'row.jsonl');
      const answers = library === 'onnxruntime' ? numbers.slice(1) : numbers;
      expect(answers).toHaveLength(expected.length);
      for (const [at, number] of answers.entries()) expect(number).toBeCloseTo(expected[at]!, 6);
    },
    minutes,
  );
});

/** A table with the columns that the scripts name, some values missing. */
function makeCustomers(): string {
  const random = createSeededRandom(7);
  const lines = Array.from({ length: 500 }, () => {
    const contract = random() < 0.6 ? 'Month-to-month' : 'Two year';
    const tenure = Math.floor(72 * random());
    const charges = random() < 0.1 ? '' : (20 + 90 * random()).toFixed(2);
    const risk = (contract === 'Two year' ? 0.1 : 0.6) - tenure / 200;
    return [tenure, contract, charges, random() < risk ? 'Yes' : 'No'].join();
  });
  return ['tenure,Contract,MonthlyCharges,Churn', ...lines, ''].join('\n');
}
