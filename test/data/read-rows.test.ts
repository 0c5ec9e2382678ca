import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import { type ReadRowsOptions, type RowBlock, readRows } from '../../src/data/index.ts';
import { createRowReader, type Feature, type FeatureSchema } from '../../src/model/index.ts';

const schema: FeatureSchema = {
  features: [
    { name: 'x', type: 'number', required: false },
    { name: 'age', type: 'integer', min: 18, max: 100, required: false },
    {
      name: 'plan',
      type: 'category',
      categories: ['basic', 'a "b", c', 'two\nlines', 'é'],
      required: false,
    },
    { name: 'flag', type: 'category', categories: [0, 1], required: false },
  ],
};

/** Everything that is read, as one list of rows. */
async function read(
  input: string | Uint8Array | readonly Uint8Array[],
  options: Partial<ReadRowsOptions> = {},
) {
  const blocks: RowBlock[] = [];
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const chunks = bytes instanceof Uint8Array ? [bytes] : bytes;
  const settings: ReadRowsOptions = { format: 'csv', schema, ...options };
  for await (const block of readRows(chunks, settings)) blocks.push(block);
  const width = settings.schema.features.length;
  return {
    rows: blocks.flatMap(({ count, values }) =>
      Array.from({ length: count }, (_, row) => [
        ...values.subarray(row * width, (row + 1) * width),
      ]),
    ),
    ids: blocks.flatMap(({ ids }) => ids ?? []),
    blocks,
  };
}

async function rows(input: string | Uint8Array, options: Partial<ReadRowsOptions> = {}) {
  return (await read(input, options)).rows;
}

/** Code and message of the error that reading ends in. */
async function failure(input: string | Uint8Array, options: Partial<ReadRowsOptions> = {}) {
  const error = await read(input, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SpillwayError)) throw new Error('expected a SpillwayError');
  return `${error.code} ${error.message}`;
}

const header = 'x,age,plan,flag\n';

