import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createGateway,
  type Decision,
  type GatewayOptions,
  loadVersions,
  type Model,
  type ModelVersion,
  type PredictOptions,
  readModel,
} from '../src/index.ts';
import {
  createFakeClock,
  createFlakyModel,
  createSeededRandom,
  type FlakyModel,
} from '../src/testing/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
let loaded: readonly ModelVersion[];

beforeAll(async () => {
  loaded = await loadVersions();
});

/** The demo versions, each wrapped so that the test decides how it fares. */
async function setUp(options: GatewayOptions = {}) {
  const clock = createFakeClock();
  const models = new Map<string, FlakyModel>();
  const versions = loaded.map((version) => {
    const model = createFlakyModel(version.model!);
    models.set(version.name, model);
    return { ...version, model };
  });
  const gateway = await createGateway({
    versions,
    clock,
    random: createSeededRandom(1),
    ...options,
  });
  return {
    gateway,
    clock,
    model: (name: string) => models.get(name)!,
    models: [...models.values()],
  };
}

function fail(): never {
  throw new Error('model failure of the test');
}

const allOnV11 = { 'v1.0': 0, 'v1.1': 1, 'v2.0': 0 };

describe('predict', () => {
  it('answers with the assigned version', async () => {
    const { gateway } = await setUp({ weights: allOnV11 });
    expect(await gateway.predict(row)).toMatchObject({
      prediction: 0,
      probability: expect.any(Number),
      riskCategory: 'Low',
      modelVersion: 'v1.1',
      assignedVersion: 'v1.1',
      degraded: false,
      servedBy: 'model',
      reason: null,
    });
  });

  it('gives a row as an array the answer of the same row as an object', async () => {
    const { gateway } = await setUp({ weights: allOnV11 });
    const { features } = loaded[1]!.model!.schema;
    const array = features.map(({ name }) => (row as Record<string, number>)[name] ?? null);
    expect((await gateway.predict(array)).probability).toBe(
      (await gateway.predict(row)).probability,
    );
  });

  it('throws what keeps the assigned version from answering, with that version', async () => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    model('v1.1').breakWith(fail);
    await expect(gateway.predict(row)).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      details: { assignedVersion: 'v1.1' },
    });
  });

  it('lists every fault of a row that does not fit and never counts it against the breaker', async () => {
    const { gateway } = await setUp({ weights: allOnV11 });
    for (let call = 0; call < 20; call++) {
      await expect(
        gateway.predict({ age: 'old', contract: 'Daily', shoe_size: 44 }),
      ).rejects.toMatchObject({
        code: 'INVALID_ROW',
        faults: [
          { pointer: '/age' },
          { pointer: '/monthly_charges' },
          { pointer: '/total_charges' },
          { pointer: '/contract' },
          { pointer: '/shoe_size' },
        ],
      });
    }
    expect(gateway.status().versions[1]).toMatchObject({ breaker: 'closed' });
  });

  it('asks a forced version, and names the versions when there is none of that name', async () => {
    const { gateway } = await setUp({ weights: allOnV11 });
    expect((await gateway.predict(row, { modelVersion: 'v2.0' })).modelVersion).toBe('v2.0');
    await expect(gateway.predict(row, { modelVersion: 'v9' })).rejects.toThrow(
      /v1\.0, v1\.1, v2\.0/,
    );
  });

  it.each([
    [{ unitId: '' }, 'INVALID_OPTION'],
    [{ unitId: 'x'.repeat(257) }, 'INVALID_OPTION'],
    [{ timeoutMs: 0 }, 'INVALID_OPTION'],
    [{ timeoutMs: Number.NaN }, 'INVALID_OPTION'],
    [{ unitId: 17 as unknown as string }, 'INVALID_OPTION'],
    [{ explian: true } as PredictOptions, 'INVALID_OPTION'],
    [{ signal: AbortSignal.abort() }, 'CANCELLED'],
  ])('refuses the option %o', async (options, code) => {
    const { gateway } = await setUp();
    await expect(gateway.predictReliable(row, options)).rejects.toMatchObject({ code });
  });
});

