import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkerPool } from '../../src/resilience/worker-pool.ts';
import { createFakeClock } from '../../src/testing/index.ts';
import { createPools, until, within } from './pool-under-test.ts';

const pools = createPools();
const unhandled: unknown[] = [];
const record = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', record));
afterAll(async () => {
  await pools.end();
  process.off('unhandledRejection', record);
  expect(unhandled).toEqual([]);
});

/** What its messages say it is to do. */
const obedient = `{
  async later(message, signal) {
    if (message.log) signal.addEventListener('abort', () => Atomics.add(message.log, 0, 1));
    await new Promise((resolve) => setTimeout(resolve, message.ms));
    if (message.thenSpin) for (;;);
    return message.value;
  },
  answer(message, { signal }) {
    if (message.begun) Atomics.add(message.begun, 0, 1);
    if (message.spin) for (;;);
    if (message.spinMs) for (const end = performance.now() + message.spinMs; performance.now() < end;);
    if (message.exit !== undefined) process.exit(message.exit);
    if (message.uncaught) setImmediate(() => { throw new RangeError('nobody catches this') });
    if (message.uncaught || message.hang) return new Promise(() => {});
    if (message.fill) for (const all = [];;) all.push(new Array(1000).fill(Math.random()));
    return message.ms === undefined ? message.value : this.later(message, signal);
  },
}`;

const counter = () => new Int32Array(new SharedArrayBuffer(4));
const codeOf = (error: unknown) => (error as { code?: string }).code;

describe('tasks', () => {
  test('of one turn are sent together, and all are answered, each with its own answer', async () => {
    const pool = pools.make(obedient, { threads: 2 });
    await pool.ready();
    const sent = pool.sent;
    const values = Array.from({ length: 1000 }, (_, value) => value);
    const answers = values.map((value) => pool.run({ value }, within(20_000)));
    expect(await Promise.all(answers)).toEqual(values);
    expect(pool.sent - sent).toBeLessThan(20);
    expect(pool.busy).toBe(0);
    expect(pool.restarts).toBe(0);
  });

  test('whose answers cannot be read, though there are several, end their own thread alone', async () => {
    const pool = pools.make(
      `{
        async answer({ deep, ms }) {
          let value = 'plain';
          for (let level = 0; level < deep; level++) value = { value };
          if (ms !== undefined) await new Promise((resolve) => setTimeout(resolve, ms));
          return value;
        },
      }`,
      { threads: 2 },
    );
    await until(() => pool.alive === 2);
    // can be written, and not be read
    const deep = () => pool.run({ deep: 6000 }, within(5000));
    const other = () => pool.run({ ms: 1000 }, within(5000));
    const asked = [deep(), other(), deep(), other(), deep(), other()];
    await turn();
    // all answers are there before this thread looks at the first
    Atomics.wait(counter(), 0, 0, 500);
    const results = await Promise.allSettled(asked);
    expect(results.map(({ status }) => status)).toEqual(
      results.map((_, index) => (index % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
    await until(() => pool.alive === 2);
    expect(pool.restarts).toBe(1);
  });

  test('more than fit into one thread wait for others to be answered', async () => {
    const pool = pools.make(obedient);
    const values = Array.from({ length: 5000 }, (_, value) => value);
    const answers = values.map((value) => pool.run({ value }, within(20_000)));
    expect(await Promise.all(answers)).toEqual(values);
  });

  test('answers of quick tasks travel together, none waits for a slow one', async () => {
    const pool = pools.make(`{
      isQuick: (message) => message < 100,
      answer: (message) => { if (message === 100) for (;;); return message },
    }`);
    const quick = Array.from({ length: 100 }, (_, value) => value);
    await pool.ready();
    const answers = quick.map((value) => pool.run(value, within(5000)));
    const slow = pool.run(100, within(300));
    expect(await Promise.race([Promise.all(answers), slow])).toEqual(quick);
    expect(pool.received).toBeLessThan(50);
    await expect(slow).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  test('an answer that is there does not wait for the task after it, made at once or by a promise', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const first = pool.run({ value: 'now' }, within(5000));
    const second = pool.run({ value: 'soon', ms: 0 }, within(5000));
    const asynchronous = pools.make(
      '{ answer: async (value) => { if (value === 2) for (;;); return value } }',
    );
    await asynchronous.ready();
    const third = asynchronous.run(1, within(5000));
    const fourth = asynchronous.run(2, within(300));
    const spins = pool.run({ spin: true }, within(300));
    expect(await Promise.race([Promise.all([first, third]), spins, fourth])).toEqual(['now', 1]);
    await Promise.allSettled([second, spins, fourth]);
  });

  test('several can be under way in one thread', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const begun = counter();
    const hanging = [1, 2, 3].map(() => pool.run({ hang: true, begun }, within(1000)));
    const results = Promise.allSettled(hanging);
    await until(() => begun[0] === 3);
    expect(await pool.run({ value: 'between' }, within(5000))).toBe('between');
    expect(pool.busy).toBe(1);
    await results;
  });

  test.each([undefined, null, 0, 'text', { a: [1] }, new Float64Array([1, Number.NaN, -0])])(
    'are answered with any data: %s',
    async (value: unknown) => {
      const pool = pools.make('{ answer: (message) => message }');
      expect(await pool.run(value, within(5000))).toEqual(value);
      await pool.close();
    },
  );

  test('a message that cannot be cloned fails alone, not those that are sent with it', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const good = [1, 2].map((value) => pool.run({ value }, within(5000)));
    const bad = pool.run({ value: () => 1 }, within(5000)).catch(codeOf);
    const last = pool.run({ value: 3 }, within(5000));
    expect(await Promise.all([...good, bad, last])).toEqual([1, 2, 'INVALID_ROW', 3]);
  });

  test('whose caller gave up are refused, taken back, or told by their signal', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const gone = AbortSignal.abort('gone');
    await expect(pool.run({}, { ...within(1000), signal: gone })).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: 'gone',
    });
    const caller = new AbortController();
    const { signal } = caller;
    const [begun, log] = [counter(), counter()];
    const underWay = pool.run({ ms: 60_000, begun, log }, { ...within(60_000), signal });
    await until(() => begun[0] === 1);
    pool.run({ spinMs: 200, begun }, within(5000)).catch(codeOf);
    await until(() => begun[0] === 2);
    const waiting = pool.run({ begun }, { ...within(5000), signal });
    const results = Promise.all([underWay.catch(codeOf), waiting.catch(codeOf)]);
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    expect(await results).toEqual(['CANCELLED', 'CANCELLED']);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(await pool.run({ value: 1 }, within(5000))).toBe(1);
    expect(begun[0]).toBe(2);
    expect(log[0]).toBe(1);
    expect(pool.restarts).toBe(0);
  });
});

