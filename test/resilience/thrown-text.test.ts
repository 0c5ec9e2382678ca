import { expect, test } from 'vitest';
import { describeThrown, restoreThrown } from '../../src/resilience/thrown-text.ts';

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('no');
    },
    getPrototypeOf() {
      throw new Error('no');
    },
  },
);

test('an error keeps its name, message and stack', () => {
  const thrown = new TypeError('bad row');
  const restored = restoreThrown(structuredClone(describeThrown(thrown)));
  expect(restored).toBeInstanceOf(Error);
  expect(restored.name).toBe('TypeError');
  expect(restored.message).toBe('bad row');
  expect(restored.stack).toBe(thrown.stack);
});

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  ['a text', 'a text'],
  [42n, '42n'],
  [Symbol('s'), 'Symbol(s)'],
  [{ reason: 'odd' }, "{ reason: 'odd' }"],
  [Object.create(null), '[Object: null prototype] {}'],
  [{ message: () => 1 }, '{ message: [Function: message] }'],
  [() => 1, '[Function (anonymous)]'],
])('what is no error is put in words: %o', (thrown: unknown, words) => {
  const restored = restoreThrown(describeThrown(thrown));
  expect(restored.message).toBe(words);
  expect(restored.stack).toBe(`Error: ${words}`);
});

test('what throws when it is looked at is put in words too', () => {
  const error = new Error('x');
  Object.defineProperty(error, 'message', {
    get() {
      throw new Error('no');
    },
  });
  for (const thrown of [hostile, error, new Proxy(() => 1, {})]) {
    expect(describeThrown(thrown).message).not.toBe('');
  }
});

test('texts end after 10,000 characters', () => {
  const long = 'x'.repeat(1e6);
  expect(describeThrown(long).message).toHaveLength(10_000);
  expect(describeThrown(new Error(long)).message).toHaveLength(10_000);
  expect(describeThrown({ long }).message.length).toBeLessThanOrEqual(10_000);
});
