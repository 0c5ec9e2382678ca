import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowReader, type Feature, type RowReaderOptions } from '../../src/model/index.ts';

const features: readonly Feature[] = [
  { name: 'age', type: 'integer', min: 18, max: 120, required: true },
  { name: 'spend', type: 'number', required: false },
  { name: 'plan', type: 'category', categories: ['basic', 'pro', '1'], required: false },
  { name: 'region', type: 'category', categories: [0, 1, 7], required: false },
];

function read(row: unknown, options: RowReaderOptions = {}, schema = features) {
  const into = new Float64Array(schema.length).fill(-99);
  return createRowReader({ features: schema }, options).read(row, into) ? [...into] : null;
}

function faults(row: unknown, options: RowReaderOptions = {}) {
  return createRowReader({ features }, options).faults(row);
}

function inheriting(prototype: object | null, own: object): unknown {
  return Object.create(prototype, Object.getOwnPropertyDescriptors(own));
}

describe('a row that fits', () => {
  test('becomes one number per feature, categories by their index', () => {
    expect(read({ age: 40, spend: -1.5, plan: 'pro', region: 7 })).toEqual([40, -1.5, 1, 2]);
  });

  test('may have another category where the feature takes any, whose code comes after all', () => {
    const open: Feature = { ...features[2]!, otherCategories: true };
    for (const other of ['gold', 7, false]) expect(read([other], {}, [open])).toEqual([3]);
    expect(read([['gold']], {}, [open])).toBeNull();
    expect(read(['gold'], {}, [features[2]!])).toBeNull();
  });

  test('may have true and false for categories', () => {
    const flag: Feature = { ...features[2]!, categories: [false, true] };
    expect(read([true], {}, [flag])).toEqual([1]);
    expect(read(['true'], {}, [flag])).toBeNull();
  });

  test('may list its keys in any order', () => {
    expect(read({ region: 0, plan: 'basic', spend: 0, age: 18 })).toEqual([18, 0, 0, 0]);
  });

  test('may be an array in the order of the schema', () => {
    expect(read([40, 2, 'basic', 1])).toEqual([40, 2, 0, 1]);
    expect(read([40, null, undefined, Number.NaN])).toEqual([
      40,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test.each([null, undefined, Number.NaN])('misses a value that is %s', (missing) => {
    const row = { age: missing, spend: missing, plan: missing, region: missing };
    expect(read(row)).toEqual(Array(4).fill(Number.NaN));
  });

  test('misses the values of absent keys', () => {
    expect(read({ age: 20 })).toEqual([20, Number.NaN, Number.NaN, Number.NaN]);
  });

  test('may come without a prototype', () => {
    expect(read(inheriting(null, { age: 20, spend: 3 }))).toEqual([20, 3, Number.NaN, Number.NaN]);
  });

  test('keeps the sign of zero and numbers too small for float32', () => {
    expect(read({ age: 20, spend: -0 })?.[1]).toBe(-0);
    expect(read({ age: 20, spend: 5e-324 })?.[1]).toBe(5e-324);
  });
});

describe('a required feature', () => {
  test('must be in the row', () => {
    expect(faults({ spend: 1 })).toEqual([
      { pointer: '/age', message: 'required, but not in the row' },
    ]);
  });

  test('may be null, which says that it is not known', () => {
    expect(faults({ age: null })).toEqual([]);
  });
});

describe('a feature that is not nullable', () => {
  const schema: readonly Feature[] = [
    { name: 'age', type: 'number', required: false, nullable: false },
    { name: 'plan', type: 'category', categories: ['a'], required: false, nullable: false },
  ];

  test('must be in the row and known', () => {
    const reader = createRowReader({ features: schema });
    expect(read({ age: 1, plan: 'a' }, {}, schema)).toEqual([1, 0]);
    for (const row of [{ plan: 'a' }, { age: null, plan: 'a' }, { age: Number.NaN, plan: 'a' }]) {
      expect(read(row, {}, schema)).toBeNull();
      expect(reader.faults(row).map(({ pointer }) => pointer)).toEqual(['/age']);
    }
    expect(reader.faults([1, Number.NaN])).toEqual([
      { pointer: '/1', message: 'may not be missing' },
    ]);
  });
});

describe('a number', () => {
  test('has its bounds included', () => {
    expect(read({ age: 18 })).not.toBeNull();
    expect(read({ age: 120 })).not.toBeNull();
    expect(read({ age: 17 })).toBeNull();
    expect(read({ age: 121 })).toBeNull();
  });

  test('is whole where the schema says integer', () => {
    expect(read({ age: 40.5 })).toBeNull();
    expect(faults({ age: 40.5 })[0]?.message).toBe(
      'expected an integer from 18 to 120; got a number with a fraction',
    );
  });

  test('is never read from a string or a boolean', () => {
    expect(faults({ age: '40', spend: true })).toEqual([
      { pointer: '/age', message: 'expected an integer from 18 to 120; got a string' },
      { pointer: '/spend', message: 'expected a number; got a boolean' },
    ]);
  });

  test('is finite unless the reader is told otherwise', () => {
    const row = { age: 40, spend: Number.NEGATIVE_INFINITY };
    expect(read(row)).toBeNull();
    expect(read(row, { allowInfinite: true })?.[1]).toBe(Number.NEGATIVE_INFINITY);
    expect(read({ age: Number.POSITIVE_INFINITY }, { allowInfinite: true })).toBeNull();
  });
});

describe('a category', () => {
  test('is told from the number or string that reads the same', () => {
    expect(read({ age: 40, plan: '1' })?.[2]).toBe(2);
    expect(read({ age: 40, plan: 1 })).toBeNull();
    expect(read({ age: 40, region: '1' })).toBeNull();
    expect(read({ age: 40, region: 1 })?.[3]).toBe(1);
  });

  test('names the values allowed, and not the one that came', () => {
    expect(faults({ age: 40, plan: 'secret' })).toEqual([
      { pointer: '/plan', message: 'expected one of "basic", "pro", "1"; got a string' },
    ]);
  });
});

describe('faults', () => {
  test('are all of the row at once, in schema order, unknown keys last', () => {
    const row = { stray: 1, region: 9, spend: [], age: 5 };
    expect(faults(row).map(({ pointer }) => pointer)).toEqual([
      '/age',
      '/spend',
      '/region',
      '/stray',
    ]);
  });

  test('point into arrays by index', () => {
    expect(faults([5, 'x', null, null]).map(({ pointer }) => pointer)).toEqual(['/0', '/1']);
  });

  test('say how long an array should be', () => {
    expect(faults([1, 2])).toEqual([
      {
        pointer: '',
        message: `expected 4 values, got 2; in this order: ${features.map(({ name }) => name).join(', ')}`,
      },
    ]);
  });

  test.each([
    [null, 'null'],
    ['row', 'a string'],
    [3, 'a number'],
    [undefined, 'nothing'],
  ])('say that %s is not a row', (row, kind) => {
    expect(faults(row)[0]?.message).toBe(
      `expected an object keyed by feature name or an array, got ${kind}`,
    );
  });

  test('do not repeat a key that is not a plain name', () => {
    const key = 'alice@example.org\n';
    expect(faults({ age: 40, [key]: 1 })[0]?.pointer).toBe('');
  });

  test('stop after a hundred and count the rest', () => {
    const row = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`key${index}`, 1]));
    const all = faults({ age: 40, ...row });
    expect(all).toHaveLength(101);
    expect(all[100]).toEqual({ pointer: '', message: 'and 150 more' });
  });
});

describe('what every object has', () => {
  const odd: readonly Feature[] = ['__proto__', 'constructor', 'toString'].map((name) => ({
    name,
    type: 'number',
    required: false,
  }));

  test('is not taken for a value', () => {
    expect(read({}, {}, odd)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(read(JSON.parse('{"__proto__": 1, "toString": 3}'), {}, odd)).toEqual([
      1,
      Number.NaN,
      3,
    ]);
  });

  test('is an unknown key when the row has it as its own', () => {
    const row: unknown = JSON.parse('{"age": 40, "__proto__": {"spend": 1}}');
    expect(read(row)).toBeNull();
    expect(faults(row)).toHaveLength(1);
  });

  test('stays out when a row inherits the values of another', () => {
    const row = inheriting({ spend: 5 }, { age: 40 });
    expect(read(row)).toEqual([40, Number.NaN, Number.NaN, Number.NaN]);
    expect(read(inheriting({ age: 40 }, {}))).toBeNull();
    expect(read(inheriting({ age: 40, spend: 1 }, { stray: 1 }))).toBeNull();
  });
});

describe('every row whatever', () => {
  const value = fc.oneof(
    fc.constantFrom(null, undefined, Number.NaN, Infinity, -0, 18, 40, 40.5, 'pro', '1', 7, true),
    fc.double(),
    fc.integer(),
    fc.string(),
    fc.anything(),
  );
  const keys = fc.constantFrom('age', 'spend', 'plan', 'region', '__proto__', 'constructor', 'x');
  const own = fc.dictionary(keys, value);
  const row = fc.oneof(
    own,
    fc.tuple(own, own).map(([inherited, ours]) => inheriting(inherited, ours)),
    fc.array(value, { minLength: 3, maxLength: 5 }),
    fc.anything(),
  );

  test('has no faults exactly when it can be read', () => {
    for (const nullable of [false, true]) {
      const schema = features.map((feature) => ({ ...feature, nullable }));
      const reader = createRowReader({ features: schema }, { allowInfinite: nullable });
      fc.assert(
        fc.property(row, (candidate) => {
          const readable = reader.read(candidate, new Float64Array(features.length));
          expect(reader.faults(candidate).length === 0).toBe(readable);
        }),
        { numRuns: 2000, seed: 7 },
      );
    }
  });
});