describe('a deadline', () => {
  test('that is over is refused without asking a thread', async () => {
    const pool = pools.make(obedient);
    for (const deadline of [0, Number.NaN, Number.NEGATIVE_INFINITY]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(pool.run({}, { deadline })).rejects.toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        details: { begun: false },
      });
    }
    expect(pool.sent).toBe(0);
  });

  test('ends a task that spins, and its thread; those that waited behind it are answered by another', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const start = performance.now();
    const spins = pool.run({ spin: true }, within(200));
    const behind = [1, 2, 3].map((value) => pool.run({ value }, within(10_000)));
    await expect(spins).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(performance.now() - start).toBeLessThan(300);
    expect(await Promise.all(behind)).toEqual([1, 2, 3]);
    expect(await pool.run({ value: 4 }, within(10_000))).toBe(4);
    expect(pool.restarts).toBe(1);
  });

  test('of a task that spins is nothing to those in other threads, and they take what waits behind it', async () => {
    const pool = pools.make(obedient, { threads: 2 });
    await until(() => pool.alive === 2);
    let isOver = false;
    const spins = pool.run({ spin: true }, within(3000)).catch(() => {
      isOver = true;
    });
    const others = Array.from({ length: 20 }, (_, value) => pool.run({ value }, within(10_000)));
    const slow = pool.run({ value: 'slow', ms: 20 }, within(10_000));
    expect(await Promise.all([...others, slow])).toEqual([...others.keys(), 'slow']);
    expect(isOver).toBe(false);
    await spins;
  });

  test('of a task that waits is told to its signal, and its thread goes on', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const log = counter();
    const late = pool.run({ ms: 400, log, value: 'late' }, within(100));
    const others = pool.run({ ms: 600, value: 'in time' }, within(5000));
    await expect(late).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { begun: true },
    });
    // the late answer comes in between and goes nowhere
    expect(await others).toBe('in time');
    expect(log[0]).toBe(1);
    expect(pool.restarts).toBe(0);
    expect(pool.busy).toBe(0);
  });

  test('ends a thread that is blocked by what a task left behind, long after its deadline', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const left = pool.run({ ms: 300, thenSpin: true }, within(50));
    await expect(left).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    // a thread is found blocked when a task is late in it
    await until(() => {
      pool.run({ value: 1 }, within(100)).catch(codeOf);
      return pool.restarts === 1;
    });
    expect(await pool.run({ value: 2 }, within(10_000))).toBe(2);
  });

  test('that passes while the thread is at a task with time left does not end the thread', async () => {
    const pool = pools.make(obedient);
    await pool.ready();
    const long = pool.run({ spinMs: 400, value: 'long' }, within(10_000));
    const short = pool.run({ value: 'short' }, within(50));
    await expect(short).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { begun: false },
    });
    expect(await long).toBe('long');
    expect(pool.restarts).toBe(0);
  });

  test('that passes while this thread is held up ends no thread that is not blocked', async () => {
    const clock = createFakeClock();
    // time goes on while nobody is told, as in a process that is stopped
    let heldUp = 0;
    const pool = pools.make(obedient, { clock: { ...clock, now: () => clock.now() + heldUp } });
    await pool.ready();
    const begun = counter();
    const hangs = pool.run({ hang: true, begun }, { deadline: 100 }).catch(codeOf);
    await until(() => begun[0] === 1);
    clock.advance(100);
    expect(await hangs).toBe('DEADLINE_EXCEEDED');
    heldUp = 5000;
    clock.advance(25);
    expect(pool.alive).toBe(1);
    expect(await pool.run({ value: 1 }, { deadline: 10_000 })).toBe(1);
    clock.advance(25);
    expect(pool.alive).toBe(1);
  });

  test('needs one timer for all tasks', async () => {
    const clock = createFakeClock();
    const pool = pools.make(obedient, { clock });
    await pool.ready();
    const tasks = Array.from({ length: 100 }, (_, at) =>
      pool.run({ hang: true }, { deadline: 1000 + (at % 20) }).catch(codeOf),
    );
    expect(clock.scheduled).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.scheduled).toBe(1);
    clock.advance(1000);
    expect(await tasks[0]).toBe('DEADLINE_EXCEEDED');
    expect(clock.scheduled).toBe(1);
    clock.advance(19); // no thread is given up so soon, however slowly it hears of it
    expect(new Set(await Promise.all(tasks))).toEqual(new Set(['DEADLINE_EXCEEDED']));
    await pool.close();
    expect(clock.scheduled).toBe(0);
  });

  test('may be never', async () => {
    const pool = pools.make(obedient);
    expect(await pool.run({ value: 1 }, { deadline: Number.POSITIVE_INFINITY })).toBe(1);
  });
});

