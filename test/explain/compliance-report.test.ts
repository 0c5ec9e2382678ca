import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import { reportText } from '../../src/explain/index.ts';
import { createGateway, type Decision, loadVersions, type ModelVersion } from '../../src/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200, contract: 'Month-to-month' };
let versions: readonly ModelVersion[];

beforeAll(async () => {
  versions = await loadVersions();
});

async function decideBy(name: string): Promise<Decision> {
  await using gateway = await createGateway({ versions });
  return await gateway.predictReliable(row, { explain: true, modelVersion: name });
}

/** A decision by rules, since every model fails. */
async function decideByRules(): Promise<Decision> {
  const predictValues = (): never => {
    throw new Error('model failure of the test');
  };
  const failing = versions.map((version) => ({
    ...version,
    model: { ...version.model!, predictValues },
  }));
  await using gateway = await createGateway({ versions: failing });
  return await gateway.predictReliable(row, { explain: true });
}

/** What `docs/compliance.md` tells everybody to do. */
function recomputeHash(text: string): string {
  const report: { audit: { sha256?: string } } = JSON.parse(text);
  delete report.audit.sha256;
  return createHash('sha256').update(canonicalJson(report)).digest('hex');
}

describe('the text of a compliance report', () => {
  it.each(['v1.0', 'v1.1', 'v2.0'])('of %s is canonical and carries its own hash', async (name) => {
    const { complianceReport, explanation } = await decideBy(name);
    const text = reportText(complianceReport!);
    expect(canonicalJson(JSON.parse(text.report))).toBe(text.report);
    expect(canonicalJson(JSON.parse(text.explanation))).toBe(text.explanation);
    expect(recomputeHash(text.report)).toBe(complianceReport!.audit.sha256);
    expect(JSON.parse(text.explanation)).toMatchObject({
      base_value: explanation!.baseValue,
      attributions: explanation!.attributions,
      reason_codes: explanation!.reasonCodes,
    });
  });

  it('of rules does so too', async () => {
    const { complianceReport, servedBy } = await decideByRules();
    expect(servedBy).toBe('rules');
    const { report } = reportText(complianceReport!);
    expect(canonicalJson(JSON.parse(report))).toBe(report);
    expect(recomputeHash(report)).toBe(complianceReport!.audit.sha256);
    expect(JSON.parse(report)).toMatchObject({
      model: { format: null, sha256: null },
      explanation: { method: 'rule' },
      fallback: { served_by: 'rules', degraded: true },
    });
  });

  it('says the same as a report that was copied', async () => {
    const { complianceReport } = await decideBy('v1.1');
    const copy = structuredClone({ ...complianceReport! });
    expect(reportText(copy)).toEqual(reportText(complianceReport!));
  });

  it('is not among what a report shows', async () => {
    const { complianceReport } = await decideBy('v1.1');
    expect(Object.keys(complianceReport!)).not.toContain('text');
    expect(JSON.parse(JSON.stringify(complianceReport))).toEqual({ ...complianceReport });
  });
});

describe('a compliance report', () => {
  it('names what was decided, by which files, on which inputs, and why', async () => {
    const { complianceReport, probability } = await decideBy('v1.1');
    const version = versions.find(({ name }) => name === 'v1.1')!;
    expect(complianceReport).toMatchObject({
      decision: { probability, prediction: expect.anything(), threshold: 0.5 },
      model: {
        name: 'churn',
        version: 'v1.1',
        sha256: version.sha256,
        cardSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      inputs: { age: 35, contract: 'Month-to-month', tenure: null },
      fallback: { degraded: false, servedBy: 'model', reason: null },
    });
    expect(complianceReport!.mainReasons).toHaveLength(4);
    expect(complianceReport!.mainReasons[0]).toMatch(/ (raises|lowers) the log-odds by \d/);
  });

  it('changes its hash with anything in it', async () => {
    const [one, other] = [await decideBy('v1.1'), await decideBy('v1.1')];
    expect(one.complianceReport!.audit.sha256).not.toBe(other.complianceReport!.audit.sha256);
    expect(one.complianceReport!.inputs).toEqual(other.complianceReport!.inputs);
  });
});
