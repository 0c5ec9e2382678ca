import { describe, expect, test } from 'vitest';
import type { PickleValue } from '../../src/formats/pickle/pickle-value.ts';
import { looksLikePickle, readPickle } from '../../src/formats/pickle/read-pickle.ts';
import { loadExpected, loadPickle, modelClasses, numpyVersions } from './pickle-fixtures.ts';
import { call, code, dict, dtype, joblibArray, name, pickle, text, tuple } from './write-pickle.ts';

const none: ReadonlySet<string> = new Set();
const endings = ['p2.pkl', 'p3.pkl', 'p4.pkl', 'p5.pkl', 'joblib', 'zlib.joblib', 'gzip.joblib'];
const zoos = endings.flatMap((ending) =>
  numpyVersions.map((folder) => [folder, `zoo.${ending}`] as const),
);

describe.each(zoos)('a file of %s, %s', (folder, file) => {
  const bytes = loadPickle(folder, file);
  const zoo = readPickle(bytes, { allowed: none });
  const expected = Object.entries(loadExpected(folder));

  test('is known by its bytes', () => {
    expect(looksLikePickle(bytes)).toBe(true);
  });

  test('has the arrays that numpy had', () => {
    for (const [key, { dtype: type, shape, values }] of expected) {
      if (values === undefined) continue;
      const value = zoo.at(key);
      const truth = values.map(unspelt);
      expect(value.className, key).toBe('numpy.ndarray');
      expect([value.dtype, value.dtypeKind, value.shape()], key).toEqual([type, type![0], shape]);
      expect(value.shape().length === 0 ? [value.scalar()] : value.scalars(), key).toEqual(truth);
      if (shape!.length > 0) {
        expect(
          value.items().map((item) => item.scalar()),
          key,
        ).toEqual(truth);
      }
      if (shape!.length > 0 && 'biuf'.includes(type![0]!)) {
        expect([...value.numbers()], key).toEqual(truth.map(Number));
      }
    }
  });

  test('has the scalars and plain values', () => {
    for (const [key, { dtype: type, value: spelling }] of expected) {
      if (spelling === undefined) continue;
      const value = zoo.at(key);
      expect([value.className, value.dtype], key).toEqual([null, type]);
      const truth = unspelt(spelling);
      expect(type === 'f4' ? Math.fround(0.1) : value.scalar(), key).toBe(
        type === 'f4' ? value.number() : truth,
      );
      expect([value.isString(), value.isNumber(), value.isFlag(), value.isNone()], key).toEqual([
        typeof truth === 'string',
        typeof truth === 'number',
        typeof truth === 'boolean',
        truth === null,
      ]);
    }
  });

  test('has the fields of structured arrays, wherever they begin', () => {
    for (const [key, { fields, shape }] of expected) {
      if (fields === undefined) continue;
      const value = zoo.at(key);
      expect(value.shape()).toEqual(shape);
      expect(value.fields()).toEqual(Object.keys(fields));
      for (const [field, values] of Object.entries(fields)) {
        if (field === 'c') expect(() => value.field(field)).toThrow(/expected an array with a fie/);
        else expect([...value.field(field)], field).toEqual(values.map(unspelt).map(Number));
      }
    }
  });

  test('has dicts, lists, tuples and what else there is', () => {
    const at = (key: string) => zoo.at(key);
    expect(at('list').scalars()).toEqual([1, 'a', null]);
    expect(at('tuple').scalars()).toEqual([1, 2.5, 'b', true]);
    expect(at('nested').at('a').items()[1]!.at('b').items()).toEqual([]);
    expect(
      at('keys')
        .entries()
        .map(([key, value]) => [plain(key), plain(value)]),
    ).toEqual([
      [1, 'one'],
      ['two', 2],
      [3, 3],
      [null, 0],
      [[1, 2], 4],
    ]);
    expect(at('__proto__').at('__proto__').number()).toBe(1);
    expect(at('list').find('length')).toBeUndefined();
    expect(at('ordered').at('a').number()).toBe(1);
    expect(at('default').at('a').number()).toBe(2);
    expect([...at('bytes').bytes()]).toEqual([0x61, 0x62, 0xff]);
    expect([...at('no bytes').bytes()]).toEqual([]);
    expect([...at('bytearray').bytes()]).toEqual([0x63, 0x64, 0xfe]);
    expect(at('slice').arguments().map(plain)).toEqual([1, null, 2]);
    expect([at('set').scalars(), at('frozenset').scalars()]).toEqual([[7], [8]]);
    expect(() => at('big').number()).toThrow('big: expected a number, got an integer beyond 2^53');
    expect(at('dtype')).toMatchObject({ className: 'numpy.dtype', dtype: 'f4' });
    expect(at('class')).toMatchObject({ className: null, reference: 'numpy.float64' });
    expect(
      at('shared')
        .items()
        .map(({ path }) => path),
    ).toEqual(['shared/0', 'shared/1']);
  });

  test('refuses elements that have no number only when they are asked for', () => {
    for (const key of ['times', 'complex', 'long double']) {
      expect(() => zoo.at(key).numbers()).toThrow(new RegExp(`^${key}: expected numbers, got an`));
    }
  });
});

