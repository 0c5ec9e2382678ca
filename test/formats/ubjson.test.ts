import { describe, expect, test } from 'vitest';
import type { Random } from '../../src/core/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { parseUbjson } from '../../src/formats/ubjson/parse-ubjson.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { lengthOf, writeUbjson } from './write-ubjson.ts';
import { loadFixture, loadUniversal, universalCasesOf, versions } from './xgboost-fixtures.ts';

describeModelReader(
  'xgboost',
  versions.map((version) => ({
    name: `multi-softmax of ${version} as UBJSON`,
    bytes: loadUniversal(version, 'multi-softmax'),
    text: loadFixture(version, 'multi-softmax').bytes,
    encode: writeUbjson,
  })),
  {
    'swapped lengths'(bytes, random) {
      const places = lengthsIn(bytes);
      const [first, second] = [pick(places, random), pick(places, random)];
      const changed = Buffer.from(bytes);
      changed.set(bytes.subarray(first, first + 9), second);
      changed.set(bytes.subarray(second, second + 9), first);
      return changed;
    },
    'a huge or negative length'(bytes, random) {
      const changed = Buffer.from(bytes);
      const length = pick([-1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n - 1n], random);
      lengthOf(length).copy(changed, pick(lengthsIn(bytes), random));
      return changed;
    },
    'another marker'(bytes, random) {
      const changed = Buffer.from(bytes);
      const known = Buffer.from('[]{}$#LSdliU');
      const markers = [...changed.keys()].filter((at) => known.includes(bytes[at]!));
      changed[pick(markers, random)] = pick([...Buffer.from('[]{}$#LSdDliIUTFZN')], random);
      return changed;
    },
  },
);

/** Where an int64 below 2^24 stands after its mark: the lengths, and little else. */
function lengthsIn(bytes: Uint8Array): number[] {
  const mark = Buffer.from([0x4c, 0, 0, 0, 0, 0]);
  return [...bytes.keys()].filter((at) => mark.equals(bytes.subarray(at, at + mark.length)));
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(items.length * random())]!;
}

describe.each(versions)('UBJSON of XGBoost %s', (version) => {
  test.each(universalCasesOf(version))('%s is the same model as its JSON', (name) => {
    expect(readArtifact(loadUniversal(version, name))).toEqual(
      readArtifact(loadFixture(version, name).bytes),
    );
  });
});

type Part = string | Uint8Array | readonly number[];

function bytesOf(...parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part))),
  );
}

/** An object with one member, `x`. */
function member(...value: readonly Part[]): Buffer {
  return bytesOf('{', lengthOf(1), 'x', ...value, '}');
}

