import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import { knownFormats, type ReadOptions, readArtifact } from '../../src/formats/index.ts';
import { loadFixture } from './xgboost-fixtures.ts';

const { bytes } = loadFixture('3.4.1', 'binary-hinge');

function refusal(content: string | Uint8Array, options: ReadOptions = {}): unknown {
  try {
    return readArtifact(typeof content === 'string' ? Buffer.from(content) : content, options);
  } catch (error) {
    return error;
  }
}

function nested(depth: number): string {
  return `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"k${index}":":"`).join();
}

describe('an unknown format', () => {
  test('is named by its first sixteen bytes, with the formats that exist', () => {
    const pickle = Uint8Array.from({ length: 40 }, (_, index) => 0x80 + index);
    expect(refusal(pickle)).toMatchObject({
      code: 'UNKNOWN_FORMAT',
      message:
        'the file begins with the bytes 80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f, which no format does; ' +
        `the formats that can be read are ${knownFormats.join(', ')}`,
    });
  });

  test.each([
    ['', 'the file is empty'],
    ['{', 'the file begins with the bytes 7b,'],
    ['[1, 2]', 'the file begins with the bytes 5b 31'],
    ['tree\nrings=4', 'the file begins with the bytes 74 72'],
    ['{}', 'the file begins with the bytes 7b 7d,'],
    ['{"name": "Pipeline"}', 'the file begins with'],
    ['{"name": 7, "baseModel": {}}', 'the file begins with'],
    ['{"Model": {}, "Config": {}}', 'the file begins with'],
  ])('is %j', (content, message) => {
    expect(refusal(content)).toMatchObject({
      code: 'UNKNOWN_FORMAT',
      message: expect.stringContaining(message),
    });
  });

  test('can be one that the caller made up', () => {
    expect(refusal(bytes, { format: 'made-up' })).toMatchObject({
      code: 'UNKNOWN_FORMAT',
      message: `unknown format "made-up"; the formats that can be read are ${knownFormats.join(', ')}`,
    });
  });
});

describe('the door for JSON', () => {
  const broken = 'the file begins as JSON text, and is not valid JSON in UTF-8';

  test.each([
    ['a text that is cut off', '{"learner": {"a": [1, 2', /ends inside 3 open brackets/],
    ['a string that is cut off', '{"learner": {"a": "b]}', /ends inside 2 open brackets/],
    ['an escape at the end', '{"learner": "\\', /ends inside 1 open brackets/],
    ['words that are no JSON', '{"learner": nan}', new RegExp(broken)],
    ['a NaN inside a number', '{"learner": [1NaN, -NaN]}', new RegExp(broken)],
    ['something after the end', '{"learner": 1} {}', new RegExp(broken)],
    ['a bracket too many', '{"learner": 1}]', new RegExp(broken)],
    ['a null byte', '{"learner": 1}\0', new RegExp(broken)],
  ])('refuses %s', (_name, text, message) => {
    expect(refusal(text)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });

  test('refuses bytes that are not UTF-8, also inside strings', () => {
    const text = Buffer.from('{"learner": "_"}');
    text[text.indexOf('_')] = 0xff;
    expect(refusal(text)).toMatchObject({ code: 'INVALID_MODEL', message: broken });
  });

  test('lets a thousand levels through and no more', () => {
    expect(refusal(nested(999))).toMatchObject({ code: 'UNKNOWN_FORMAT' });
    expect(refusal(nested(1000))).toMatchObject({
      code: 'INVALID_MODEL',
      message: 'JSON nested deeper than 1000 levels',
    });
    expect(refusal(`{"x":${'['.repeat(1_000_000)}`)).toMatchObject({ code: 'INVALID_MODEL' });
  });

  test('does not count brackets inside strings', () => {
    expect(refusal(`{"x":"${'['.repeat(2000)}\\"{"}`)).toMatchObject({ code: 'UNKNOWN_FORMAT' });
  });

  test('refuses more containers than a model needs before it makes them', () => {
    expect(refusal(`{"x":[${'{},'.repeat(2 ** 21)}{}]}`)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(
        /^JSON of \d+ bytes with more than 1114113 arrays and objects/,
      ),
    });
  });

  test('refuses an object of more members than engines can take, but many small ones', () => {
    expect(refusal(`{"x":{${members(65_536)}}}`)).toMatchObject({ code: 'UNKNOWN_FORMAT' });
    expect(refusal(`{"x":[{${members(40_000)}},{${members(40_000)}}]}`)).toMatchObject({
      code: 'UNKNOWN_FORMAT',
    });
    expect(refusal(`{"x":{${members(65_537)}}}`)).toMatchObject({
      code: 'INVALID_MODEL',
      message: 'a JSON object with more than 65536 members',
    });
  });

  test('refuses files above the size that is asked for, unread', () => {
    expect(refusal(bytes, { maxBytes: bytes.length })).toMatchObject({ format: 'xgboost' });
    expect(refusal(bytes, { maxBytes: bytes.length - 1 })).toMatchObject({
      code: 'INVALID_MODEL',
      message: `the file has ${bytes.length} bytes; at most ${bytes.length - 1} are read`,
    });
  });
});

describe('any bytes at all', () => {
  const codes = ['UNKNOWN_FORMAT', 'INVALID_MODEL', 'UNSUPPORTED_MODEL'];

  function expectRefusal(content: Uint8Array): void {
    const error = refusal(content);
    expect(SpillwayError.isInstance(error) && codes.includes(error.code)).toBe(true);
  }

  test('end in a SpillwayError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => expectRefusal(content)),
      { seed: 7 },
    );
  });

  test('end in a SpillwayError when they are JSON with the keys of a model', () => {
    const key = fc.constantFrom(
      'learner',
      'Model',
      'name',
      'baseModel',
      'classifiers',
      '__proto__',
    );
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('RFClassifier', 'LogisticRegression'));
    fc.assert(
      fc.property(fc.dictionary(key, value), (json) =>
        expectRefusal(Buffer.from(JSON.stringify(json))),
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});
