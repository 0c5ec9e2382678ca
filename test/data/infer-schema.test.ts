import { describe, expect, test } from 'vitest';
import {
  type InferSchemaOptions,
  inferSchema,
  readRows,
  summariseRows,
} from '../../src/data/index.ts';

const summarise = (text: string, format: 'csv' | 'jsonl' = 'csv') =>
  summariseRows([Buffer.from(text)], { format });

async function infer(text: string, options: Partial<InferSchemaOptions> = {}) {
  return inferSchema(await summarise(text), { exclude: [], ...options });
}

async function fault(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no fault',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );
}

const column = (name: string, values: readonly unknown[]) => `${name}\n${values.join('\n')}\n`;

describe('a summary', () => {
  test('counts values, missing ones and their range, whatever the line ends, the mark and the quotes', async () => {
    const text =
      '\uFEFFage,plan,note\r\n31,"a ""b"", c","two\nlines"\r\n\r\n,NA,x\r\n" 7 ",basic,\r\n1.5,basic,null';
    const { columns, rows } = await summarise(text);
    expect(rows).toBe(4);
    const [age, plan, note] = columns;
    expect(age).toMatchObject({ missing: 1, numbers: 3, fractions: 1, min: 1.5, max: 31 });
    expect([...plan!.values!]).toEqual([
      ['a "b", c', 1],
      ['basic', 2],
    ]);
    expect([...plan!.missingWords]).toEqual([['NA', 1]]);
    expect(note).toMatchObject({
      missing: 2,
      texts: 2,
      firstText: { line: 2, text: 'two\nlines' },
    });
  });

  test('does not depend on how the input is cut', async () => {
    const bytes = Buffer.from('\uFEFFa,b\r\n1,"x\n""y"""\r\n2.5,é\r\n,\r\n-3e1,"q"');
    const whole = await summariseRows([bytes], { format: 'csv' });
    for (let size = 1; size < 12; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) =>
        bytes.subarray(piece * size, (piece + 1) * size),
      );
      expect(await summariseRows(pieces, { format: 'csv' })).toEqual(whole);
    }
    expect(whole.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('of JSON Lines counts absent keys as missing and takes texts as texts', async () => {
    const { columns, rows } = await summarise('{"a":1,"b":"1"}\n{"b":true,"c":null}\n', 'jsonl');
    expect(rows).toBe(2);
    expect(
      columns.map(({ name, missing, numbers, texts, truths }) => [
        name,
        missing,
        numbers,
        texts,
        truths,
      ]),
    ).toEqual([
      ['a', 1, 1, 0, 0],
      ['b', 0, 0, 1, 1],
      ['c', 2, 0, 0, 0],
    ]);
  });

  test.each([
    ['a,b,a\n1,2,3\n', 'INVALID_DATA line 1: the header names twice "a"'],
    ['a,,c\n1,2,3\n', 'INVALID_DATA line 1: the header has no name for the columns 2'],
    [
      'a,toString\n1,2\n',
      'INVALID_DATA line 1: the header has names that no feature may have: "toString"',
    ],
    ['a;b\n1;2\n', 'INVALID_DATA line 1: the header has no commas'],
    ['', 'INVALID_DATA line 1: the input is empty; expected a header'],
    ['a,b\n1,2\n3\n', 'INVALID_DATA line 3: expected 2 fields as in the header, got 1'],
    ['a\n"1\n', 'INVALID_DATA line 2: a quote is open at the end of the input'],
  ])('of %j is refused', async (text, message) => {
    expect(await fault(summarise(text))).toBe(message);
  });
});

describe('an inferred schema', () => {
  test('has numbers, texts and truth values, and integers where they are stated', async () => {
    const { features, leftOut, warnings } = await infer(
      'whole,i,n,c,t\n1,1,1.5,b,true\n2,2,2,a,False\n,,,,\n',
      { stated: [{ name: 'i', type: 'integer' }] },
    );
    expect(features).toEqual([
      { name: 'whole', type: 'number', required: false, nullable: true },
      { name: 'i', type: 'integer', required: false, nullable: true },
      { name: 'n', type: 'number', required: false, nullable: true },
      { name: 'c', type: 'category', categories: ['a', 'b'], required: false, nullable: true },
      { name: 't', type: 'category', categories: [false, true], required: false, nullable: true },
    ]);
    expect([leftOut, warnings]).toEqual([[], []]);
  });

  test('reads the rows that it was inferred from', async () => {
    const text = 'i,c,t\n1,b,true\n 2 ,NA,False\nNaN," ",TRUE\n7,1.0,null\n8,1,\n';
    const summary = await summarise(text);
    const { features, warnings } = inferSchema(summary, { exclude: [] });
    expect(warnings).toEqual([
      'column "c": taken as missing: "NA" (1)',
      'column "c": 2 numbers and 1 other values are all categories',
    ]);
    const blocks = [];
    for await (const block of readRows([Buffer.from(text)], {
      format: 'csv',
      schema: { features },
    }))
      blocks.push(...block.values);
    const missing = Number.NaN;
    expect(blocks).toEqual([
      1,
      1,
      1,
      2,
      missing,
      0,
      missing,
      missing,
      1,
      7,
      0,
      missing,
      8,
      0,
      missing,
    ]);
  });

  test('leaves out columns that tell nothing, and says why', async () => {
    const rows = Array.from(
      { length: 2000 },
      (_, row) => `${row},,7,n${row},${'abcd'[row % 4]}${row % 1500}`,
    );
    const { features, leftOut } = await infer(`x,empty,same,name,wide\n${rows.join('\n')}\n`);
    expect(features.map(({ name }) => name)).toEqual(['x']);
    expect(leftOut).toEqual([
      { name: 'empty', reason: 'it has no value in any of 2000 rows' },
      { name: 'same', reason: 'it is 7 in every row' },
      { name: 'name', reason: 'it has more than 1000 different texts' },
      { name: 'wide', reason: 'it has more than 1000 different texts' },
    ]);
  });

  test('leaves out a text that names each row', async () => {
    const rows = Array.from({ length: 25 }, (_, row) => `${row},id-${row}`);
    const { leftOut } = await infer(`x,id\n${rows.join('\n')}\n`);
    expect(leftOut).toEqual([
      { name: 'id', reason: 'every row has a text of its own, as a name has' },
    ]);
  });

  test.each(['1,234.5', '3,14', "1'234", '1.234.567', '12 %', '$5', '-7 €', '1\u00a0234'])(
    'refuses numbers spelled as %j',
    async (text) => {
      const rows = ['1', ...Array.from({ length: 9 }, () => `"${text}"`)];
      const message = `column "x" has 9 numbers spelled as texts, the first ${JSON.stringify(text)} on line 3`;
      expect(await fault(infer(column('x', rows)))).toContain(message);
      const stated = [{ name: 'x', type: 'category' as const }];
      expect((await infer(column('x', rows), { stated })).features).toHaveLength(1);
    },
  );

  test.each(['1.2.3', '10-20', 'A4', '555-0100', '1,2,3', '12 months'])(
    'takes %j as a category',
    async (text) => {
      const { features } = await infer(column('x', [`"${text}"`, 'other', `"${text}"`, 'other']));
      expect(features[0]).toMatchObject({ type: 'category' });
    },
  );

  test.each(['2026-01-31', '2026-01-31T10:00:00Z', '31.1.2026', '1/31/26', '2026/1/31 10:00'])(
    'leaves out dates such as %j, unless it is stated that they are categories',
    async (text) => {
      const rows = Array.from(
        { length: 6 },
        (_, row) => `${row % 3},${text.replace('31', `2${row}`)}`,
      );
      const table = `x,when\n${rows.join('\n')}\n`;
      expect((await infer(table)).leftOut).toEqual([
        {
          name: 'when',
          reason: 'it has dates: a number for what matters of them would be a feature',
        },
      ]);
      const stated = [{ name: 'when', type: 'category' as const }];
      expect((await infer(table, { stated })).features).toHaveLength(2);
    },
  );

  test('warns of numbers that rise from row to row, as those of rows do', async () => {
    const rows = (of: (row: number) => number) =>
      column(
        'x',
        Array.from({ length: 1500 }, (_, row) => of(row)),
      );
    expect((await infer(rows((row) => 1000 + 2 * row))).warnings).toEqual([
      'column "x": each row has a higher number than the one before: if it numbers rows, leave it out',
    ]);
    expect((await infer(rows((row) => (row === 1499 ? 0 : row)))).warnings).toEqual([]);
    expect((await infer(rows((row) => row + 0.5))).warnings).toEqual([]);
  });

  test('refuses a table without rows', async () => {
    expect(await fault(infer('a,b\n'))).toBe('INVALID_DATA there are no rows');
  });

  test('refuses numbers among which a few texts stand, infinite numbers and lacking columns together', async () => {
    const mixed = [...Array.from({ length: 40 }, (_, row) => row), 'n/a'];
    const text = `x,y\n${mixed.map((value, row) => `${value},${row === 3 ? 'inf' : row}`).join('\n')}\n`;
    expect(await fault(infer(text, { exclude: ['target'] }))).toBe(
      'INVALID_DATA there is no column "target"; there are "x", "y"; column "x" has 40 numbers and 1 other value(s), the first "n/a" on line 42: correct them, leave the column out, or state in the schema that it is a category; column "y" has 1 infinite value(s), the first on line 5',
    );
    const { features } = await infer(column('x', mixed), {
      stated: [{ name: 'x', type: 'category' }],
    });
    expect(features[0]!.categories).toHaveLength(41);
  });

  test('keeps what is stated and infers the rest', async () => {
    const { features } = await infer('a,b\n1,x\n2,x\n', {
      stated: [
        { name: 'a', type: 'category', label: 'A' },
        { name: 'b', monotonic: 'increasing', required: true },
      ],
    });
    expect(features).toEqual([
      {
        name: 'a',
        type: 'category',
        categories: [1, 2],
        label: 'A',
        required: false,
        nullable: true,
      },
      {
        name: 'b',
        type: 'category',
        categories: ['x'],
        monotonic: 'increasing',
        required: true,
        nullable: true,
      },
    ]);
  });

  test('refuses a table without a feature', async () => {
    expect(await fault(infer('a,y\n1,2\n1,3\n', { exclude: ['y'] }))).toBe(
      'INVALID_DATA there is no feature to learn from ("a": it is 1 in every row)',
    );
  });

  test('warns of zeros in front and of many categories', async () => {
    const rows = Array.from({ length: 50 }, (_, row) => `0${60 - row},t${row % 25}`);
    expect((await infer(`zip,c\n${rows.join('\n')}\n`)).warnings).toEqual([
      'column "zip": 50 numbers are spelled with zeros in front: if they are codes, state that it is a category',
      'column "c": 25 categories in 50 rows: few rows for each',
    ]);
  });
});