describe('a CSV', () => {
  test('gives one number per feature, in schema order whatever the order of its columns', async () => {
    expect(await rows('flag,x,plan,age\n1,2.5,basic,40\n0,-1,é,18')).toEqual([
      [2.5, 40, 0, 1],
      [-1, 18, 3, 0],
    ]);
  });

  test('may have a byte order mark, CRLF, quotes, quoted numbers, blank lines and no last newline', async () => {
    const text =
      '\uFEFF"x",age,"plan",flag\r\n"1.5"," 20 ","a ""b"", c",1.0\r\n\r\n-0,21,"two\nlines","0"';
    expect(await rows(text)).toEqual([
      [1.5, 20, 1, 1],
      [-0, 21, 2, 0],
    ]);
  });

  test.each(['', 'NA', 'NaN', 'nan', 'null', 'NULL', 'None', ' ', '""', '" NA "'])(
    'has a missing number where it says %j',
    async (word) => {
      expect(await rows(`${header}${word},${word},,${word.trim().replaceAll('"', '')}\n`)).toEqual([
        [Number.NaN, Number.NaN, Number.NaN, Number.NaN],
      ]);
    },
  );

  test.each([
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['"-Infinity"', Number.NEGATIVE_INFINITY],
    ['+7', 7],
    ['1e-3', 0.001],
    ['  .5\t', 0.5],
  ])('has the number %s', async (word, value) => {
    expect(await rows(`${header}${word},,,\n`)).toEqual([
      [value, Number.NaN, Number.NaN, Number.NaN],
    ]);
  });

  test('takes truth values in the spellings of JSON, pandas and spreadsheets', async () => {
    const flag: Feature = {
      name: 'f',
      type: 'category',
      categories: [false, true],
      required: false,
    };
    const values = await rows('f\ntrue\nTrue\nFALSE\n""\n', { schema: { features: [flag] } });
    expect(values).toEqual([[1], [1], [0], [Number.NaN]]);
  });

  test('takes any other text for a category when the feature does', async () => {
    const open: Feature = {
      name: 'f',
      type: 'category',
      categories: ['a', 7],
      otherCategories: true,
      required: false,
    };
    const values = await rows('f\na\n7.0\nb\n8\nNA\n', { schema: { features: [open] } });
    expect(values.flat()).toEqual([0, 1, 2, 2, 2]);
  });

  test('has the category "" in an empty field when there is one, and other words are never missing', async () => {
    const plan: Feature = {
      name: 'plan',
      type: 'category',
      categories: ['NA', ''],
      required: false,
    };
    expect(await rows('plan\n""\nNA\n', { schema: { features: [plan] } })).toEqual([[1], [0]]);
  });

  test('with a header alone gives no rows', async () => {
    expect(await rows(header)).toEqual([]);
    expect(await rows(header.trim())).toEqual([]);
  });

  test('gives ids as they stand, of a column that is no feature or one that is', async () => {
    const { ids } = await read(`id,${header}007,,,,\n"a,""b""",,,,\n,,,,\n`, { idColumn: 'id' });
    expect(ids).toEqual(['007', 'a,"b"', '']);
    expect((await read(`${header}1.50,20,,\n`, { idColumn: 'x' })).ids).toEqual(['1.50']);
  });

  test('comes in blocks that say on which line they start', async () => {
    const { blocks } = await read(`${header}1,,,\n2,,"two\nlines",\n\n3,,,\n4,,,\n5,,,\n`, {
      blockRows: 2,
    });
    expect(blocks.map(({ count, firstLine }) => [count, firstLine])).toEqual([
      [2, 2],
      [2, 6],
      [1, 8],
    ]);
  });

  test('may lack features only when complete is false and a row may leave them out', async () => {
    const options = { complete: false };
    expect(await rows('age\n20\n30\n', options)).toEqual([
      [Number.NaN, 20, Number.NaN, Number.NaN],
      [Number.NaN, 30, Number.NaN, Number.NaN],
    ]);
    const needed = {
      features: [...schema.features, { name: 'y', type: 'number', required: true } as const],
    };
    expect(await failure('age\n20\n', { ...options, schema: needed })).toContain(
      'lacks the features "y"',
    );
  });

  test('may have other columns when unknown ones are ignored', async () => {
    const text = 'x,"note, or so",age,plan,flag\n1,"a\nb",20,,\n';
    expect(await rows(text, { ignoreUnknown: true })).toEqual([[1, 20, Number.NaN, Number.NaN]]);
  });

  test.each([
    ['', 'INVALID_DATA line 1: the input is empty; expected a header'],
    ['\uFEFF', 'INVALID_DATA line 1: the input is empty; expected a header'],
    [
      'age,b,plan,c\n',
      'INVALID_DATA line 1: the header lacks the features "x", "flag", has the unknown columns "b", "c"; the features are "x", "age", "plan", "flag"',
    ],
    [
      'x,age,plan,flag,age\n',
      'INVALID_DATA line 1: the header names twice "age"; the features are "x", "age", "plan", "flag"',
    ],
    [`${header}1,20\n`, 'INVALID_DATA line 2: expected 4 fields as in the header, got 2'],
    [`${header}1,20,,,\n`, 'INVALID_DATA line 2: expected 4 fields as in the header, got 5'],
    [
      `${header}1,20,,\nabc,20,,\n`,
      'INVALID_ROW line 3, column "x": "abc": expected a number; got a string',
    ],
    [
      `${header}0x10,,,\n`,
      'INVALID_ROW line 2, column "x": "0x10": expected a number; got a string',
    ],
    [
      `${header}1,17,,\n`,
      'INVALID_ROW line 2, column "age": "17": expected an integer from 18 to 100; got a number outside of that',
    ],
    [
      `${header}1,"20.5",,\n`,
      'INVALID_ROW line 2, column "age": "20.5": expected an integer from 18 to 100; got a number with a fraction',
    ],
    [
      `${header}1,inf,,\n`,
      'INVALID_ROW line 2, column "age": "inf": expected an integer from 18 to 100; got a number that is too large',
    ],
    [
      `${header}1,20,"two\nlines",2\n`,
      'INVALID_ROW line 3, column "flag": "2": expected one of 0, 1; got a string',
    ],
    [
      `${header}${'\u001B\u202E€'.repeat(20)},,,\n`,
      `INVALID_ROW line 2, column "x": "${'\\u001b\\u{202e}€'.repeat(13)}\\u001b…": expected a number; got a string`,
    ],
    [`${header}1,20,"basic,1\n2,`, 'INVALID_DATA line 2: a quote is open at the end of the input'],
    [
      `${header}1,20,"basic" ,1\n`,
      'INVALID_DATA line 2: expected a comma or the end of the line behind a closing quote; a quote within quotes is doubled',
    ],
  ])('of %j is refused', async (text, message) => {
    expect(await failure(text)).toBe(message);
  });

  test('without its id column is refused', async () => {
    expect(await failure(header, { idColumn: 'id' })).toContain('lacks the id column "id"');
  });

  test('with a missing value where none may be is refused', async () => {
    const features: Feature[] = [{ name: 'x', type: 'number', required: true, nullable: false }];
    for (const word of ['""', 'NA', ' ']) {
      expect(await failure(`x\n${word}\n`, { schema: { features } })).toMatch(
        /^INVALID_ROW line 2, column "x": ".*": may not be missing$/,
      );
    }
  });

  test('that is not UTF-8 is refused at the line, after the rows before it', async () => {
    const bytes = Buffer.from(`${header}1,20,"two\nlines",\n2,20,#,\n`);
    bytes[bytes.indexOf('#')] = 0xff;
    expect(await failure(bytes)).toBe('INVALID_UTF8 line 4: has bytes that are not UTF-8');
    bytes.write('1,90', bytes.indexOf('1,20'));
    bytes.write('x', bytes.indexOf('1,90'));
    expect(await failure(bytes)).toContain('INVALID_ROW line 2');
  });

  test('with a row of more bytes than allowed is refused, whole or not', async () => {
    for (const end of ['', '\n']) {
      const long = `${header}1,20,,\n${' '.repeat(100)}1,20,,${end}`;
      expect(await failure(long, { maxRowBytes: 99 })).toContain(
        'INVALID_DATA line 3: starts a row of more than 99 bytes',
      );
    }
    expect(await failure(`${header}1,20,"${'\n'.repeat(200)}`, { maxRowBytes: 99 })).toContain(
      'line 2: starts',
    );
  });
});