describe('an output that nobody can act on', () => {
  const answers = {
    NaN: { margin: 0, probability: Number.NaN, prediction: 0 },
    'a probability above 1': { margin: 0, probability: 1.5, prediction: 1 },
    'no probability': { margin: 0, prediction: 1 },
    'a label that does not exist': { margin: 0, probability: 0.5, prediction: 7 },
    'a text': { margin: 0, probability: '0.5' as unknown as number, prediction: 1 },
  };
  it.each(Object.entries(answers))('%s is a failure', async (_, answer) => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    model('v1.1').breakWith(() => answer);
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'other-version',
      reason: 'INVALID_OUTPUT',
    });
  });

  it.each([undefined, null])('%s instead of an answer is a failure', async (answer) => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    model('v1.1').breakWith(() => answer as never);
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
  });
});

describe('predictReliable', () => {
  it('is answered by the version with the largest weight that works, and says so', async () => {
    const { gateway, model } = await setUp();
    model('v1.1').breakWith(fail);
    expect(await gateway.predictReliable(row, { modelVersion: 'v1.1' })).toMatchObject({
      modelVersion: 'v1.0',
      assignedVersion: 'v1.1',
      degraded: true,
      servedBy: 'other-version',
      reason: 'MODEL_FAILED',
    });
  });

  it('is answered by the rules of the card when every model fails', async () => {
    const { gateway, models } = await setUp({ weights: allOnV11 });
    for (const model of models) model.breakWith(fail);
    const decision = await gateway.predictReliable(
      { ...row, contract: 'Two year' },
      { explain: true },
    );
    expect(decision).toMatchObject({
      degraded: true,
      servedBy: 'rules',
      reason: 'MODEL_FAILED',
      modelVersion: 'v1.1',
    });
    expect(decision.explanation).toMatchObject({
      method: 'rule',
      rule: { because: expect.stringMatching(/\w/) },
    });
    expect(decision.explanation?.baseValue).toBe(decision.probability);
  });

  it('never fails while a version throws, whose breaker opens after 5 failures and closes by itself after recovery', async () => {
    const { gateway, clock, model } = await setUp({
      weights: allOnV11,
      breaker: { recoveryTimeoutMs: 30_000 },
    });
    const breaker = () => gateway.status().versions[1]?.breaker;
    model('v1.1').breakWith(fail);
    for (let call = 1; call <= 5; call++) {
      expect(breaker()).toBe('closed');
      expect(await gateway.predictReliable(row)).toMatchObject({
        servedBy: 'other-version',
        reason: 'MODEL_FAILED',
      });
    }
    expect(breaker()).toBe('open');
    const asked = model('v1.1').calls;
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'other-version',
      reason: 'BREAKER_OPEN',
    });
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
    expect(model('v1.1').calls).toBe(asked);

    clock.advance(30_000);
    expect(breaker()).toBe('half-open');
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'other-version',
      reason: 'MODEL_FAILED',
    });
    expect(breaker()).toBe('open');

    model('v1.1').heal();
    clock.advance(60_000); // twice as long, since a try failed
    expect(await gateway.predictReliable(row)).toMatchObject({ servedBy: 'model', reason: null });
    expect(breaker()).toBe('closed');
  });

  it('does not wait for a stand-in whose breaker is open', async () => {
    const { gateway, model, models } = await setUp();
    for (const one of models) one.breakWith(fail);
    for (let call = 0; call < 5; call++)
      await gateway.predictReliable(row, { modelVersion: 'v1.1' });
    const asked = model('v1.0').calls;
    expect(await gateway.predictReliable(row, { modelVersion: 'v1.1' })).toMatchObject({
      servedBy: 'rules',
    });
    expect(model('v1.0').calls).toBe(asked);
  });

  it('answers a model that is late by rules, and counts it as a failure', async () => {
    const { gateway, clock, model } = await setUp({ weights: allOnV11, timeoutMs: 50 });
    model('v1.1').breakWith(() => {
      clock.advance(51);
      return { margin: 0, probability: 0.5, prediction: 1 };
    });
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'rules',
      reason: 'DEADLINE_EXCEEDED',
    });
    for (let call = 0; call < 4; call++) {
      await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    }
    expect(gateway.status().versions[1]?.breaker).toBe('open');
  });

  it('does not count a deadline that the caller chose against the model', async () => {
    const { gateway, clock, model } = await setUp({ weights: allOnV11 });
    model('v1.1').breakWith(() => {
      clock.advance(5);
      return { margin: 0, probability: 0.5, prediction: 1 };
    });
    for (let call = 0; call < 50; call++) {
      await expect(gateway.predict(row, { timeoutMs: 1 })).rejects.toMatchObject({
        code: 'DEADLINE_EXCEEDED',
      });
    }
    expect(gateway.status().versions[1]?.breaker).toBe('closed');
  });

  it('answers with the row as it came, whatever a model that failed did to it', async () => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    const healthy = await gateway.predict(row, { modelVersion: 'v1.0' });
    const mutating = {
      ...loaded[1]!.model!,
      predictValues: (values: Float64Array): never => {
        values.fill(20);
        return fail();
      },
    };
    const versions = loaded.map((version) =>
      version.name === 'v1.1' ? { ...version, model: mutating } : version,
    );
    const other = await createGateway({ versions, weights: allOnV11 });
    const decision = await other.predictReliable(row, { explain: true });
    expect(decision).toMatchObject({ modelVersion: 'v1.0', probability: healthy.probability });
    expect(decision.complianceReport?.inputs).toMatchObject({
      age: 35,
      monthly_charges: 65.5,
      tenure: null,
    });
    model('v1.1').heal();
  });

  it('refuses a model that answers later, and its rejection does not end the process', async () => {
    const later = { ...loaded[1]!.model!, predictValues: async () => fail() } as unknown as Model;
    const gateway = await createGateway({
      versions: [...loaded.slice(0, 1), { name: 'later', model: later }],
      weights: { 'v1.0': 0, later: 1 },
    });
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'other-version',
      reason: 'INVALID_OUTPUT',
    });
    await turn();
  });

  it('is answered by a version that can read the row when the assigned one reads other features', async () => {
    const narrow = readModel(
      readFileSync('test/fixtures/xgboost/3.4.1/binary-logistic.model.json'),
    );
    const versions = [...loaded.slice(0, 1), { name: 'narrow', model: narrow }];
    const gateway = await createGateway({ versions, weights: { 'v1.0': 0, narrow: 1 } });
    expect(await gateway.predictReliable(row)).toMatchObject({
      assignedVersion: 'narrow',
      modelVersion: 'v1.0',
      degraded: true,
      reason: 'INVALID_ROW',
    });
    await expect(gateway.predictReliable({ shoe_size: 44 })).rejects.toMatchObject({
      code: 'INVALID_ROW',
    });
  });

  it('takes a shorter deadline from the caller but never a longer one', async () => {
    const { gateway, clock, model } = await setUp({ weights: allOnV11, timeoutMs: 50 });
    const slow = (milliseconds: number) => () => {
      clock.advance(milliseconds);
      return { margin: 0, probability: 0.5, prediction: 1 };
    };
    model('v1.1').breakWith(slow(20));
    expect(await gateway.predict(row)).toMatchObject({ latencyMs: 20 });
    await expect(gateway.predict(row, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    model('v1.1').breakWith(slow(60));
    await expect(gateway.predict(row, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('is answered by rules when no version is ready', async () => {
    const versions = loaded.map((version) => ({
      ...version,
      model: null,
      reason: 'CHECKSUM_MISMATCH: made up',
    }));
    const gateway = await createGateway({ versions });
    expect(gateway.status()).toMatchObject({ status: 'unhealthy', ready: false });
    expect(await gateway.predictReliable(row)).toMatchObject({
      servedBy: 'rules',
      reason: 'NO_VERSION_READY',
      degraded: true,
    });
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'NO_VERSION_READY' });
    await expect(gateway.predictReliable({})).rejects.toMatchObject({ code: 'INVALID_ROW' });
  });

  it('is answered by a version without weight when those with weight failed to load', async () => {
    const versions = loaded.map((version) =>
      version.name === 'v1.1' ? { ...version, model: null } : version,
    );
    const gateway = await createGateway({ versions, weights: allOnV11 });
    expect(await gateway.predictReliable(row)).toMatchObject({
      modelVersion: 'v1.0',
      servedBy: 'other-version',
      reason: 'NO_VERSION_READY',
    });
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'NO_VERSION_READY' });
  });

  it('says why the assigned version failed when there are no rules to fall back to', async () => {
    const model = createFlakyModel(loaded[1]!.model!);
    model.breakWith(fail);
    const gateway = await createGateway({ versions: [{ name: 'only', model }] });
    await expect(gateway.predictReliable(row)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });
});

describe('explanations', () => {
  it.each(['v1.0', 'v1.1', 'v2.0'])(
    'of %s add up to the score of the answer that is returned',
    async (modelVersion) => {
      const { gateway } = await setUp();
      const { explanation, probability, complianceReport } = await gateway.predict(row, {
        modelVersion,
        explain: true,
      });
      const sum = Object.values(explanation!.attributions).reduce<number>(
        (total, value) => total + (value as number),
        0,
      );
      const score = (explanation!.baseValue as number) + sum;
      const explained = explanation!.units === 'probability' ? score : 1 / (1 + Math.exp(-score));
      expect(explained).toBeCloseTo(probability!, 6);
      expect(explanation!.additivityResidual).toBeLessThan(1e-9);
      expect(Object.keys(explanation!.attributions)).toHaveLength(20);
      expect(complianceReport).toMatchObject({
        decision: { probability },
        model: { version: modelVersion, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        inputs: { age: 35, tenure: null },
        audit: { assignedVersion: modelVersion, breakerState: 'closed' },
      });
    },
  );

  it('say why there is none, and the decision stands', async () => {
    const { model } = loaded[1]!;
    const gateway = await createGateway({
      versions: [{ name: 'code', model: { ...model!, pipeline: null } }],
    });
    expect(await gateway.predict(row, { explain: true })).toMatchObject({
      probability: expect.any(Number),
      explanation: null,
      explanationError: 'NOT_EXPLAINABLE',
    });
  });
});

describe('what a card says about explanations', () => {
  const explaining = async (when: 'always' | 'required', pipeline = true) => {
    const [forest, boosting] = loaded;
    const explain = { ...boosting!.card!.explain, when };
    const model = pipeline ? boosting!.model : { ...boosting!.model!, pipeline: null };
    const first = { ...boosting!, model, card: { ...boosting!.card!, explain } };
    return createGateway({ versions: [first, { ...forest!, weight: 0 }] });
  };

  it('always: the reliable route explains unasked, the other does not', async () => {
    const gateway = await explaining('always');
    expect((await gateway.predictReliable(row)).explanation?.method).toBe(
      'tree-shap-path-dependent',
    );
    expect((await gateway.predict(row)).explanation).toBeUndefined();
  });

  it('always: a decision that cannot be explained says so and stands', async () => {
    const gateway = await explaining('always', false);
    expect(await gateway.predictReliable(row)).toMatchObject({
      modelVersion: 'v1.1',
      degraded: false,
      explanation: null,
      explanationError: 'NOT_EXPLAINABLE',
      complianceReport: { explanation: null, explanationError: 'NOT_EXPLAINABLE' },
    });
    expect(await gateway.metrics.metrics()).toContain(
      'spillway_explanation_errors_total{version="v1.1",code="NOT_EXPLAINABLE"} 1',
    );
  });

  it('required: both routes explain unasked', async () => {
    const gateway = await explaining('required');
    expect((await gateway.predictReliable(row)).explanation?.exact).toBe(true);
    expect((await gateway.predict(row)).explanation?.exact).toBe(true);
  });

  it('required: what cannot be explained is answered by the fallback, explained', async () => {
    const gateway = await explaining('required', false);
    const told: string[] = [];
    gateway.on('explanation-failed', ({ modelVersion }) => told.push(modelVersion));
    expect(await gateway.predictReliable(row)).toMatchObject({
      assignedVersion: 'v1.1',
      modelVersion: 'v1.0',
      servedBy: 'other-version',
      reason: 'NOT_EXPLAINABLE',
      explanation: { method: 'tree-shap-path-dependent' },
    });
    await expect(gateway.predict(row)).rejects.toMatchObject({
      code: 'NOT_EXPLAINABLE',
      details: { assignedVersion: 'v1.1' },
    });
    expect(gateway.status().versions[0]).toMatchObject({
      breaker: 'closed',
      warnings: [expect.stringMatching(/^answers cannot be explained: the model is only code/)],
    });
    await gateway.close();
    expect(told).toEqual(['v1.1', 'v1.1']);
  });
});

describe('the split', () => {
  it('fits 30/60/10 over 20,000 decisions', async () => {
    const { gateway } = await setUp();
    const counts: Record<string, number> = {};
    for (let call = 0; call < 20_000; call++) {
      const { assignedVersion } = await gateway.decide(row);
      counts[assignedVersion] = (counts[assignedVersion] ?? 0) + 1;
    }
    const expected = { 'v1.0': 6000, 'v1.1': 12_000, 'v2.0': 2000 };
    const chiSquare = Object.entries(expected).reduce(
      (sum, [version, count]) => sum + ((counts[version] ?? 0) - count) ** 2 / count,
      0,
    );
    expect(chiSquare).toBeLessThan(13.816); // 2 degrees of freedom, p > 0.001
  });

  it('gives every unit the same version after a restart', async () => {
    const one = await setUp();
    const two = await setUp({ random: createSeededRandom(99) });
    for (let unit = 0; unit < 2000; unit++) {
      const unitId = `customer-${unit}`;
      const { assignedVersion } = await one.gateway.predict(row, { unitId });
      expect((await two.gateway.predict(row, { unitId })).assignedVersion).toBe(assignedVersion);
    }
  });

  it('changes at once and only when every version is named', async () => {
    const { gateway } = await setUp();
    gateway.setWeights({ 'v1.0': 0, 'v1.1': 0, 'v2.0': 5 });
    expect((await gateway.predict(row)).assignedVersion).toBe('v2.0');
    expect(gateway.status()).toMatchObject({ changedAt: expect.any(Number) });
    expect(() => gateway.setWeights({ 'v1.0': 1, v9: 1 })).toThrow(/v9.*v1\.1.*v2\.0/s);
    expect(() => gateway.setWeights({ 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 })).toThrow(/above 0/);
    expect((await gateway.predict(row)).assignedVersion).toBe('v2.0');
  });
});

describe('compare', () => {
  it('asks every version and averages by weight', async () => {
    const { gateway } = await setUp();
    const { results, ensemble, agreement } = await gateway.compare(row);
    const answers = results.filter((result) => 'prediction' in result);
    expect(answers.map(({ modelVersion }) => modelVersion)).toEqual(['v1.0', 'v1.1', 'v2.0']);
    const mean = answers.reduce((sum, answer) => sum + answer.weight * answer.probability!, 0);
    expect(ensemble).toMatchObject({ method: 'weighted-mean', prediction: 0 });
    expect(ensemble!.probability).toBeCloseTo(mean, 12);
    expect(agreement.samePrediction).toBe(true);
  });

  it('shows the error of a version that fails and averages the others', async () => {
    const { gateway, model } = await setUp();
    model('v1.1').breakWith(fail);
    const { results, ensemble } = await gateway.compare(row);
    expect(results[1]).toEqual({
      modelVersion: 'v1.1',
      error: { code: 'MODEL_FAILED', message: 'v1.1 failed' },
    });
    expect(gateway.performance()).toMatchObject([
      { modelVersion: 'v1.0', route: 'compare', decisions: 1, errors: 0 },
      { modelVersion: 'v1.1', route: 'compare', decisions: 0, errors: 1 },
      { modelVersion: 'v2.0', route: 'compare', decisions: 1, errors: 0 },
    ]);
    const [first, , last] = results as unknown as { probability: number }[];
    expect(ensemble!.probability).toBeCloseTo(
      0.75 * first!.probability + 0.25 * last!.probability,
      12,
    );
  });

  it('shows a version that is not ready as one that did not answer', async () => {
    const versions = loaded.map((version) =>
      version.name === 'v2.0' ? { ...version, model: null } : version,
    );
    const { results } = await (await createGateway({ versions })).compare(row);
    expect(results.at(-1)).toMatchObject({
      modelVersion: 'v2.0',
      error: { code: 'NO_VERSION_READY' },
    });
  });

  it('has no ensemble when nobody answers, and refuses a row that fits nobody', async () => {
    const { gateway, models } = await setUp();
    for (const model of models) model.breakWith(fail);
    expect(await gateway.compare(row)).toMatchObject({
      ensemble: null,
      agreement: { samePrediction: null },
    });
    await expect(gateway.compare({ age: 1 })).rejects.toMatchObject({ code: 'INVALID_ROW' });
  });
});

describe('observers', () => {
  it('see each decision after it was answered', async () => {
    const { gateway } = await setUp();
    const seen: Decision[] = [];
    gateway.on('decision-made', ({ decision }) => seen.push(decision));
    const decision = gateway.decide(row);
    expect(seen).toEqual([]);
    await turn();
    expect(seen).toEqual([decision]);
  });

  it('can have only the decisions that the assigned version did not answer', async () => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    const seen: string[] = [];
    gateway.on('decision-degraded', ({ route, decision }) =>
      seen.push(`${route} ${decision.modelVersion}`),
    );
    await gateway.predictReliable(row);
    model('v1.1').breakWith(fail);
    await gateway.predictReliable(row);
    await turn();
    expect(seen).toEqual(['predict_reliable v1.0']);
  });

  it('that throw change nothing and are counted', async () => {
    const { gateway } = await setUp();
    gateway.on('decision-made', () => {
      throw new Error('observer failure of the test');
    });
    await gateway.predict(row);
    await turn();
    expect(await gateway.metrics.metrics()).toMatch(/^spillway_observer_errors_total 1$/m);
  });

  it('are told of failures, breakers and weights', async () => {
    const { gateway, clock, model } = await setUp({ weights: allOnV11 });
    const seen: string[] = [];
    for (const name of [
      'decision-failed',
      'breaker-opened',
      'breaker-half-opened',
      'breaker-closed',
      'weights-changed',
    ] as const) {
      gateway.on(name, () => seen.push(name));
    }
    model('v1.1').breakWith(fail);
    for (let call = 0; call < 5; call++) await gateway.predict(row).catch(() => undefined);
    model('v1.1').heal();
    clock.advance(30_000);
    await gateway.predict(row);
    gateway.setWeights({ 'v1.0': 1, 'v1.1': 1, 'v2.0': 1 });
    await turn();
    expect(seen).toEqual([
      ...Array.from({ length: 4 }, () => 'decision-failed'),
      'breaker-opened',
      'decision-failed',
      'breaker-half-opened',
      'breaker-closed',
      'weights-changed',
    ]);
  });

  it('are told what a breaker in a dry run would do, which refuses nothing', async () => {
    const { gateway, clock, model } = await setUp({ weights: allOnV11, breaker: { dryRun: true } });
    const seen: unknown[] = [];
    gateway.on('breaker-opened', () => seen.push('opened'));
    gateway.on('breaker-would-open', (change) => seen.push(change));
    model('v1.1').breakWith(fail);
    for (let call = 0; call < 10; call++) {
      await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    }
    await turn();
    const reason = 'consecutive-failures';
    expect(seen).toMatchObject([{ modelVersion: 'v1.1', reason, at: clock.wallNow() }]);
  });

  it('are told what a model threw, whoever answered then, but not again while its breaker is open', async () => {
    const { gateway, model } = await setUp({ weights: allOnV11 });
    const seen: unknown[] = [];
    gateway.on('model-failed', ({ modelVersion, error }) =>
      seen.push([modelVersion, error.code, error.cause]),
    );
    const thrown = new RangeError('out of memory');
    model('v1.1').breakWith(() => {
      throw thrown;
    });
    for (let call = 0; call < 8; call++) await gateway.predictReliable(row);
    await turn();
    expect(seen).toEqual(Array.from({ length: 5 }, () => ['v1.1', 'MODEL_FAILED', thrown]));
  });

  it('that cannot keep up lose events, which is counted; no decision waits', async () => {
    const { gateway } = await setUp();
    gateway.on('decision-made', () => undefined);
    for (let call = 0; call < 10_050; call++) void gateway.decide(row);
    expect(await gateway.metrics.metrics()).toMatch(/^spillway_observer_events_dropped_total 50$/m);
  });
});

it('refuses a listener for an event that does not exist', async () => {
  const { gateway } = await setUp();
  expect(() => gateway.on('breaker-open' as 'breaker-opened', () => undefined)).toThrow(
    /breaker-opened/,
  );
});

describe('two gateways in one process', () => {
  it('do not meet: breakers, weights and metrics are their own', async () => {
    const one = await setUp({ weights: allOnV11 });
    const two = await setUp({ weights: allOnV11 });
    one.model('v1.1').breakWith(fail);
    for (let call = 0; call < 5; call++) await one.gateway.predict(row).catch(() => undefined);
    one.gateway.setWeights({ 'v1.0': 1, 'v1.1': 0, 'v2.0': 0 });
    expect(one.gateway.status().status).toBe('degraded');
    expect(two.gateway.status().status).toBe('healthy');
    expect((await two.gateway.predict(row)).assignedVersion).toBe('v1.1');
    expect(await two.gateway.metrics.metrics()).not.toMatch(/spillway_errors_total\{[^}]*\} [1-9]/);
  });
});