describe.each(numpyVersions)('a model of scikit-learn, with numpy %s', (folder) => {
  const read = (file: string) => readPickle(loadPickle(folder, file), { allowed: modelClasses });

  test('is the same as pickle and as joblib', () => {
    const model = read('model.pkl');
    expect(model.is('sklearn.pipeline.Pipeline')).toBe(true);
    const [, forest] = model.at('steps').items()[1]!.items();
    expect(forest!.path).toBe('steps/1/1');
    const tree = forest!.at('estimators_').items()[0]!.at('tree_');
    expect(tree.arguments().map(({ className }) => className)).toEqual([
      null,
      'numpy.ndarray',
      null,
    ]);
    expect(tree.at('nodes').fields()).toContain('threshold');
    expect(tree.at('nodes').field('left_child')[0]).toBe(1);
    expect(tree.at('values').dtype).toBe('f8');
    expect(describeValue(read('model.joblib'))).toEqual(describeValue(model));
  });

  test('with a class that is not allowed is refused by its name', () => {
    const some = new Set([...modelClasses].filter((pair) => !pair.endsWith(' Tree')));
    expect(() => readPickle(loadPickle(folder, 'model.pkl'), { allowed: some })).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_MODEL',
        message: expect.stringContaining('class sklearn.tree._tree.Tree'),
      }),
    );
  });

  test('of protocol 0 or 1, or in bz2, is known, and refused with what to do', () => {
    const files = { 'old.p0.pkl': /protocol 2/, 'zoo.bz2.joblib': /"zlib", 3/ };
    for (const [file, advice] of Object.entries({ ...files, 'old.p1.pkl': /protocol 2/ })) {
      expect(looksLikePickle(loadPickle(folder, file))).toBe(true);
      expect(() => read(file)).toThrow(advice);
    }
  });
});

test('a model that skops saved is the same as its pickle', () => {
  const [folder] = numpyVersions.slice(-1);
  const bytes = loadPickle(folder!, 'model.skops');
  expect(looksLikePickle(bytes)).toBe(true);
  const model = readPickle(bytes, { allowed: modelClasses });
  const pickled = readPickle(loadPickle(folder!, 'model.pkl'), { allowed: modelClasses });
  expect(describeValue(model)).toEqual(describeValue(pickled));
});

test('partial functions and random states stay inert', () => {
  for (const folder of numpyVersions) {
    const allowed = new Set(['functools partial']);
    const partial = readPickle(loadPickle(folder, 'partial.pkl'), { allowed });
    expect(partial.className).toBe('functools.partial');
    expect(partial.arguments()[0]!.reference).toBe('numpy.dtype');
    expect(partial.state().items()[1]!.scalars()).toEqual(['f8']);
    expect(() => readPickle(loadPickle(folder, 'partial.pkl'), { allowed: none })).toThrow(
      'class functools.partial',
    );
    const states = readPickle(loadPickle(folder, 'random.pkl'), { allowed: none });
    expect(states.items()[0]!.className).toBe('numpy.random._pickle.__randomstate_ctor');
  }
});

test('an array of joblib before 1.2 has no padding, one of later versions as much as it says', () => {
  const shape = tuple(2);
  const data = code([1, 2]);
  const old = pickle(joblibArray(shape, dtype('u1')), data);
  const later = joblibArray(shape, dtype('u1'), { numpy_array_alignment_bytes: code('K\x10') });
  const unaligned = joblibArray(shape, dtype('u1'), { numpy_array_alignment_bytes: code('N') });
  for (const file of [old, pickle(later, [3, 255, 255, 255], data), pickle(unaligned, data)]) {
    expect([...readPickle(file, { allowed: none }).numbers()]).toEqual([1, 2]);
  }
});

