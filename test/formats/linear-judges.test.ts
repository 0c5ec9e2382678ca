// scikit-learn and onnxruntime judge the weighted sums that we write. Name interpreters that have one of them, as in
// SPILLWAY_LINEAR_PYTHONS=/venvs/scikit-learn/bin/python:/venvs/onnx/bin/python npx vitest run linear-judges
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeLinear, writeOnnx } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { Feature, Prediction } from '../../src/model/index.ts';
import { linearCases, linearRows } from './linear-cases.ts';

const setting = 'SPILLWAY_LINEAR_PYTHONS';
const pythons = (process.env[setting] ?? '').split(delimiter).filter((path) => path !== '');
const page = 'docs/formats/spillway-linear.md';
const minutes = 5 * 60_000;

test(`the Python of ${page} is there to be judged`, () => {
  expect(pythonOf(page)).toMatch(/^def load\(path\):$/m);
  expect(pythonOf(page)).toMatch(/^def columns\(file, rows\):$/m);
});

describe.skipIf(pythons.length === 0)(
  `scikit-learn and onnxruntime (skipped without ${setting})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-linear-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'read_linear.py'), pythonOf(page));
    const cases = linearCases.map(([name, pipeline]) => {
      writeFileSync(join(folder, `${name}.json`), writeLinear(pipeline));
      writeFileSync(join(folder, `${name}.onnx`), writeOnnx(pipeline));
      const model = createModel(pipeline);
      const answers = linearRows().map((row) => model.predict(row));
      return {
        name,
        json: `${name}.json`,
        onnx: `${name}.onnx`,
        task: pipeline.task,
        link: pipeline.model.link,
        rows: linearRows(),
        answers: answers.map(numbersOf),
        labels: answers.map(({ prediction }) => prediction),
        types: Object.fromEntries(pipeline.schema.features.map((one) => [one.name, typeOf(one)])),
      };
    });
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));

    test.each(pythons)(
      'of %s answer what we do',
      (python) => {
        const script = 'scripts/fixtures/linear_reads_ours.py';
        const report = JSON.parse(execFileSync(python, [script, folder]).toString());
        process.stderr.write(
          `${report.version}: ${report.judged.length} models of ${linearRows().length} rows judged, ${report.wrong.length} wrong, largest difference ${report.largest}\n`,
        );
        expect(report.wrong).toEqual([]);
        expect(report.judged.length).toBeGreaterThanOrEqual(5);
      },
      minutes,
    );
  },
);

/** The first block of Python of a page. */
function pythonOf(path: string): string {
  return /```python\n(.*?)```/s.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
}

function numbersOf({ probabilities, probability, value }: Prediction): readonly number[] {
  if (probabilities !== undefined) return probabilities;
  return probability === undefined ? [value ?? []].flat() : [1 - probability, probability];
}

function typeOf({ categories, type }: Feature): string {
  if (type !== 'category') return 'float';
  return typeof categories?.[0] === 'string' ? 'string' : 'int64';
}