describe('a value', () => {
  test.each<[string, Buffer, number]>([
    ['int8', bytesOf('i', [0x80]), -128],
    ['uint8', bytesOf('U', [0xff]), 255],
    ['int16', bytesOf('I', [0x80, 0x01]), -32767],
    ['int32', bytesOf('l', [0x80, 0, 0, 1]), -2147483647],
    ['int64', bytesOf('L', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]), -2],
    ['float32', bytesOf('d', [0x3e, 0x80, 0, 0]), 0.25],
    ['infinity', bytesOf('d', [0xff, 0x80, 0, 0]), Number.NEGATIVE_INFINITY],
    ['float64', bytesOf('D', [0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]), 0.1],
  ])('may be an %s, alone and in an array of its type', (_name, bytes, number) => {
    const [marker, payload] = [bytes.subarray(0, 1), bytes.subarray(1)];
    expect(parseUbjson(member(bytes)).at('x').number()).toBe(number);
    const array = parseUbjson(member('[$', marker, '#', lengthOf(2), payload, payload)).at('x');
    expect([...array.numbers()]).toEqual([number, number]);
    expect(array.items().map((item) => item.number())).toEqual([number, number]);
  });

  test('may be an array of values, counted or closed', () => {
    for (const array of [bytesOf('[#', lengthOf(3), 'TFT'), bytesOf('[TFT]')]) {
      expect([...parseUbjson(member(array)).at('x').flags()]).toEqual([1, 0, 1]);
    }
    for (const array of [bytesOf('[#', lengthOf(0)), bytesOf('[$d#', lengthOf(0)), '[]']) {
      expect(parseUbjson(member(array)).at('x').items()).toEqual([]);
    }
  });

  test('may be text, which is UTF-8', () => {
    const text = '\uFEFFÂge "€"';
    const parsed = parseUbjson(writeUbjson({ x: text, [text]: null }));
    expect(parsed.at('x').string()).toBe(text);
    expect(() => parsed.at(text).string()).toThrow(/expected a string, got null/);
  });

  test('that is NaN is no number, as in JSON text', () => {
    const nan = [0x7f, 0xc0, 0, 0];
    expect(() => parseUbjson(member('d', nan)).at('x').number()).toThrow('/x: expected a number');
    const array = parseUbjson(member('[$d#', lengthOf(2), [0, 0, 0, 0], nan));
    expect(() => array.at('x').numbers()).toThrow('/x/1: expected a number, got NaN');
  });

  test('that is an array is no object', () => {
    const array = parseUbjson(member('[$U#', lengthOf(3), 'abc')).at('x');
    expect(array.find('length')).toBeUndefined();
    expect(array.find('0')).toBeUndefined();
    expect(() => array.string()).toThrow('/x: expected a string, got an array of 3');
  });

  test('under a key that repeats is the last, as in JSON text', () => {
    const twice = bytesOf('{', lengthOf(1), 'x', 'U', [1], lengthOf(1), 'x', 'U', [2], '}');
    expect(parseUbjson(twice).at('x').number()).toBe(2);
  });

  test('may stand under keys that every object has', () => {
    const keys = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', ''];
    const members = keys.flatMap((key): Part[] => [lengthOf(key.length), key, 'U', [7]]);
    const parsed = parseUbjson(bytesOf('{', ...members, '}'));
    for (const key of keys) expect(parsed.at(key).number()).toBe(7);
    expect(parseUbjson(Buffer.from('{}')).find('constructor')).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('the door for UBJSON', () => {
  const huge = lengthOf(2n ** 40n);

  test.each<[string, Buffer, RegExp]>([
    ['a key that is cut off', bytesOf('{L', [0, 0]), /^UBJSON, byte 2: the file ends inside/],
    ['an object that is cut off', bytesOf('{', lengthOf(1), 'x', 'T'), /byte 12: the file ends/],
    ['a number that is cut off', member('D', [0, 0]), /the file ends inside a value/],
    ['an array that is cut off', bytesOf('{', lengthOf(1), 'x', '[TT'), /the file ends inside/],
    ['a string beyond the end', member('S', huge), /byte 13: a length beyond the end of the file/],
    ['a key beyond the end', bytesOf('{', huge, 'x'), /byte 2: a length beyond the end/],
    ['a negative length', member('S', lengthOf(-1)), /a length beyond the end/],
    ['an array beyond the end', member('[#', huge), /a length beyond the end/],
    ['numbers beyond the end', member('[$D#', lengthOf(1), 'short'), /a length beyond the end/],
    ['a huge count of numbers', member('[$D#', lengthOf(2n ** 63n - 1n)), /a length beyond/],
    [
      'a length of another type',
      member('S', 'U', [1], 'a'),
      /expected "L", the length of a string/,
    ],
    ['a count of another type', member('[#', 'U', [1], 'T'), /expected "L", the count of an array/],
    ['a type without a count', member('[$d', 'T'), /expected "#", the count of an array/],
    ['an array of one value', member('[$T#', lengthOf(9)), /expected a type of numbers/],
    ['an object with a count', member('{#', lengthOf(0)), /expected "}" or the length of a key/],
    ['a number in words', member('H', lengthOf(1), '1'), /byte 11: no value begins so/],
    ['a pause', member('N', 'T'), /no value begins so/],
    ['a string that is not UTF-8', member('S', lengthOf(1), [0xff]), /byte 21: .* not UTF-8/],
    ['something after the end', bytesOf(member('T'), 'T'), /byte 13: .* more follows/],
  ])('refuses %s', (_name, bytes, message) => {
    expect(refusal(bytes)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });

  test('knows no format by the container alone', () => {
    expect(refusal(member('T'))).toMatchObject({ code: 'UNKNOWN_FORMAT' });
  });

  test.each(['[', '[#'])('lets a thousand levels of %s through and no more', (open) => {
    const [start, end] = open === '[' ? ['[', ']'] : [bytesOf(open, lengthOf(1)), ''];
    const nested = (depth: number) =>
      member(
        ...Array<Part>(depth - 1).fill(start),
        open === '[' ? '[' : bytesOf(open, lengthOf(0)),
        ...Array<Part>(open === '[' ? depth : 0).fill(end),
      );
    expect(refusal(nested(999))).toMatchObject({ code: 'UNKNOWN_FORMAT' });
    expect(refusal(nested(1000))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('nested deeper than 1000 levels'),
    });
  });

  test('refuses more containers than a model needs', () => {
    const arrays = Buffer.alloc(2 ** 21 * 2, '[]');
    expect(refusal(member('[', arrays, ']'))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('arrays and objects in such a file'),
    });
  });

  test('refuses an object of more members than engines can take', () => {
    const members = (count: number) =>
      bytesOf('{', ...Array.from({ length: count }, (_, index) => bytesOf(keyOf(index), 'T')), '}');
    expect(refusal(members(65_536))).toMatchObject({ code: 'UNKNOWN_FORMAT' });
    expect(refusal(members(65_537))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('more than 65536 members'),
    });
  });
});

function keyOf(index: number): Buffer {
  return bytesOf(lengthOf(`k${index}`.length), `k${index}`);
}

function refusal(bytes: Uint8Array): unknown {
  try {
    return readArtifact(bytes);
  } catch (error) {
    return error;
  }
}