describe('a value', () => {
  const file = pickle(
    dict({ a: code(']', text('x'), 'a'), b: code('G', [0x7f, 0xf8, 0, 0, 0, 0, 0, 0]) }),
  );
  const value = readPickle(file, { allowed: none });

  test('says where it stands when it is not what was expected', () => {
    expect(() => value.at('c')).toThrow('the file: expected an object with "c", got a dict of 2');
    expect(() => value.at('a').number()).toThrow('a: expected a number, got a list of 1');
    expect(() => value.at('a').numbers()).toThrow('a/0: expected a number, got a string of 1 char');
    expect(() => value.at('a').items()[0]!.count(0, 3)).toThrow('a whole number from 0 to 3');
    expect(() => value.at('b').count(0, 3)).toThrow('b: expected a whole number');
    expect(() => value.at('b').bytes()).toThrow('b: expected bytes, got NaN');
    expect(value.at('b').number()).toBeNaN();
  });

  test('that contains itself can be followed for a thousand levels', () => {
    let list: PickleValue = readPickle(pickle(']\x94h\x00a'), { allowed: none });
    expect(() => {
      for (;;) [list] = list.items() as [PickleValue];
    }).toThrow('nested deeper than 1000 levels');
  });

  test('that is shared can be followed until it is out of proportion to the file', () => {
    const pairs = Array.from({ length: 60 }, (_, level) =>
      code('h', [level], 'h', [level], '\x86\x94'),
    );
    const top = readPickle(pickle('(', ')\x94', ...pairs, 't'), { allowed: none });
    const follow = (node: PickleValue): number =>
      node.items().reduce((sum, item) => sum + follow(item), 1);
    expect(() => follow(top)).toThrow('contain each other far more often');
  });

  test('is an object by class, with arguments and attributes, and not the class itself', () => {
    const allowed = new Set(['foo.bar Baz']);
    const object = pickle(call('foo.bar', 'Baz', code('K\x07')), dict({ x: code('K\x01') }), 'b');
    const read = readPickle(object, { allowed });
    expect(read.is('foo.Baz', 'foo.bar.Baz')).toBe(true);
    expect(read.arguments()[0]!.count(0, 9)).toBe(7);
    expect(read.at('x').number()).toBe(1);
    const itself = readPickle(pickle(name('foo.bar', 'Baz')), { allowed });
    expect(itself.is('foo.bar.Baz')).toBe(false);
    expect(() => itself.at('x')).toThrow('got the class or function foo.bar.Baz');
  });
});

test('looks at the bytes to tell a pickle', () => {
  for (const bytes of ['', '{"a": 1}', '\x80', '\x80\x06', 'PK\x03\x04', 'x\x9c', '\x1f\x8b']) {
    expect(looksLikePickle(Buffer.from(bytes, 'latin1'))).toBe(false);
  }
});

/** JSON has no word for these. */
function unspelt(value: unknown): unknown {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}

function plain(value: PickleValue): unknown {
  return value.isList() ? value.scalars() : value.scalar();
}

/** All of a value as plain data, for comparing two files of one model. */
function describeValue(value: PickleValue): unknown {
  if (value.reference !== null) return { reference: value.reference };
  if (value.isDict()) return describeEntries(value);
  if (value.isList()) return value.items().map(describeValue);
  if (value.isArray()) return describeArray(value);
  if (value.className === 'numpy.dtype') return { dtype: value.dtype };
  if (value.className === 'builtins.slice') return value.arguments().map(describeValue);
  if (value.className !== null) {
    const args = value.arguments().map(describeValue);
    return { class: value.className, args, state: describeValue(value.state()) };
  }
  return value.scalar();
}

function describeEntries(value: PickleValue): unknown {
  return Object.fromEntries(
    value.entries().map(([key, item]) => [`${key.scalar()}`, describeValue(item)]),
  );
}

function describeArray(value: PickleValue): unknown {
  const fields = value.fields();
  const shape = value.shape();
  if (fields.length > 0) {
    return { shape, fields: fields.map((field) => [field, [...value.field(field)]]) };
  }
  return { shape, dtype: value.dtype, items: value.items().map(describeValue) };
}
