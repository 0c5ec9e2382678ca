import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  createGateway,
  type Decision,
  type GatewayOptions,
  loadVersions,
  type ModelVersion,
  SpillwayError,
  type VersionInput,
} from '../src/index.ts';
import { createFakeClock, createSeededRandom } from '../src/testing/index.ts';

type Predict = NonNullable<VersionInput['predict']>;

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
const demo = await loadVersions();

/** A version that answers when the test says so. */
function createAwaited() {
  const calls: {
    readonly row: unknown;
    readonly signal: AbortSignal;
    readonly resolve: (answer: unknown) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  const predict: Predict = (given, { signal }) =>
    new Promise((resolve, reject) => {
      calls.push({ row: given, signal, resolve, reject });
    });
  return { predict, calls };
}

async function setUp(versions: readonly VersionInput[], options: GatewayOptions = {}) {
  const clock = createFakeClock();
  const gateway = await createGateway({
    versions,
    clock,
    random: createSeededRandom(1),
    ...options,
  });
  return { gateway, clock };
}

/** Lets promises that can settle do so. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await turn();
}

describe('a version that is a function', () => {
  it.each<[string, Predict, object]>([
    ['a number', () => 0.25, { probability: 0.25, prediction: 0, riskCategory: 'Low' }],
    ['a probability', async () => ({ probability: 0.75 }), { probability: 0.75, prediction: 1 }],
    [
      'a prediction of its own',
      async () => ({ probability: 0.2, prediction: 1, margin: -1.5 }),
      { probability: 0.2, prediction: 1, margin: -1.5 },
    ],
  ])('answers with %s', async (_, predict, expected) => {
    const { gateway } = await setUp([{ name: 'mine', predict }]);
    expect(await gateway.predict({ anything: 'goes' })).toMatchObject({
      ...expected,
      modelVersion: 'mine',
      servedBy: 'model',
      degraded: false,
    });
  });

  it('answers other tasks as it states them', async () => {
    const several = { task: 'multiclass', labels: ['a', 'b', 'c'] } as const;
    const { gateway } = await setUp([
      { name: 'several', predict: () => ({ probabilities: [0.2, 0.5, 0.3] }), ...several },
    ]);
    expect(await gateway.predict({})).toMatchObject({ prediction: 'b' });
    const { gateway: values } = await setUp([
      { name: 'value', predict: () => 12.5, task: 'regression' },
    ]);
    expect(await values.predict({})).toMatchObject({ value: 12.5, prediction: 12.5 });
  });

  it('gets the row as an object, also when it came as an array, checked against its features', async () => {
    const seen: unknown[] = [];
    const { features } = demo[0]!.model!.schema;
    const predict: Predict = (given) => {
      seen.push(given);
      return 0.5;
    };
    const { gateway } = await setUp([{ name: 'mine', predict, features }]);
    await gateway.predict(row);
    await gateway.predict(
      features.map(({ name }) => (row as Record<string, number>)[name] ?? null),
    );
    expect(seen).toEqual([row, expect.objectContaining(row)]);
    await expect(gateway.predict({ ...row, shoe_size: 44 })).rejects.toMatchObject({
      code: 'INVALID_ROW',
    });
    expect(seen).toHaveLength(2);
  });

  it('gets a copy of the row: what it does to it reaches nobody else', async () => {
    const { features } = demo[0]!.model!.schema;
    const predict: Predict = (given) => {
      Object.assign(given, { age: 99 });
      return 0.5;
    };
    const { gateway } = await setUp([{ name: 'mine', predict, features }]);
    const given = { ...row };
    await gateway.predict(given);
    expect(given).toEqual(row);
  });

  it('refuses keys that reach the prototype of a copy', async () => {
    const { gateway } = await setUp([{ name: 'mine', predict: () => 0.5 }]);
    const hostile = JSON.parse('{"__proto__": {"admin": true}, "age": 1}') as object;
    await expect(gateway.predict({ ...hostile, ['__proto__']: 1 })).rejects.toMatchObject({
      code: 'INVALID_ROW',
      faults: [{ pointer: '/__proto__' }],
    });
  });

  it.each<[string, Predict, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'MODEL_FAILED',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), 'MODEL_FAILED'],
    ['rejects with null', () => Promise.reject(null), 'MODEL_FAILED'],
    [
      'rejects with an error of a gateway of its own',
      () => Promise.reject(new SpillwayError('SHUTTING_DOWN', 'theirs')),
      'MODEL_FAILED',
    ],
    ['answers nothing', () => undefined, 'INVALID_OUTPUT'],
    ['answers NaN', () => Number.NaN, 'INVALID_OUTPUT'],
    ['answers more than 1', async () => ({ probability: 1.5 }), 'INVALID_OUTPUT'],
    [
      'answers by a getter that throws',
      () => ({
        get probability() {
          throw new Error('boom');
        },
      }),
      'INVALID_OUTPUT',
    ],
  ])('that %s has failed, and its breaker counts it', async (_, predict, code) => {
    const { gateway } = await setUp([{ name: 'mine', predict }]);
    for (let call = 0; call < 5; call++)
      await expect(gateway.predict({})).rejects.toMatchObject({ code });
    await expect(gateway.predict({})).rejects.toMatchObject({ code: 'BREAKER_OPEN' });
  });

  it('that answers with an accessor that changes is read once', async () => {
    let reads = 0;
    const predict: Predict = () => ({
      get probability() {
        return reads++ === 0 ? 0.5 : 7;
      },
    });
    const { gateway } = await setUp([{ name: 'mine', predict }]);
    expect(await gateway.predict({})).toMatchObject({ probability: 0.5 });
  });

  it('cannot be explained, and says so', async () => {
    const { gateway } = await setUp([{ name: 'mine', predict: () => 0.5 }]);
    expect(await gateway.predict({}, { explain: true })).toMatchObject({
      explanation: null,
      explanationError: 'NOT_EXPLAINABLE',
    });
  });
});

describe('the deadline of a version that answers later', () => {
  it('answers the caller in time, tells the version, and keeps its place until the work ends', async () => {
    const { predict, calls } = createAwaited();
    const serving = { maxConcurrent: 1, queue: 0 };
    const { gateway, clock } = await setUp([{ name: 'mine', predict, serving }], {
      timeoutMs: 100,
    });
    const late = gateway.predict({}, { timeoutMs: 30 });
    await settle();
    expect(calls[0]!.signal.aborted).toBe(false);
    clock.advance(30);
    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(calls[0]!.signal.aborted).toBe(true);
    await expect(gateway.predict({})).rejects.toMatchObject({ code: 'BULKHEAD_FULL' });
    calls[0]!.resolve(0.5);
    await settle();
    const next = gateway.predict({});
    await settle();
    calls[1]!.resolve(0.5);
    expect(await next).toMatchObject({ probability: 0.5 });
  });

  it('of a caller counts for no breaker, that of the version does', async () => {
    const { predict, calls } = createAwaited();
    const serving = { maxConcurrent: 100 };
    const { gateway, clock } = await setUp([{ name: 'mine', predict, serving }], {
      timeoutMs: 100,
    });
    const ask = (timeoutMs: number) => {
      const asked = gateway.predict({}, { timeoutMs });
      asked.catch(() => undefined);
      return asked;
    };
    const impatient = Array.from({ length: 10 }, () => ask(10));
    await settle();
    clock.advance(10);
    for (const { reject, signal } of calls) reject(signal.reason);
    await Promise.allSettled(impatient);
    await settle();
    expect(gateway.status().versions[0]!.breaker).toBe('closed');
    const patient = Array.from({ length: 5 }, () => ask(1000));
    await settle();
    clock.advance(100);
    await Promise.allSettled(patient);
    expect(gateway.status().versions[0]!.breaker).toBe('open');
  });

  it('counts for the breaker of a version that stops when it is told to, as time passes before it is asked', async () => {
    const fake = createFakeClock();
    let looks = 0;
    const clock = { ...fake, now: () => fake.now() + ++looks * 0.01 };
    const predict: Predict = (_, { signal }) =>
      new Promise((__, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const breaker = { failureThreshold: 1 };
    const { gateway } = await setUp([{ name: 'mine', predict }], {
      clock,
      timeoutMs: 100,
      breaker,
    });
    const asked = gateway.predict({});
    asked.catch(() => undefined);
    await settle();
    fake.advance(99);
    for (let step = 0; step < 200; step++) {
      fake.advance(0.01);
      await turn();
    }
    await expect(asked).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(gateway.status().versions[0]!.breaker).toBe('open');
  });

  it('that passed while the caller had gone counts when the version has hung on', async () => {
    const { predict } = createAwaited();
    const serving = { maxConcurrent: 100 };
    const { gateway, clock } = await setUp([{ name: 'mine', predict, serving }], {
      timeoutMs: 100,
    });
    const asked = Array.from({ length: 5 }, () => gateway.predict({}, { timeoutMs: 10 }));
    await settle();
    clock.advance(10);
    await Promise.allSettled(asked);
    expect(gateway.status().versions[0]!.breaker).toBe('closed');
    clock.advance(90);
    expect(gateway.status().versions[0]!.breaker).toBe('open');
  });

  it('is not outlived by an answer that came late, or twice', async () => {
    const { predict, calls } = createAwaited();
    const { gateway, clock } = await setUp([{ name: 'mine', predict }], { timeoutMs: 100 });
    const asked = gateway.predict({});
    await settle();
    clock.advance(100);
    await expect(asked).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    calls[0]!.resolve(0.5);
    calls[0]!.resolve(0.7);
    calls[0]!.reject(new Error('too'));
    await settle();
    expect(gateway.status().versions[0]).toMatchObject({
      breaker: 'closed',
      calls: { inFlight: 0, waiting: 0 },
    });
  });

  it('leaves no timer behind', async () => {
    const { gateway, clock } = await setUp([{ name: 'mine', predict: async () => 0.5 }]);
    await gateway.predict({});
    await settle();
    expect(clock.scheduled).toBe(0);
  });
});

describe('a caller who gives up', () => {
  it('is told, the version too, and no breaker counts it', async () => {
    const { predict, calls } = createAwaited();
    const { gateway } = await setUp(
      [
        ...demo.slice(0, 1),
        { name: 'mine', predict, task: 'binary', labels: demo[0]!.model!.labels },
      ],
      {
        weights: { 'v1.0': 0, mine: 1 },
      },
    );
    for (let call = 0; call < 10; call++) {
      const caller = new AbortController();
      const asked = gateway.predictReliable(row, { signal: caller.signal });
      await settle();
      caller.abort();
      await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(calls.at(-1)!.signal.aborted).toBe(true);
      calls.at(-1)!.reject(new Error('aborted'));
      await settle();
    }
    expect(gateway.status().versions[1]!.breaker).toBe('closed');
  });
});

describe('the fallback of a version that answers later', () => {
  const { labels } = demo[0]!.model!;

  it('is not asked for a caller who gave up', async () => {
    const { predict, calls } = createAwaited();
    let asked = 0;
    const model = demo[0]!.model!;
    const predictValues: typeof model.predictValues = (values) => {
      asked++;
      return model.predictValues(values);
    };
    const spare = { ...demo[0]!, name: 'spare', model: { ...model, predictValues } };
    const { gateway } = await setUp([spare, { name: 'mine', predict, labels }], {
      weights: { spare: 0, mine: 1 },
    });
    const caller = new AbortController();
    const decision = gateway.predictReliable(row, { signal: caller.signal });
    await settle();
    caller.abort();
    await expect(decision).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(calls).toHaveLength(1);
    expect(asked).toBe(0);
  });

  const down: VersionInput = {
    name: 'down',
    labels,
    predict: () => Promise.reject(new Error('down')),
  };
  const onDown = { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0, down: 1 };

  it('is another version, then rules', async () => {
    const { gateway } = await setUp([...demo, down], { weights: onDown });
    expect(await gateway.predictReliable(row)).toMatchObject({
      assignedVersion: 'down',
      servedBy: 'other-version',
      reason: 'MODEL_FAILED',
    });
  });

  it('is not there on a gateway that fails closed', async () => {
    const { gateway } = await setUp([...demo, down], {
      weights: onDown,
      fallback: { failClosed: true },
    });
    await expect(gateway.predictReliable(row)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('is the rules once as many calls as allowed stand in for another version', async () => {
    const { predict, calls } = createAwaited();
    const spare: VersionInput = { name: 'spare', labels, predict };
    const rulesOnly: ModelVersion = {
      ...demo[0]!,
      state: 'failed',
      model: null,
      reason: 'made up',
    };
    const { gateway } = await setUp([rulesOnly, spare, down], {
      weights: { 'v1.0': 0, spare: 0, down: 1 },
      fallback: { maxConcurrent: 2 },
    });
    const asked = Array.from({ length: 3 }, () => gateway.predictReliable(row));
    await settle();
    expect(await asked[2]).toMatchObject({ servedBy: 'rules' });
    expect(calls).toHaveLength(2);
    for (const { resolve } of calls) resolve(0.5);
    expect(await asked[0]).toMatchObject({ servedBy: 'other-version', modelVersion: 'spare' });
  });
});

describe('the last version with traffic that is closed', () => {
  /** Fails two of three calls, never five in a row. */
  const createFlaky = (): Predict => {
    let calls = 0;
    return () => (++calls % 3 === 0 ? 0.5 : Promise.reject(new Error('down')));
  };
  const broken: Predict = () => Promise.reject(new Error('down'));

  async function askOften(versions: readonly VersionInput[], modelVersion: string) {
    const { gateway } = await setUp(versions);
    const kept: unknown[] = [];
    gateway.on('breaker-kept-closed', (change) => kept.push(change));
    const ask = (name: string) => gateway.predict({}, { modelVersion: name }).catch(() => null);
    for (let call = 0; call < 5 && versions.length > 1; call++) await ask('broken');
    for (let call = 0; call < 40; call++) await ask(modelVersion);
    await settle();
    return { kept, breakers: gateway.status().versions.map(({ breaker }) => breaker) };
  }

  it('keeps serving though it fails in part, and says so', async () => {
    const versions = [
      { name: 'broken', predict: broken },
      { name: 'flaky', predict: createFlaky() },
    ];
    const { breakers, kept } = await askOften(versions, 'flaky');
    expect(breakers).toEqual(['open', 'closed']);
    expect(kept).toMatchObject([{ modelVersion: 'flaky', reason: 'failure-ratio' }]);
  });

  it('opens while another one is closed, and where it is the only one', async () => {
    const flaky = () => ({ name: 'flaky', predict: createFlaky() });
    const good = { name: 'good', predict: () => 0.5 };
    const versions = [{ name: 'broken', predict: broken }, flaky(), good];
    expect((await askOften(versions, 'flaky')).breakers).toEqual(['open', 'open', 'closed']);
    expect(await askOften([flaky()], 'flaky')).toEqual({ kept: [], breakers: ['open'] });
  });
});

