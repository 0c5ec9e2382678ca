import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowReader, createRowTextReader, type Feature } from '../../src/model/index.ts';

const features: readonly Feature[] = [
  { name: 'age', type: 'integer', min: 18, max: 120, required: true },
  { name: 'spend', type: 'number', required: false },
  { name: 'größe', type: 'number', required: false, nullable: false },
  {
    name: 'plan',
    type: 'category',
    categories: ['basic', 'pro', '1', 'a"b', 'é'],
    required: false,
  },
  { name: 'region', type: 'category', categories: [0, 1, 7], required: false },
];
const schema = { features };
const byValue = createRowReader(schema);
const byText = createRowTextReader(schema);

function readText(text: string | Uint8Array): number[] | null {
  const into = new Float64Array(features.length);
  return byText(Buffer.from(text), into) ? [...into] : null;
}

/** The slow way; `null` for a text that is not JSON or not a row. */
function readSlowly(text: string): number[] | null {
  const into = new Float64Array(features.length);
  try {
    return byValue.read(JSON.parse(text), into) ? [...into] : null;
  } catch {
    return null;
  }
}

test('reads plain rows, in any order of keys and with any white space', () => {
  expect(readText('{"age":40,"spend":-1.5,"größe":0,"plan":"pro"}')).toEqual([
    40,
    -1.5,
    0,
    1,
    Number.NaN,
  ]);
  expect(readText(' {\n"plan" : "é" ,\t"größe" : 2.50, "age":\r18 } ')).toEqual([
    18,
    Number.NaN,
    2.5,
    4,
    Number.NaN,
  ]);
  expect(readText('{"größe":-0,"age":18,"plan":null}')).toEqual([
    18,
    Number.NaN,
    -0,
    Number.NaN,
    Number.NaN,
  ]);
});

test.each([
  ['a missing key that is required', '{"spend":1,"größe":1}'],
  ['null where a value may not be missing', '{"age":40,"größe":null}'],
  ['a number out of range', '{"age":17,"größe":1}'],
  ['a fraction for an integer', '{"age":18.5,"größe":1}'],
  ['an unknown key', '{"age":40,"größe":1,"x":1}'],
  ['a repeated key', '{"age":40,"größe":1,"age":40}'],
  ['an exponent', '{"age":4e1,"größe":1}'],
  ['sixteen digits', '{"age":40,"größe":0.1234567890123456}'],
  ['a leading zero', '{"age":040,"größe":1}'],
  ['a point without digits', '{"age":40.,"größe":1}'],
  ['an escape', '{"age":40,"größe":1,"plan":"pr\\u006f"}'],
  ['a category with a quote', '{"age":40,"größe":1,"plan":"a\\"b"}'],
  ['a category that is a number', '{"age":40,"größe":1,"region":7}'],
  ['an unknown category', '{"age":40,"größe":1,"plan":"gold"}'],
  ['an array', '[40,1,1]'],
  ['nothing', ''],
  ['an empty object', '{}'],
  ['a text that is cut off', '{"age":40,"größe":1'],
  ['what comes after the row', '{"age":40,"größe":1}x'],
])('leaves %s to the slow way', (_name, text) => {
  expect(readText(text)).toBeNull();
});

test('takes nothing from the text before, which was longer', () => {
  const text = '{"age":40,"größe":1,"plan":"basic"}';
  for (let length = 0; length < text.length; length++) {
    expect(readText(text)).not.toBeNull();
    expect(readText(text.slice(0, length))).toBeNull();
  }
});

test('reads texts of up to 64 KiB, and leaves longer ones to the slow way', () => {
  const row = '{"age":40,"größe":1}';
  const spaces = (bytes: number) => ' '.repeat(bytes - Buffer.byteLength(row));
  expect(readText(row + spaces(65_536))).not.toBeNull();
  expect(readText(row + spaces(65_537))).toBeNull();
});

test('reads one of very many categories', () => {
  const categories = Array.from({ length: 200_000 }, (_, code) => `c${code}`);
  const read = createRowTextReader({
    features: [{ name: 'code', type: 'category', categories, required: true }],
  });
  const into = new Float64Array(1);
  expect(read(Buffer.from('{"code":"c199999"}'), into)).toBe(true);
  expect(into[0]).toBe(199_999);
});

test('leaves every row of a schema to the slow way when JSON has to escape one of its names', () => {
  const odd = createRowTextReader({ features: [{ name: 'a"b', type: 'number', required: false }] });
  for (const text of ['{"a"b":1}', '{"a\\"b":1}', '{}']) {
    expect(odd(Buffer.from(text), new Float64Array(1))).toBe(false);
  }
});

describe('what it accepts', () => {
  const number = fc.oneof(
    fc.integer({ min: -20, max: 200 }).map(String),
    fc.double().map((value) => JSON.stringify(value)),
    fc.tuple(fc.nat(), fc.nat(99_999)).map(([whole, part]) => `-${whole}.${part}`),
    fc.constantFrom(
      'null',
      '-0',
      '0.0',
      '00',
      '1.',
      '.5',
      '1e5',
      '999999999999999',
      '9999999999999999',
    ),
  );
  const word = fc.constantFrom(
    '"basic"',
    '"pro"',
    '"1"',
    '"é"',
    '"a\\"b"',
    '"gold"',
    'null',
    '7',
    'true',
  );
  const key = fc.constantFrom('age', 'spend', 'größe', 'plan', 'region', 'x', 'ag', 'ages');
  const space = fc.constantFrom('', '', '', ' ', '\n\t');
  const member = fc
    .tuple(space, key, space, fc.oneof(number, word), space)
    .map(([a, name, b, value, c]) => `${a}"${name}"${b}:${value}${c}`);
  const likely = fc
    .record({ age: fc.integer({ min: 18, max: 120 }), size: number, spend: number, plan: word })
    .map(
      ({ age, size, spend, plan }) =>
        `{"spend":${spend},"age":${age},"größe":${size},"plan":${plan}}`,
    );
  const text = fc.oneof(
    likely,
    fc.array(member, { maxLength: 6 }).map((list) => `{${list.join(',')}}`),
  );

  test('is what the slow way reads, number for number', () => {
    let accepted = 0;
    fc.assert(
      fc.property(text, (candidate) => {
        const fast = readText(candidate);
        if (fast === null) return;
        accepted++;
        expect(fast).toEqual(readSlowly(candidate));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  test('is what the slow way reads when bytes of it are changed', () => {
    fc.assert(
      fc.property(likely, fc.nat(), fc.nat(255), (candidate, place, byte) => {
        const bytes = Buffer.from(candidate);
        bytes[place % bytes.length] = byte;
        const fast = readText(bytes);
        if (fast !== null) expect(fast).toEqual(readSlowly(bytes.toString()));
      }),
      { numRuns: 20_000 },
    );
  });
});
