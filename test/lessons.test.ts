import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

beforeAll(() => {
  if (!existsSync(`${root}dist/index.js`)) {
    throw new Error('the lessons import the built package, and dist is missing: npm run build');
  }
});

/** Runs a lesson as its README says; rejects when it does not exit with 0. */
async function runLesson(name: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [`lessons/${name}/main.js`], {
    cwd: root,
    timeout: 100_000,
  });
  expect(stderr).toBe('');
  return stdout;
}

/** The outputs that a README shows; a line `...` stands for lines left out. */
function shownOutputs(readme: string): string[] {
  return [...readme.matchAll(/^```text\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.split(/^\.\.\.\n/m),
  );
}

/** What each lesson teaches, as its program shows it. */
const facts: Readonly<Record<string, readonly RegExp[]>> = {
  '01-foundation': [
    /25 inputs/,
    /INVALID_MODEL: /,
    /-> 200 \{"prediction":1,"probability":0\.\d+\}/,
    /-> 422 [^]*\/monthly_charges: [^]*\/total_charges: [^]*\/age: unknown feature/,
    /-> 400 /,
  ],
  '02-multi-model': [
    /v1\.0 {2}ready +30 % {2}ml-random-forest/,
    /v1\.1 {2}ready +60 % {2}xgboost/,
    /v2\.0 {2}ready +10 % {2}ml-logistic-regression/,
    /v3\.0 {2}failed +0 % {2}CHECKSUM_MISMATCH/,
    /agree on 1000 of 1000/,
    /customer-17, 100 visits: v\d\.\d\n/,
    /ensemble +0\.\d{3} +\(weighted-mean\)/,
    /ensemble +0\.[78]\d\d +0\.1\d\d\n/,
    /customers 1\d\d moved, to v1\.0 alone/,
  ],
  '03-reliability': [
    /(v1\.0, served_by other-version +reason MODEL_FAILED\n.*){5}reason BREAKER_OPEN/,
    /breaker-opened of v1\.1 at 00:00:00\n.*was asked 5 times/,
    /BREAKER_OPEN, retryable: true, try again in 30 s/,
    /breaker-half-opened of v1\.1 at 00:00:30\n.*breaker-closed of v1\.1 at 00:00:30/,
    /reason INVALID_OUTPUT/,
    /served_by rules +reason DEADLINE_EXCEEDED/,
    /as a probability (0\.\d{5}), answered \1\n/,
    /served_by rules +reason MODEL_FAILED/,
    /"requestId": "call-42"/,
    /breaker open\n.*breaker closed\n/,
    /NOT_EXPLAINABLE: no answer of credit limit/,
  ],
  '04-observability': [
    /1\. .*\n.*: healthy[^]*alert ok[^]*2\. .*\n.*: degraded[^]*alert FIRING[^]*3\. .*\n.*: healthy[^]*alert resolved/,
    /GET \/health -> 200 degraded/,
    /at risk: [1-9]\d* customers, \d,\d{3} USD a month/,
    /v1\.0 {2}breaker-opened\n[^]*v1\.0 {2}breaker-closed\n/,
    /spillway_fallbacks_total\{version="v1\.0",reason="MODEL_FAILED"\} [1-9]/,
    /spillway_function_calls_total\{function="find_customer",outcome="ok"\} 1200/,
    /churn_revenue_at_risk_usd \d{4}\n/,
    /v1\.1 predict_reliable \d+ p50 [\d.]+ p95 [\d.]+ p99 [\d.]+/,
  ],
  '05-training': [
    /binary: no or yes, 27 % left/,
    /boosting {2}AUC 0\.8\d\d \(0\.8\d\d to 0\.8\d\d\)/,
    /forest +AUC 0\.8\d\d .*, on the rows it knows 0\.9\d\d/,
    /tenure +-0\.0\d+ \(-/,
    /offer from a probability of 0\.\d+ on/,
    /background\.json, card\.json, golden-rows\.jsonl, model\.json/,
    /"yearly":0\} -> yes, 0\.9/,
    /raises the log-odds by/,
  ],
};

describe.each(Object.entries(facts))('lesson %s', (name, lines) => {
  const readme = readFileSync(`${root}lessons/${name}/README.md`, 'utf8');

  test('teaches by running, and its README shows what really comes', {
    timeout: 120_000,
  }, async () => {
    const output = await runLesson(name);
    for (const line of lines) expect(output).toMatch(line);
    expect(output).toMatch(/Done\.\n$/);
    expect(readme).toContain(`\nnode lessons/${name}/main.js\n`);
    const shown = shownOutputs(readme);
    expect(shown.length).toBeGreaterThan(4);
    for (const part of shown) expect(output).toContain(part);
  });

  test('ends with what was learned and what to try', () => {
    expect(readme).toMatch(/\n## What you learned\n[^]*\n## Try this\n/);
  });
});

test('the path through the lessons names each of them', () => {
  const path = readFileSync(`${root}lessons/README.md`, 'utf8');
  for (const name of Object.keys(facts)) expect(path).toContain(`(${name}/README.md)`);
});