describe('a gateway that is closed', () => {
  it('delivers what observers have not seen, then refuses', async () => {
    const { gateway } = await setUp();
    let seen = 0;
    gateway.on('decision-made', () => seen++);
    void gateway.decide(row);
    await gateway.close();
    expect(seen).toBe(1);
    await expect(gateway.predictReliable(row)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(() => gateway.setWeights(allOnV11)).toThrow(/closed/);
    expect(gateway.status()).toMatchObject({
      status: 'unhealthy',
      ready: false,
      versions: [{ state: 'retired' }, {}, {}],
    });
  });

  it('closes with its block', async () => {
    const { gateway } = await setUp();
    await gateway[Symbol.asyncDispose]();
    await expect(gateway.predict(row)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('versions that do not belong together', () => {
  it('do not stop the ones that have most of the traffic', async () => {
    const odd = { ...loaded[0]!.model!, task: 'regression', labels: [] } as const;
    const gateway = await createGateway({
      versions: [{ name: 'a', model: odd, weight: 0.01 }, ...loaded],
    });
    expect(gateway.status().versions.map(({ state }) => state)).toEqual([
      'failed',
      'ready',
      'ready',
      'ready',
    ]);
  });

  it('fail with the reason, and the others serve', async () => {
    const { model } = loaded[0]!;
    const gateway = await createGateway({
      versions: [
        { name: 'a', model },
        { name: 'b', model: { ...model!, labels: ['stays', 'leaves'] } },
      ],
    });
    expect(gateway.status().versions[1]).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/stays/),
    });
    expect((await gateway.predict(row)).modelVersion).toBe('a');
  });
});

describe('options that make no sense', () => {
  it.each<[GatewayOptions, RegExp]>([
    [{ timeoutMs: 30_000 }, /recoveryTimeoutMs/],
    [{ timeoutMs: -1, breaker: { failureRatio: 2 } }, /2 fault/],
    [{ weights: { 'v1.0': 1 } }, /v1\.1.*v2\.0/s],
    [{ models: '/nowhere/at/all' }, /no directory/],
    [{ models: 'x', versions: [] }, /exclude each other/],
    [{ versions: [] }, /at least one version/],
    ['./models' as GatewayOptions, /got a string/],
    [{ weights: { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 } }, /above 0/],
    [{ wieghts: {} } as GatewayOptions, /wieghts/],
  ])('%o is refused', async (options, message) => {
    await expect(createGateway(options)).rejects.toThrow(message);
  });
});
