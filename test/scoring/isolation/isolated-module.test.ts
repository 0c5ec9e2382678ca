import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock, SpillwayError } from '../../../src/core/index.ts';
import { ask, createPredictors } from './predictor-under-test.ts';

const predictors = createPredictors();
const unhandled: unknown[] = [];
const record = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', record));
afterAll(async () => {
  await predictors.end();
  process.off('unhandledRejection', record);
  expect(unhandled).toEqual([]);
});

describe('a module', () => {
  test('answers rows at once or by a promise, with whatever it answers', async () => {
    const atOnce = predictors.ofText('export default (row) => ({ value: row.age * 2 })');
    const later = predictors.ofText('export default async (row) => ({ value: row.age * 3 })');
    const nonsense = predictors.ofText('export default () => undefined');
    expect(await ask(atOnce, { age: 4 })).toEqual({ prediction: { value: 8 } });
    expect(await ask(later, { age: 4 })).toEqual({ prediction: { value: 12 } });
    expect(await ask(nonsense, {})).toEqual({ prediction: undefined });
  });

  test('is given the row as it is, and cannot change the one of its caller', async () => {
    const predictor = predictors.ofText('export default (row) => { row.age = 1; return row }');
    const row = { age: 40, name: 'ä', missing: null, nan: Number.NaN, list: [1] };
    expect(await ask(predictor, row)).toEqual({ prediction: { ...row, age: 1 } });
    expect(row.age).toBe(40);
  });

  test('is told by its signal that nobody waits any more', async () => {
    const predictor = predictors.ofText(`let reason = 'none';
      export default (row, { signal }) => row.ask ? reason : new Promise((resolve) => {
        signal.addEventListener('abort', () => { reason = signal.reason.code });
      })`);
    await predictor.ready();
    await expect(ask(predictor, {}, 50)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await ask(predictor, { ask: true })).toEqual({ prediction: 'CANCELLED' });
    expect(predictor.restarts).toBe(0);
  });

  test('that is asked for an explanation answers, and says that there is none', async () => {
    const predictor = predictors.ofText('export default () => 1');
    const call = { deadline: clock.now() + 10_000, explain: true };
    const { prediction, explanation } = await predictor.predict({}, call);
    expect(prediction).toBe(1);
    expect(explanation).toBeInstanceOf(SpillwayError);
    expect(explanation).toMatchObject({ code: 'NOT_EXPLAINABLE' });
  });

  test.each([
    ['throws an error', 'throw new RangeError("too old")', 'RangeError', 'too old'],
    ['rejects', 'return Promise.reject(new RangeError("too old"))', 'RangeError', 'too old'],
    ['throws null', 'throw null', 'Error', 'null'],
    ['rejects with nothing', 'return Promise.reject()', 'Error', 'undefined'],
    ['throws a text', 'throw "too old"', 'Error', 'too old'],
    ['throws a function', 'throw () => 1', 'Error', '[Function (anonymous)]'],
    ['throws a proxy', 'throw new Proxy({}, { get() { throw 1 } })', 'Error', expect.any(String)],
  ])('that %s has failed, and its thread goes on', async (_, text, name, message) => {
    const predictor = predictors.ofText(
      `export default (row) => { if (row.ok) return 1; ${text} }`,
    );
    const failure = await ask(predictor, {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'MODEL_FAILED',
      message: 'v1 failed',
      cause: { name, message },
    });
    expect(await ask(predictor, { ok: true })).toEqual({ prediction: 1 });
    expect(predictor.restarts).toBe(0);
  });

  test('that throws is shown with the stack of where it threw', async () => {
    const predictor = predictors.ofText(
      'export default function findMe() { throw new Error("here") }',
    );
    await expect(ask(predictor, {})).rejects.toMatchObject({
      cause: { stack: expect.stringMatching(/^Error: here\n +at findMe .*module-\d+\.mjs/) },
    });
  });

  test.each([
    ['a function', 'return () => 1'],
    ['a promise of a function', 'return Promise.resolve(() => 1)'],
    ['a proxy', 'return new Proxy({}, {})'],
    ['a getter that throws', 'return { get value() { throw new Error("no") } }'],
    ['a symbol', 'return { value: Symbol("s") }'],
  ])('that answers %s has no usable output', async (_, text) => {
    const predictor = predictors.ofText(
      `export default (row) => { if (row.ok) return 1; ${text} }`,
    );
    const asked = [ask(predictor, {}), ask(predictor, { ok: true })];
    await expect(asked[0]).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    expect(await asked[1]).toEqual({ prediction: 1 });
    expect(predictor.restarts).toBe(0);
  });

  test('that answers what is too deep to be read has failed at once', async () => {
    const predictor = predictors.ofText(`export default ({ levels }) => {
      let answer = 1;
      for (let level = 0; level < levels; level++) answer = { answer };
      return answer;
    }`);
    for (const levels of [3000, 5000, 7000, 9000, 1e6]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const error = await ask(predictor, { levels }, 60_000).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: expect.stringMatching(/^(MODEL_FAILED|INVALID_OUTPUT)$/),
      });
    }
    expect(await ask(predictor, { levels: 0 })).toEqual({ prediction: 1 });
  });

  test.each(['null', 'Object.create(null)', 'new Proxy({}, {})', 'Symbol("s")', '() => 1'])(
    'that throws %s where nobody catches it ends its thread and nothing else',
    async (thrown) => {
      const predictor = predictors.ofText(
        `export default (row) => row.ok || new Promise(() => setImmediate(() => { throw ${thrown} }))`,
      );
      await expect(ask(predictor, {})).rejects.toMatchObject({ code: 'MODEL_FAILED' });
      expect(await ask(predictor, { ok: 1 })).toEqual({ prediction: 1 });
      expect(predictor.restarts).toBe(1);
    },
  );

  test('that settles twice has answered what it said first', async () => {
    const predictor =
      predictors.ofText(`export default (row) => row.again ? 3 : { then(resolve, reject) {
      resolve(1); resolve(2); reject(new Error('late'));
    } }`);
    expect(await ask(predictor, {})).toEqual({ prediction: 1 });
    expect(await ask(predictor, { again: true })).toEqual({ prediction: 3 });
  });

  test.each([
    ['is not there', undefined, /Cannot find module/],
    ['cannot be parsed', 'export default (', /Unexpected end of input/],
    ['throws when it is loaded', 'throw new Error("no licence")', /no licence/],
    [
      'exports no function',
      'export default 5',
      /expected a function as default export, got number/,
    ],
    ['exports nothing', '', /expected a function as default export, got undefined/],
  ])('that %s is not ready, and says why', async (_, text, reason) => {
    const predictor =
      text === undefined
        ? predictors.of({ kind: 'module', url: new URL('no-such.mjs', import.meta.url).href })
        : predictors.ofText(text);
    await expect(predictor.ready()).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      cause: { message: expect.stringMatching(reason) },
    });
    await expect(ask(predictor, {}, 20)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  test('that is no file is refused', () => {
    for (const url of [
      'https://example.com/model.js',
      'data:text/javascript,1',
      './model.js',
      '',
    ]) {
      expect(() => predictors.of({ kind: 'module', url })).toThrow(
        expect.objectContaining({ code: 'INVALID_CONFIG' }),
      );
    }
  });
});

test('a module that spins costs its deadline, and the next row is answered', async () => {
  const predictor = predictors.ofText('export default (row) => { while (row.spin); return 1 }');
  await predictor.ready();
  const start = clock.now();
  await expect(ask(predictor, { spin: true }, 200)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  expect(clock.now() - start).toBeLessThan(300);
  expect(await ask(predictor, {})).toEqual({ prediction: 1 });
  expect(predictor.restarts).toBe(1);
});

test('a closed predictor refuses', async () => {
  const predictor = predictors.ofText('export default () => 1');
  await predictor.close();
  await expect(ask(predictor, {})).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(predictor.threads).toBe(1);
  expect(predictor.busy).toBe(0);
});
