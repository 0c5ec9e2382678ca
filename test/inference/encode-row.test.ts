import { describe, expect, test } from 'vitest';
import { createRowEncoder } from '../../src/inference/index.ts';
import { type FeatureStep, joinSteps } from '../../src/model/index.ts';

const missing = Number.NaN;

/** What the last of some steps makes out of a row. */
function make(steps: readonly FeatureStep[], ...values: number[]): number {
  const into = new Float64Array(1);
  const last = values.length + steps.length - 1;
  createRowEncoder({ features: values.length, steps, columns: [last] })(
    Float64Array.from(values),
    into,
  );
  return into[0]!;
}

test('without steps a column is a value of the row, missing or not', () => {
  for (const columns of [
    [1, 0],
    [0, 1],
  ]) {
    const into = new Float64Array(2);
    createRowEncoder({ features: 2, steps: [], columns })(Float64Array.of(5, missing), into);
    expect([...into]).toEqual(columns.map((of) => [5, missing][of]));
  }
});

test.each<[string, FeatureStep, readonly (readonly [number, number])[]]>([
  [
    'fill',
    { kind: 'fill', of: 0, value: 7 },
    [
      [missing, 7],
      [1, 1],
    ],
  ],
  [
    'forget',
    { kind: 'forget', of: 0, value: 0, tolerance: 1e-35 },
    [
      [-1e-35, missing],
      [1e-34, 1e-34],
      [missing, missing],
    ],
  ],
  [
    'is-missing',
    { kind: 'is-missing', of: 0 },
    [
      [missing, 1],
      [0, 0],
    ],
  ],
  [
    'add',
    { kind: 'add', of: 0, operand: -4 },
    [
      [1, -3],
      [missing, missing],
    ],
  ],
  ['multiply', { kind: 'multiply', of: 0, operand: 0.1 }, [[3, 3 * 0.1]]],
  ['divide', { kind: 'divide', of: 0, operand: 10 }, [[3, 0.3]]],
  [
    'clip',
    { kind: 'clip', of: 0, min: -1, max: 1 },
    [
      [-2, -1],
      [0.5, 0.5],
      [2, 1],
      [missing, missing],
    ],
  ],
  [
    'round',
    { kind: 'round', of: 0 },
    [
      [0.1, Math.fround(0.1)],
      [1e39, Number.POSITIVE_INFINITY],
    ],
  ],
  [
    'floor',
    { kind: 'floor', of: 0 },
    [
      [-0.5, -1],
      [2.9, 2],
    ],
  ],
  [
    'truncate',
    { kind: 'truncate', of: 0 },
    [
      [-1.5, -1],
      [2.9, 2],
      [missing, missing],
    ],
  ],
  [
    'equals',
    { kind: 'equals', of: 0, operand: 2 },
    [
      [2, 1],
      [2.5, 0],
      [missing, missing],
    ],
  ],
  [
    'at-least',
    { kind: 'at-least', of: 0, operand: 2 },
    [
      [1.9, 0],
      [2, 1],
      [missing, missing],
    ],
  ],
  [
    'above',
    { kind: 'above', of: 0, operand: 2 },
    [
      [2, 0],
      [2.1, 1],
    ],
  ],
  [
    'recode',
    {
      kind: 'recode',
      of: 0,
      keys: Float64Array.of(-1, 2, 7),
      values: Float64Array.of(10, 20, 30),
      other: 99,
    },
    [
      [-1, 10],
      [2, 20],
      [7, 30],
      [3, 99],
      [8, 99],
      [missing, missing],
    ],
  ],
])('%s', (_kind, step, cases) => {
  for (const [value, expected] of cases) expect(make([step], value)).toBe(expected);
});

test('first takes the first value that is not missing', () => {
  const first: FeatureStep = { kind: 'first', of: [0, 1, 2] };
  expect(make([first], missing, 3, 4)).toBe(3);
  expect(make([first], 2, 3, 4)).toBe(2);
  expect(make([first], missing, missing, missing)).toBeNaN();
});