describe('a thread that dies', () => {
  test.each([
    ['by process.exit', { exit: 3 }, 'code 3'],
    ['by process.exit(0)', { exit: 0 }, 'code 0'],
    ['by what nobody catches', { uncaught: true }, 'nobody catches this'],
    ['for want of memory', { fill: true }, 'memory limit'],
  ])('%s fails what it had begun, and is replaced', async (_, message, reason) => {
    const pool = pools.make(obedient, { maxMemoryMb: 32 });
    await pool.ready();
    const begun = counter();
    const dies = pool.run({ ...message, begun }, within(20_000));
    const behind = pool.run({ value: 'behind' }, within(20_000));
    await expect(dies).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      cause: { message: expect.stringContaining(reason) },
    });
    // what nobody catches comes a turn later, when the task behind it was answered
    expect(await behind).toBe('behind');
    expect(await pool.run({ value: 'next' }, within(20_000))).toBe('next');
    await until(() => pool.restarts === 1);
    expect(begun[0]).toBe(1);
  });

  test('in another thread changes nothing for those under way elsewhere', async () => {
    const pool = pools.make(obedient, { threads: 2, maxMemoryMb: 32 });
    await until(() => pool.alive === 2);
    const slow = Array.from({ length: 4 }, () => pool.run({ ms: 300, value: 1 }, within(10_000)));
    const settled = Promise.allSettled(slow);
    const dies = pool.run({ exit: 1 }, within(10_000));
    await expect(dies).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    const kept = (await settled).filter(({ status }) => status === 'fulfilled');
    expect(kept).toHaveLength(2);
  });

  test('at its start is started again after growing waits, and each failure is told', async () => {
    const clock = createFakeClock();
    const pool = pools.make('(() => { throw new Error("no model") })()', { clock, threads: 2 });
    await expect(pool.ready()).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      cause: { message: 'no model' },
    });
    expect(pool.restarts).toBe(0);
    // one that could not be answered before the next start learns why at once, another waits
    await expect(pool.run({}, { deadline: 50 })).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    const waits = pool.run({}, { deadline: 1e6 }).catch((error: Error) => error.cause);
    for (const [restarts, wait] of [
      100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ].entries()) {
      clock.advance(wait - 1);
      expect(pool.restarts).toBe(restarts);
      clock.advance(1);
      // oxlint-disable-next-line no-await-in-loop -- the next wait begins with this death
      await pool.ready().catch(codeOf);
    }
    expect(await waits).toMatchObject({ message: 'no model' });
  });

  test('before it answered waits, and one that answered is replaced at once', async () => {
    const pool = pools.make(obedient);
    const die = () => pool.run({ exit: 1 }, within(10_000)).catch(codeOf);
    const start = performance.now();
    await die();
    await die();
    expect(await pool.run({ value: 1 }, within(10_000))).toBe(1);
    expect(performance.now() - start).toBeGreaterThan(290);
    await die();
    expect(await pool.run({ value: 2 }, within(10_000))).toBe(2);
    expect(pool.restarts).toBe(3);
  });

  test('with a task that it had not begun twice fails that task: its message may be what kills', async () => {
    const pool = pools.make(`async () => {
      const { parentPort } = await import('node:worker_threads');
      parentPort.on('message', () => process.exit(9));
      return { answer: (message) => message };
    }`);
    await expect(pool.run(1, within(10_000))).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      cause: { message: 'the thread exited with code 9' },
    });
    expect(pool.restarts).toBe(1);
  });

  test('is told apart from one that never starts: that one is ended after its time', async () => {
    const pool = pools.make('(() => { for (;;); })()', { startTimeoutMs: 200 });
    await expect(pool.ready()).rejects.toThrow('not ready after 200 ms');
  });

  test('does not make the process fail when it sends what is no answer', async () => {
    const pool = pools.make(`{ answer: async (message) => {
      const { parentPort } = await import('node:worker_threads');
      for (const text of ['hello', [null], [{ number: 12345 }], {}, null]) parentPort.postMessage(text);
      return message;
    } }`);
    expect(await pool.run(1, within(10_000))).toBe(1);
  });
});

