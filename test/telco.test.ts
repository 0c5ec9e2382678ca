import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../src/config.ts';
import { type RunningServer, startServer } from '../src/http/index.ts';
import { createGateway } from '../src/index.ts';
import { createSeededRandom } from '../src/testing/index.ts';

const file = '../shared/data/telco-customer-churn.csv';
const there = existsSync(file);
if (!there) console.warn(`SKIPPED: the real Telco rows are not here (${file})`);

type Row = Record<string, string | number | null>;

/** The 7,043 real customers as rows of the demo models, and whether they left. The table knows only whether someone is 65 or over. */
function readCustomers(): { row: Row; churned: boolean; heldOut: boolean }[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header
    .split(',')
    .map((name) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase());
  return lines.map((line, index) => {
    const {
      customer_id: _,
      churn,
      ...columns
    } = Object.fromEntries(line.split(',').map((text, position) => [names[position]!, text]));
    const numbers = ['senior_citizen', 'tenure', 'monthly_charges', 'total_charges'];
    const row: Row = Object.fromEntries(
      Object.entries(columns).map(([name, text]) => [
        name,
        numbers.includes(name) ? numberOf(text) : text,
      ]),
    );
    return {
      row: { ...row, age: row['senior_citizen'] === 1 ? 70 : 40 },
      churned: churn === 'Yes',
      heldOut: isHeldOut(index),
    };
  });
}

/** The split of the demo models: whether the row of that index was kept from their training. */
function isHeldOut(index: number): boolean {
  return (Math.imul(index, 2654435761) >>> 0) / 2 ** 32 < 0.25;
}

function numberOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

/** Probability that a random customer who left scores above a random one who stayed; ties count half. */
function areaUnderCurve(scored: readonly { score: number; churned: boolean }[]): number {
  const sorted = scored.toSorted((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end]?.score === sorted[start]!.score) end++;
    for (const { churned } of sorted.slice(start, end))
      if (churned) rankSum += (start + 1 + end) / 2;
    start = end;
  }
  const positives = scored.filter(({ churned }) => churned).length;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (scored.length - positives));
}

describe.skipIf(!there)('all real customers over HTTP', () => {
  let server: RunningServer;

  beforeAll(async () => {
    const gateway = await createGateway({ random: createSeededRandom(30_60_10) });
    server = await startServer(gateway, readServerConfig({ flags: { port: 0, drainDelayMs: 0 } }));
  });
  afterAll(() => server.close());

  it('are answered by a model, none degraded, with an AUC of at least 0.80 under the 30/60/10 split', async () => {
    const customers = readCustomers();
    expect(customers).toHaveLength(7043);
    const answers: { score: number; churned: boolean; heldOut: boolean; version: string }[] = [];
    const ask = async ({ row, churned, heldOut }: (typeof customers)[number]) => {
      const response = await fetch(`${server.url}/predict/reliable`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(row),
      });
      expect(response.status).toBe(200);
      const answer = (await response.json()) as {
        probability: number;
        degraded: boolean;
        model_version: string;
      };
      expect(answer.degraded).toBe(false);
      answers.push({ score: answer.probability, churned, heldOut, version: answer.model_version });
    };
    for (let start = 0; start < customers.length; start += 50) {
      await Promise.all(customers.slice(start, start + 50).map(ask));
    }
    expect(answers).toHaveLength(7043);
    const all = areaUnderCurve(answers);
    const heldOut = areaUnderCurve(answers.filter((answer) => answer.heldOut));
    console.log(
      `AUC under the split: ${all.toFixed(4)} over all customers, ${heldOut.toFixed(4)} over those kept from training`,
    );
    expect(all).toBeGreaterThanOrEqual(0.8);
    expect(heldOut).toBeGreaterThanOrEqual(0.8);
    for (const [version, weight] of [
      ['v1.0', 0.3],
      ['v1.1', 0.6],
      ['v2.0', 0.1],
    ] as const) {
      const share = answers.filter((answer) => answer.version === version).length / answers.length;
      expect(Math.abs(share - weight)).toBeLessThan(0.03);
    }
  });
});