describe('versions that answer later', () => {
  it('are compared side by side with those that answer at once', async () => {
    const { labels } = demo[0]!.model!;
    const { gateway } = await setUp([...demo, { name: 'mine', labels, predict: async () => 0.5 }]);
    const { results } = await gateway.compare(row);
    expect(results.map(({ modelVersion }) => modelVersion)).toEqual([
      'v1.0',
      'v1.1',
      'v2.0',
      'mine',
    ]);
    expect(results[3]).toMatchObject({ probability: 0.5 });
  });

  it('are waited for by close, which then refuses', async () => {
    const { predict, calls } = createAwaited();
    const { gateway } = await setUp([{ name: 'mine', predict }]);
    const asked = gateway.predict({});
    await settle();
    let closed = false;
    const closing = gateway.close().finally(() => {
      closed = true;
    });
    await settle();
    expect(closed).toBe(false);
    calls[0]!.resolve(0.5);
    expect(await asked).toMatchObject({ probability: 0.5 });
    await closing;
    await expect(gateway.predict({})).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('rules in the shadow', () => {
  it('are asked about a share of the well answered rows, and what they said is counted', async () => {
    const { gateway } = await setUp(demo, { fallback: { shadowRatio: 0.1 } });
    for (let call = 0; call < 1000; call++) await gateway.predictReliable(row);
    await settle();
    const text = await gateway.metrics.metrics();
    const counts = [...text.matchAll(/spillway_fallback_shadow_total\{.*outcome="(\w+)"\} (\d+)/g)];
    const total = counts.reduce((sum, [, , count]) => sum + Number(count), 0);
    expect(total).toBe(100);
    expect(
      counts.find(([, outcome, count]) => outcome === 'failed' && count !== '0'),
    ).toBeUndefined();
  });
});

describe('the configuration of versions in code', () => {
  it.each<[string, VersionInput, string]>([
    ['nothing to ask', { name: 'x' }, '/versions/x/model'],
    ['two things to ask', { name: 'x', predict: () => 0, module: './x.js' }, '/versions/x/model'],
    [
      'a function in a thread',
      { name: 'x', predict: () => 0, serving: { isolation: 'worker' } },
      '/versions/x/serving/isolation',
    ],
    [
      'threads of a function',
      { name: 'x', predict: () => 0, serving: { threads: 2 } },
      '/versions/x/serving/threads',
    ],
    [
      'a queue of a model that answers at once',
      { name: 'x', model: demo[0]!.model, serving: { queue: 5 } },
      '/versions/x/serving/queue',
    ],
    [
      'no labels for several',
      { name: 'x', predict: () => 0, task: 'multiclass' },
      '/versions/x/labels',
    ],
    [
      'more memory than a thread can have',
      { name: 'x', module: './x.js', serving: { maxMemoryMb: 100_000 } },
      '/versions/x/serving/maxMemoryMb',
    ],
    [
      'a limit below 1',
      { name: 'x', predict: () => 0, serving: { maxConcurrent: 0 } },
      '/versions/x/serving/maxConcurrent',
    ],
  ])('refuses %s', async (_, version, pointer) => {
    await expect(createGateway({ versions: [version] })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      faults: [{ pointer }],
    });
  });

  it.each<[string, unknown, string]>([
    ['what is no list', {}, '/versions'],
    ['what is no version', [null], '/versions/0'],
    ['no name', [{ predict: () => 0 }], '/versions/0/name'],
    ['a name with a line break', [{ name: 'a\nb', predict: () => 0 }], '/versions/0/name'],
    ['a misspelt field', [{ name: 'x', predict: () => 0, wieght: 1 }], '/versions/0/wieght'],
    [
      'a weight that is a text',
      [{ name: 'x', predict: () => 0, weight: '1' }],
      '/versions/0/weight',
    ],
    ['an unknown task', [{ name: 'x', predict: () => 0, task: 'x' }], '/versions/0/task'],
    [
      'serving that is a text',
      [{ name: 'x', predict: () => 0, serving: 'x' }],
      '/versions/0/serving',
    ],
    [
      "a card's spelling",
      [{ name: 'x', predict: () => 0, serving: { timeout_ms: 5 } }],
      '/versions/0/serving/timeout_ms',
    ],
    [
      'a limit that is a text',
      [{ name: 'x', predict: () => 0, serving: { timeoutMs: '5' } }],
      '/versions/0/serving/timeoutMs',
    ],
  ])('refuses %s', async (_, versions, pointer) => {
    await expect(
      createGateway({ versions } as Parameters<typeof createGateway>[0]),
    ).rejects.toMatchObject({ code: 'INVALID_CONFIG', faults: [{ pointer }] });
  });

  it('types a decision as something that may come later', async () => {
    const { gateway } = await setUp(demo);
    const decision: Decision | Promise<Decision> = gateway.decide(row);
    expect(decision).not.toBeInstanceOf(Promise);
    await gateway.close();
  });
});