describe('a pool', () => {
  test('that is closed fails what it has and what comes', async () => {
    const pool = pools.make(obedient, { threads: 2 });
    await until(() => pool.alive === 2);
    const running = [{ spin: true }, { hang: true }, { ms: 60_000 }].map((message) =>
      pool.run(message, within(60_000)).catch(codeOf),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = pool.run({}, within(60_000)).catch(codeOf);
    await pool.close();
    expect(new Set(await Promise.all([...running, waiting]))).toEqual(new Set(['SHUTTING_DOWN']));
    await expect(pool.run({}, within(1000))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(pool.alive).toBe(0);
    await pool.close();
  });

  test('that is closed while it starts fails who waits for it', async () => {
    const pool = pools.make(obedient);
    const ready = expect(pool.ready()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await pool.close();
    await ready;
  });

  test('keeps a process alive for a start and for a task, and for nothing else', async () => {
    const text = `await pool.ready();
      console.log(await pool.run(100, { deadline: performance.now() + 20_000 }));
      console.log(await pool.run(60_000, { deadline: performance.now() + 200 }).catch(({ code }) => code));`;
    expect(await runProgram(text)).toBe('answered\nDEADLINE_EXCEEDED\n');
  });

  test('that is closed leaves no handle', async () => {
    const text = `await pool.run(1, { deadline: performance.now() + 20_000 });
      pool.run(60_000, { deadline: performance.now() + 60_000 }).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      const open = process.getActiveResourcesInfo().length > 0;
      await pool.close();
      for (let look = 0; look < 1000 && process.getActiveResourcesInfo().some((name) => name !== 'PipeWrap'); look++)
        await new Promise((resolve) => setImmediate(resolve));
      console.log(open, process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'));`;
    expect(await runProgram(text)).toBe('true []\n');
  });

  test('has as many threads as there are cores less one when it is not told', async () => {
    const file = pools.file('');
    const pool = createWorkerPool({ name: 'm', file });
    expect(pool.threads).toBe(Math.max(1, availableParallelism() - 1));
    await pool.close();
  });

  test('refuses options out of range, all at once', () => {
    const options = {
      name: '',
      file: new URL('file:///'),
      threads: 0,
      maxMemoryMb: 15.5,
      startTimeoutMs: 0,
    };
    expect(() => createWorkerPool(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIG',
        faults: ['/name', '/threads', '/maxMemoryMb', '/startTimeoutMs'].map((pointer) => ({
          pointer,
          message: expect.any(String),
        })),
      }),
    );
  });
});

/** What a program prints that has a pool whose tasks say after how many milliseconds they are answered. */
async function runProgram(text: string): Promise<string> {
  const index = JSON.stringify(new URL('../../dist/resilience/index.js', import.meta.url));
  const file = pools.file(`import { serveTasks } from ${index};
    await serveTasks(() => ({ answer: (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'answered')) }));`);
  const program = pools.file(`import { createWorkerPool } from ${index};
    const pool = createWorkerPool({ name: 'm', file: new URL(${JSON.stringify(file)}), threads: 1 });
    ${text}`);
  const { stdout } = await promisify(execFile)(process.execPath, [program.pathname], {
    timeout: 20_000,
  });
  return stdout;
}
