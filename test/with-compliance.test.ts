import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGateway, SpillwayError, withCompliance } from '../src/index.ts';
import type { FunctionReport } from '../src/patterns.ts';
import { createFakeClock } from '../src/testing/index.ts';

const row = { age: 35, monthly: 89.9 };

/** A predictor that takes 20 ms, and an explainer that takes 5. */
function setUp() {
  const clock = createFakeClock();
  const score = async (customer: { age: number; monthly: number }) => {
    clock.advance(20);
    return { risk: customer.monthly / 100 };
  };
  const explain = async ({ risk }: { risk: number }, customer: { age: number }) => {
    clock.advance(5);
    return { risk, because: `at ${customer.age}` };
  };
  return { clock, score, explain };
}

/** What `docs/compliance.md` tells people to do, without our canonical JSON. */
function recompute(report: FunctionReport<unknown, unknown>): string {
  const { sha256: _, ...audit } = report.audit;
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toSorted(([one], [other]) => (one < other ? -1 : 1))
              .map(([key, member]) => [key, sorted(member)]),
          )
        : value;
  return createHash('sha256')
    .update(JSON.stringify(sorted({ ...report, audit })))
    .digest('hex');
}

describe('withCompliance', () => {
  it('answers with the explanation and a report of both', async () => {
    const { clock, score, explain } = setUp();
    const accountable = withCompliance(score, {
      explain,
      clock,
      statement: { purpose: 'retention', contact: 'privacy@example.com' },
      model: { name: 'churn', version: '7' },
    });
    const start = clock.wallNow();
    const { answer, explanation, report } = await accountable(row);
    expect(answer).toEqual({ risk: 0.899 });
    expect(explanation).toEqual({ risk: 0.899, because: 'at 35' });
    expect(report).toEqual({
      generatedAt: new Date(start + 25).toISOString(),
      function: 'score',
      model: { name: 'churn', version: '7', sha256: null },
      statement: {
        controller: null,
        purpose: 'retention',
        legalBasis: null,
        consequences: null,
        humanInvolvement: null,
        contact: 'privacy@example.com',
        rightToContest: null,
      },
      inputs: row,
      answer,
      explanation,
      audit: {
        id: expect.stringMatching(/^[\w-]{16}\.0$/),
        calledAt: new Date(start).toISOString(),
        answeredAt: new Date(start + 20).toISOString(),
        libraryVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  it('seals the report with a hash that anyone can recompute, also from its JSON', async () => {
    const { score, explain } = setUp();
    const { report } = await withCompliance(score, { explain })(row);
    expect(recompute(report)).toBe(report.audit.sha256);
    expect(recompute(JSON.parse(JSON.stringify(report)))).toBe(report.audit.sha256);
    expect(recompute({ ...report, answer: { risk: 0.1 } })).not.toBe(report.audit.sha256);
  });

  it('gives each report an id of its own', async () => {
    const { score, explain } = setUp();
    const accountable = withCompliance(score, { explain });
    const [one, other] = [await accountable(row), await accountable(row)];
    expect(one.report.audit.id).not.toBe(other.report.audit.id);
  });

  it('keeps in the report what was given and answered, whatever is changed later', async () => {
    const customer = { ...row };
    const { answer, report } = await withCompliance(
      (given: { age: number }) => {
        given.age = 99;
        return { risk: [0.5] };
      },
      { explain: () => ({ because: 'so' }) },
    )(customer);
    answer.risk[0] = 0;
    expect(report.inputs).toEqual(row);
    expect(report.answer).toEqual({ risk: [0.5] });
    expect(recompute(report)).toBe(report.audit.sha256);
  });

  it('takes a function and an explainer that answer at once', async () => {
    const doubled = withCompliance((x: number) => x * 2, {
      explain: (y, x) => `${x} + ${x} = ${y}`,
    });
    const { answer, explanation, report } = await doubled(21);
    expect([answer, explanation, report.inputs]).toEqual([42, '21 + 21 = 42', null]);
  });

  it('records the inputs that it is told to', async () => {
    const { report } = await withCompliance((x: number, secret: string) => x + secret.length, {
      explain: () => ({}),
      inputs: (x) => ({ x }),
    })(1, 'secret');
    expect(report.inputs).toEqual({ x: 1 });
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('passes on unchanged what the function throws, and explains nothing then', async () => {
    const error = new RangeError('down');
    let explained = 0;
    const accountable = withCompliance(
      () => {
        throw error;
      },
      { explain: () => ({ count: ++explained }) },
    );
    await expect(accountable()).rejects.toBe(error);
    expect(explained).toBe(0);
  });

  it('refuses an answer whose explanation fails, and keeps the cause', async () => {
    const { score } = setUp();
    const cause = new Error('no covers');
    const explain = () => {
      throw cause;
    };
    const refused = withCompliance(score, { explain })(row);
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_EXPLAINABLE',
      message: 'no answer of score: it has no explanation',
      details: { step: 'explain' },
      cause,
    });
    await expect(
      withCompliance(score, { explain: () => Promise.reject(cause) })(row),
    ).rejects.toMatchObject({ code: 'NOT_EXPLAINABLE', cause });
  });

  it.each([null, undefined])('refuses an answer whose explanation is %s', async (nothing) => {
    const kept: unknown[] = [];
    const refused = withCompliance(setUp().score, {
      explain: async (): Promise<object | null | undefined> => nothing,
      onReport: (report) => void kept.push(report),
    })(row);
    await expect(refused).rejects.toMatchObject({ code: 'NOT_EXPLAINABLE' });
    expect(kept).toEqual([]);
  });

  it('answers only after its report is kept', async () => {
    const { score, explain } = setUp();
    let keep = (): void => undefined;
    const order: string[] = [];
    const reports: unknown[] = [];
    const call = withCompliance(score, {
      explain,
      onReport: (report) => {
        reports.push(report);
        return new Promise<void>((resolve) => {
          keep = () => {
            order.push('kept');
            resolve();
          };
        });
      },
    })(row).then(({ report }) => {
      order.push('answered');
      return report;
    });
    while (reports.length === 0) await Promise.resolve();
    keep();
    expect(reports).toEqual([await call]);
    expect(order).toEqual(['kept', 'answered']);
  });

  it('refuses an answer whose report could not be kept', async () => {
    const { score, explain } = setUp();
    const cause = new Error('the disk is full');
    const refused = withCompliance(score, { explain, onReport: () => Promise.reject(cause) })(row);
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_EXPLAINABLE',
      details: { step: 'onReport' },
      cause,
    });
  });

  it.each([
    ['report', 'NaN', () => ({ risk: Number.NaN })],
    ['report', 'Date', () => ({ at: new Date(0) })],
    ['report', 'undefined', () => undefined],
  ])('refuses with `%s` an answer of which no hash can be made: %s', async (step, what, fn) => {
    const refused = withCompliance(fn as () => unknown, { explain: () => ({}) })();
    await expect(refused).rejects.toMatchObject({ code: 'NOT_EXPLAINABLE', details: { step } });
    await expect(refused).rejects.toThrow(what);
  });

  it('asks nobody when the inputs cannot be recorded', async () => {
    let asked = 0;
    const count = ({ age }: { age: number }) => (asked += age);
    const refused = withCompliance(count, { explain: () => ({}) })({ age: Number.NaN });
    await expect(refused).rejects.toMatchObject({ details: { step: 'inputs' } });
    expect(asked).toBe(0);
  });

  it('wraps a gateway', async () => {
    await using gateway = await createGateway();
    const accountable = withCompliance(
      (customer: Record<string, unknown>) => gateway.predict(customer, { explain: true }),
      { name: 'churn', explain: ({ explanation }) => explanation },
    );
    const customer = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
    const { answer, explanation, report } = await accountable(customer);
    expect(explanation).toBe(answer.explanation);
    expect(recompute(report)).toBe(report.audit.sha256);
    const plain = withCompliance((one: Record<string, unknown>) => gateway.predict(one), {
      explain: ({ explanation: none }) => none,
    });
    await expect(plain(customer)).rejects.toBeInstanceOf(SpillwayError);
  });

  it('refuses to be made without a function that explains', () => {
    expect(() => withCompliance(() => 1, {} as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
