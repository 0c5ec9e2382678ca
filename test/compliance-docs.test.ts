/** `docs/compliance.md` lists the fields that a report has, and its program checks reports as they are sent. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportToWire } from '../src/explain/report-to-wire.ts';
import { createRoutes } from '../src/http/handlers.ts';
import { createGateway, type Gateway, withCompliance } from '../src/index.ts';

const page = readFileSync('docs/compliance.md', 'utf8');
const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'spillway-compliance-'));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await createGateway();
  const [program = ''] = [...page.matchAll(/^```js\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .filter((block) => block.includes('createHash'));
  writeFileSync(join(folder, 'verify-report.mjs'), program);
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

/** The exit code and output of the program for a file that holds this text. */
async function verify(text: string): Promise<string> {
  const file = join(folder, 'answer.json');
  writeFileSync(file, text);
  const result = await run(process.execPath, [join(folder, 'verify-report.mjs'), file]).catch(
    (error: unknown) => error as { code: number; stdout: string },
  );
  return `${'code' in result ? result.code : 0} ${result.stdout}`;
}

async function answer(): Promise<string> {
  const route = createRoutes(gateway).find(({ path }) => path === '/predict/reliable');
  const query = 'require_explanation=true';
  return (await route!.handler({ method: 'POST', query, headers: {}, body: { json: row } })).body;
}

test('compliance.md lists every field of a report and no other, in their order', async () => {
  const { complianceReport } = await gateway.predictReliable(row, { explain: true });
  const wire = reportToWire(complianceReport!);
  const whole = new Set(['inputs', 'explanation']);
  const fields = Object.entries(wire).flatMap(([name, value]) =>
    typeof value !== 'object' || value === null || Array.isArray(value) || whole.has(name)
      ? [name]
      : Object.keys(value).map((key) => `${name}.${key}`),
  );
  const section = page.slice(page.indexOf('\n## Field by field'), page.indexOf('\n### The texts'));
  expect([...section.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name)).toEqual(fields);
});

test('the program of compliance.md finds an answer over HTTP unchanged', async () => {
  const text = await answer();
  const { sha256 } = JSON.parse(text).compliance_report.audit;
  expect(await verify(text)).toBe(`0 unchanged: ${sha256}\n`);
});

test('the program of compliance.md finds one changed digit', async () => {
  const text = await answer();
  const changed = text.replace('"total_charges":1200', '"total_charges":1201');
  expect(changed).not.toBe(text);
  const report = JSON.parse(changed);
  expect(await verify(JSON.stringify(report))).toMatch(/^1 changed: /);
});

test('the program of compliance.md checks reports of withCompliance too', async () => {
  const explained = withCompliance((x: number) => x / 3, { explain: () => ({ 'ä\n"': [1e-7] }) });
  const { report } = await explained(1);
  expect(await verify(JSON.stringify(report))).toMatch(/^0 unchanged/);
});