describe('JSON Lines', () => {
  const options = { format: 'jsonl' } as const;

  test('are objects or arrays, with blank lines between them', async () => {
    const text = '{"x":1.5,"age":20,"plan":"é","flag":1}\r\n\n[null,21,"basic",null]\n {"age":22}';
    expect(await rows(text, options)).toEqual([
      [1.5, 20, 3, 1],
      [Number.NaN, 21, 0, Number.NaN],
      [Number.NaN, 22, Number.NaN, Number.NaN],
    ]);
  });

  test('give ids and pass over unknown keys when told to', async () => {
    const text = '{"id":"a","x":1,"__proto__":2}\n{"id":17,"more":[]}\n{"id":null}\n';
    const { ids, rows: read3 } = await read(text, {
      ...options,
      idColumn: 'id',
      ignoreUnknown: true,
    });
    expect(ids).toEqual(['a', '17', '']);
    expect(read3[0]![0]).toBe(1);
    for (const id of ['', '"id":1.5', '"id":9007199254740993', '"id":{}']) {
      expect(await failure(`{${id}}`, { ...options, idColumn: 'id' })).toContain(
        'line 1, column "id": expected an id',
      );
    }
  });

  test.each([
    ['', 'INVALID_DATA line 1: the input is empty'],
    ['[1,20,null,0]\n{"x":', 'INVALID_JSON line 2: is not JSON: "{\\"x\\":"'],
    ['{"x":NaN}', 'INVALID_JSON line 1: is not JSON: "{\\"x\\":NaN}"'],
    [
      '\n{"age":17}',
      'INVALID_ROW line 2, column "age": "17": expected an integer from 18 to 100; got a number outside of that',
    ],
    [
      '[1,20,"no",0]',
      'INVALID_ROW line 1, column "plan": "no": expected one of "basic", "a \\"b\\", c", "two\\nlines", "é"; got a string',
    ],
    ['[1]', 'INVALID_ROW line 1: expected 4 values, got 1; in this order: x, age, plan, flag'],
    ['3', 'INVALID_ROW line 1: expected an object keyed by feature name or an array, got a number'],
    [
      `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'INVALID_ROW line 1, column "x": expected a number; got an array',
    ],
  ])('of %.60j are refused', async (text, message) => {
    expect(await failure(text, options)).toBe(message);
  });
});

describe('chunks', () => {
  const csv = Buffer.from(
    '\uFEFFid,x,age,plan,flag\r\n1,-12.345678901234567,20,"a ""b"", c",1.0\r\n"é,",NA,99,"two\nlines",\n\n3, 4e-2 ,18,é,"0"',
  );
  const jsonl = Buffer.from('{"id":"é","x":1.5,"plan":"é"}\n\n{"id":2,"age":44}\r\n{"id":3}');

  test.each([
    ['csv', csv],
    ['jsonl', jsonl],
  ] as const)('of %s may be cut at every byte', async (format, bytes) => {
    const options = { format, idColumn: 'id' };
    const whole = await read(bytes, options);
    expect(whole.rows).toHaveLength(3);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)], options)).toEqual(whole);
    }
    const singles = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await read(singles, options)).toEqual(whole);
  });

  test('of any size give the same as the whole, with more bytes than the window holds', async () => {
    const line = (row: number) => `${row},${row / 7},${18 + (row % 80)},"two\nlines",${row % 2}\n`;
    const bytes = Buffer.from(
      `id,${header}${Array.from({ length: 20_000 }, (_, row) => line(row)).join('')}`,
    );
    const whole = await read(bytes, { idColumn: 'id' });
    expect(whole.rows).toHaveLength(20_000);
    expect(whole.rows[19_999]).toEqual([19_999 / 7, 18 + (19_999 % 80), 2, 1]);
    for (const size of [1000, 65_536, 262_145]) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect((await read(chunks, { idColumn: 'id' })).rows).toEqual(whole.rows);
    }
  });

  test('of one byte do not make a long quoted row slow', async () => {
    const text = `${header}1,20,"${'\n'.repeat(200_000)}`;
    const singles = Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte));
    await expect(read(singles)).rejects.toThrow('a quote is open');
  });
});