test.each([
  ['max', 4],
  ['l1', 7],
  ['l2', 5],
] as const)('normalize divides by the %s norm, and by 1 when that is 0', (norm, length) => {
  const step: FeatureStep = { kind: 'normalize', of: 0, norm, among: [0, 1] };
  expect(make([step], 3, -4)).toBe(3 / length);
  expect(make([step], 0, 0)).toBe(0);
});

test('recode-together finds what belongs to the sum of the terms that several values pick', () => {
  const step: FeatureStep = {
    kind: 'recode-together',
    of: [0, 1],
    // 2^32 - 1 and 2^63; 1 and 2^63 + 2
    terms: [Uint32Array.of(0, 0xffffffff, 0x80000000, 0), Uint32Array.of(0, 1, 0x80000000, 2)],
    // 2, 2^32 and 2^63 + 1, the first of which is 2^63 + 2^63 + 2 modulo 2^64
    keys: Uint32Array.of(0, 2, 1, 0, 0x80000000, 1),
    values: Float64Array.of(10, 20, 30),
    other: 99,
  };
  expect(make([step], 1, 1)).toBe(10);
  expect(make([step], 0, 0)).toBe(20);
  expect(make([step], 1, 0)).toBe(30);
  expect(make([step], 0, 1)).toBe(99);
  for (const none of [2, -1, 0.5, Number.POSITIVE_INFINITY, missing]) {
    expect(make([step], none, 0)).toBe(99);
    expect(make([step], 0, none)).toBe(99);
  }
});

test('steps follow each other, each on what was made before', () => {
  const standardize: FeatureStep[] = [
    { kind: 'fill', of: 0, value: 10 },
    { kind: 'add', of: 1, operand: -4 },
    { kind: 'divide', of: 2, operand: 3 },
  ];
  expect(make(standardize, missing)).toBe(2);
  expect(make(standardize, 1)).toBe(-1);
});

test('joined steps make what one after the other would', () => {
  const first = {
    features: 2,
    steps: [{ kind: 'first', of: [1, 0] } as const, { kind: 'add', of: 2, operand: 1 } as const],
    columns: [3, 0],
  };
  const second = {
    features: 2,
    steps: [
      { kind: 'multiply', of: 0, operand: 10 } as const,
      { kind: 'first', of: [2, 1] } as const,
      { kind: 'normalize', of: 0, norm: 'l1', among: [0, 1] } as const,
      {
        kind: 'recode-together',
        of: [1, 0],
        terms: [
          Uint32Array.of(0, 0, 0, 0, 0, 0, 0, 5),
          Uint32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
        ],
        keys: Uint32Array.of(0, 12),
        values: Float64Array.of(8),
        other: 9,
      } as const,
    ],
    columns: [2, 3, 1, 4, 5],
  };
  const values = Float64Array.of(3, missing);
  const between = new Float64Array(2);
  const after = new Float64Array(5);
  const joined = new Float64Array(5);
  createRowEncoder(first)(values, between);
  createRowEncoder(second)(between, after);
  createRowEncoder(joinSteps(first, second))(values, joined);
  expect([...joined]).toEqual([...after]);
  expect([...joined]).toEqual([40, 40, 3, 4 / 7, 8]);
});

test('a float32 row rounds what it takes', () => {
  const into = new Float32Array(2);
  createRowEncoder({ features: 2, steps: [], columns: [0, 1] })(Float64Array.of(0.1, 1e39), into);
  expect([...into]).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
});

describe('steps that look at a value that is not there yet', () => {
  test.each<[string, readonly FeatureStep[], readonly number[]]>([
    ['itself', [{ kind: 'round', of: 1 }], [1]],
    ['a value below 0', [{ kind: 'round', of: -1 }], [1]],
    ['none', [{ kind: 'first', of: [] }], [1]],
    ['a later one', [{ kind: 'normalize', of: 0, norm: 'l1', among: [2] }], [1]],
    ['a column of no value', [], [1]],
  ])('are refused: %s', (_name, steps, columns) => {
    expect(() => createRowEncoder({ features: 1, steps, columns })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });
});
