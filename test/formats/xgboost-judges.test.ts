// The real XGBoost judges what we write. Name the interpreters that have one, as in
// SPILLWAY_XGBOOST_PYTHONS=/venvs/xgboost-1.7/bin/python:/venvs/xgboost-3.4/bin/python npx vitest run xgboost-judges
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { demoCases } from './demo-cases.ts';
import { boosterCases, fixtureCases } from './judged-cases.ts';

const setting = 'SPILLWAY_XGBOOST_PYTHONS';
const pythons = (process.env[setting] ?? '').split(delimiter).filter((path) => path !== '');
const minutes = 10 * 60_000;

const demo = await demoCases();

test('the boosting and the forest of the demo are there to be judged, by 16 rows each', () => {
  expect(demo.map(({ name, margins }) => [name, margins.length])).toEqual([
    ['demo-v1.0', 16],
    ['demo-v1.1', 16],
  ]);
});

describe.skipIf(pythons.length === 0)(`the real XGBoost (skipped without ${setting})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-judged-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const cases = [...demo, ...boosterCases(), ...fixtureCases()];
  for (const { files, margins, rows, name } of cases) {
    writeFileSync(join(folder, `${name}.rows`), rows);
    writeFileSync(join(folder, `${name}.margins`), margins);
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
  }
  const list = cases.map(({ columns, files, name, probability, since, types, words }) => ({
    columns,
    files: Object.keys(files),
    name,
    probability,
    since,
    types,
    words,
  }));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(list));

  test.each(pythons)(
    'of %s loads every file and answers the same margins, bit for bit',
    (python) => {
      const script = 'scripts/fixtures/xgboost_reads_ours.py';
      const output = execFileSync(python, [script, folder], { maxBuffer: 2 ** 26 });
      const report = JSON.parse(output.toString());
      process.stderr.write(
        `XGBoost ${report.version}: ${report.judged} files judged, ${report.wrong.length} wrong; younger than it: ${report.skipped.join(', ') || 'none'}\n`,
      );
      expect(report.wrong).toEqual([]);
      expect(report.judged).toBeGreaterThan(2 * (list.length - 20));
    },
    minutes,
  );
});