const value = fc.oneof(
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
  fc.integer({ min: -200, max: 200 }),
  fc.constantFrom('basic', 'a "b", c', 'two\nlines', 'é', 'other'),
);

test('a CSV is accepted exactly when the row reader accepts its values, and gives the same numbers', async () => {
  const reader = createRowReader(schema, { allowInfinite: true });
  await fc.assert(
    fc.asyncProperty(fc.tuple(value, value, value, value), async (row) => {
      const expected = new Float64Array(4);
      // in a CSV a missing category is an empty field
      const sent = row.map((cell, index) =>
        index === 2 && typeof cell === 'number' && Number.isNaN(cell) ? null : cell,
      );
      const text = sent.map((cell) => {
        if (Object.is(cell, -0)) return '-0';
        return cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`;
      });
      const quoted = `${header}${text.join(',')}\n`;
      const found = await rows(quoted).catch((error: unknown) => {
        expect(error).toBeInstanceOf(SpillwayError);
        return null;
      });
      const accepted = reader.read(sent, expected);
      expect(found).toEqual(accepted ? [[...expected]] : null);
    }),
    { numRuns: 2000 },
  );
});

test('any bytes give rows or a SpillwayError', async () => {
  const near = fc
    .array(
      fc.constantFrom(
        '1',
        '-',
        '.5e',
        ',',
        ',',
        '\n',
        '\r\n',
        '"',
        '""',
        'é',
        'basic',
        '{',
        '[',
        ']',
        '}',
        ':',
        '"x"',
        'null',
      ),
      { maxLength: 40 },
    )
    .map((parts) => Buffer.from(parts.join('')));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(near, fc.uint8Array({ maxLength: 60 })),
      fc.constantFrom('csv', 'jsonl'),
      fc.boolean(),
      async (bytes, format, headed) => {
        const input = headed && format === 'csv' ? [Buffer.from(header), bytes] : [bytes];
        const end = await read(input, { format }).catch((error: unknown) => error);
        if (end instanceof Error) expect(end).toBeInstanceOf(SpillwayError);
      },
    ),
    { numRuns: 5000 },
  );
});
