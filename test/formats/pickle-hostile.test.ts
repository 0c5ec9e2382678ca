import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Random, SpillwayError } from '../../src/core/index.ts';
import type { PickleValue } from '../../src/formats/pickle/pickle-value.ts';
import { looksLikePickle, readPickle } from '../../src/formats/pickle/read-pickle.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { loadPickle, modelClasses, numpyVersions } from './pickle-fixtures.ts';
import {
  call,
  code,
  dict,
  dtype,
  integer,
  joblibArray,
  name,
  type PickleCode,
  pickle,
  text,
  tuple,
  uint64,
} from './write-pickle.ts';

const canary = join(tmpdir(), `spillway-canary-${process.pid}`);
const command = text(`touch ${canary}`);
const system = call('os', 'system', command);
const tree = name('sklearn.tree._tree', 'Tree');
const lines = (module: string, attribute: string) => code(`c${module}\n${attribute}\n`);
const objects = dtype('O8');
const inArray = (payload: Uint8Array) => pickle(joblibArray(tuple(1), objects), payload);

/** Programs that Python would run; each with what the refusal names. */
const calls: Readonly<Record<string, readonly [PickleCode, string]>> = {
  'os.system': [pickle(system), 'class os.system'],
  'posix.system of protocol 2': [
    code('\x80\x02', lines('posix', 'system'), '(', command, 'tR.'),
    'class posix.system',
  ],
  'nt.system': [pickle(call('nt', 'system', command)), 'class nt.system'],
  eval: [pickle(call('builtins', 'eval', text('1'))), 'class builtins.eval'],
  'exec of Python 2': [pickle(lines('__builtin__', 'exec')), 'class __builtin__.exec'],
  getattr: [pickle(name('builtins', 'getattr')), 'class builtins.getattr'],
  'an import': [pickle(name('builtins', '__import__')), 'class builtins.__import__'],
  'operator.attrgetter': [
    pickle(call('operator', 'attrgetter', text('system'))),
    'class operator.attrgetter',
  ],
  'a partial function of os.system': [
    pickle(call('functools', 'partial', name('os', 'system'), command)),
    'class os.system',
  ],
  'a factory of defaults': [
    pickle(call('collections', 'defaultdict', name('os', 'system'))),
    'class os.system',
  ],
  'a call in the arguments of an allowed one': [
    pickle(call('numpy', 'dtype', system)),
    'class os.system',
  ],
  'a call of an outcome': [
    pickle(call('numpy', 'dtype', text('f8')), ')R'),
    'a call of something that is no class',
  ],
  'a call of an object': [pickle(tree, ')\x81)R'), 'a call of something that is no class'],
  'an object of os._wrap_close': [pickle(name('os', '_wrap_close'), ')\x81'), 'os._wrap_close'],
  'an object of data': [pickle(name('numpy', 'dtype'), ')\x81'), 'an object of numpy.dtype'],
  'an object with named arguments': [
    pickle(tree, ')', dict({ shell: code('\x88') }), '\x92'),
    'named arguments',
  ],
  'subprocess.Popen': [pickle(name('subprocess', 'Popen')), 'class subprocess.Popen'],
  INST: [code('\x80\x02(', command, 'ios\nsystem\n.'), 'opcode INST at byte'],
  OBJ: [code('\x80\x02(', 'K\x01', 'o.'), 'opcode OBJ'],
  'copyreg._reconstructor': [pickle(name('copyreg', '_reconstructor')), 'protocol 2 or later'],
  'copyreg.__newobj__': [pickle(name('copyreg', '__newobj__')), 'class copyreg.__newobj__'],
  'pickle.loads': [pickle(name('pickle', 'loads')), 'class pickle.loads'],
  'joblib.load': [pickle(name('joblib', 'load')), 'class joblib.load'],
  'joblib eval': [pickle(name('joblib._utils', 'eval_expr')), 'class joblib._utils.eval_expr'],
  'numpy f2py': [
    pickle(name('numpy.f2py.crackfortran', 'getlincoef')),
    'class numpy.f2py.crackfortran.getlincoef',
  ],
  'numpy runstring': [
    pickle(name('numpy.testing._private.utils', 'runstring')),
    'class numpy.testing._private.utils.runstring',
  ],
  'numpy.__builtins__': [pickle(name('numpy', '__builtins__')), 'class numpy.__builtins__'],
  torch: [pickle(name('torch.storage', '_load_from_bytes')), 'models of PyTorch'],
  cloudpickle: [
    pickle(name('cloudpickle.cloudpickle', '_make_function')),
    'save the model with pickle or joblib and without own functions',
  ],
  dill: [pickle(name('dill._dill', '_create_array')), 'cloudpickle or dill'],
  'a class of a script': [pickle(name('__main__', 'Mine')), 'your own function or class'],
  'a dotted name that spells an allowed pair': [
    pickle(name('numpy', 'core.multiarray._reconstruct')),
    'class numpy.core.multiarray._reconstruct',
  ],
  'a dotted name into modules': [
    pickle(name('numpy', 'core._internal.sys.modules')),
    'class numpy.core._internal.sys.modules',
  ],
  'a dotted name below an allowed class': [
    pickle(name('sklearn.tree._tree', 'Tree.__class__')),
    'class sklearn.tree._tree.Tree.__class__',
  ],
  'a Cyrillic letter': [pickle(name('sklearn.tree._tree', '\u0422ree')), '_tree.\\u0422ree'],
  'a zero in a name': [pickle(name('numpy', 'dtype\0')), 'class numpy.dtype\\u0000'],
  'a space in a name': [pickle(lines('numpy ', 'dtype')), 'class numpy\\u0020.dtype'],
  'a carriage return in a name': [code('\x80\x02cnumpy\r\ndtype\r\n.'), 'class numpy\\u000d'],
  'a space that joins other pairs': [pickle(name('numpy', 'core dtype')), 'class numpy.core'],
  'a prototype': [pickle(name('__proto__', 'toString')), 'class __proto__.toString'],
  'a constructor': [pickle(name('constructor', 'prototype')), 'class constructor.prototype'],
  'numbers as a name': [pickle('K\x01K\x02\x93'), 'a class whose name is no text'],
  'bytes as a name': [pickle('C\x02osC\x06system\x93'), 'a class whose name is no text'],
  'names through the memo': [
    pickle(text('os'), 'q\x05', text('system'), 'q\x00', 'h\x05h\x00\x93'),
    'class os.system',
  ],
  EXT1: [pickle('\x82\x01'), 'opcode EXT1'],
  EXT2: [pickle('\x83\x01\0'), 'opcode EXT2'],
  EXT4: [pickle('\x84\x01\0\0\0'), 'opcode EXT4'],
  PERSID: [code('\x80\x02Pfile:///etc/passwd\n.'), 'opcode PERSID'],
  BINPERSID: [pickle(text('x'), 'Q'), 'opcode BINPERSID'],
  NEXT_BUFFER: [code('\x80\x05\x97.'), 'opcode NEXT_BUFFER'],
  READONLY_BUFFER: [code('\x80\x05C\x01x\x98.'), 'opcode READONLY_BUFFER'],
  'a codec': [pickle(call('_codecs', 'encode', text('x'), text('rot13'))), 'unknown encoding'],
  'a state for a class': [pickle(name('numpy', 'ndarray'), '}b'), 'a state for something'],
  'a state in slots': [pickle(tree, ')\x81N}\x86b'), 'with slots'],
  'a second state': [pickle(tree, ')\x81}b}b'), 'gets its state twice'],
  'a class as a value': [
    pickle(tree, ')\x81', dict({ criterion: name('os', 'system') }), 'b'),
    'class os.system',
  ],
  'a pickle behind the pickle': [code(pickle('N'), pickle(system)), 'byte 4: the pickle has ended'],
  'an array of objects': [inArray(pickle(system)), 'class os.system'],
  'an array of objects behind raw bytes': [
    pickle(
      joblibArray(tuple(2), dtype('f8')),
      Buffer.alloc(16),
      '(',
      joblibArray(tuple(1), objects),
      pickle(system),
      't\x86',
    ),
    'class os.system',
  ],
  'arrays of objects inside each other': [
    Array.from({ length: 40 }).reduce<PickleCode>((inner) => inArray(inner), pickle(system)),
    'pickles inside each other, more than 2 deep',
  ],
  'os.system, compressed': [deflateSync(pickle(system)), 'class os.system'],
  'os.system in gzip': [gzipSync(pickle(system)), 'class os.system'],
};

const wrapped = (shape: PickleCode, type: string, data = '') =>
  pickle(joblibArray(shape, dtype(type)), data);
const reconstructed = (state: PickleCode) =>
  pickle(
    call('numpy.core.multiarray', '_reconstruct', name('numpy', 'ndarray'), tuple(0), text('b')),
    state,
    'b',
  );

/** Bytes that are broken, or claim more than they have. */
const broken: Readonly<Record<string, readonly [PickleCode, string]>> = {
  'no STOP': [code('\x80\x04N'), 'is it cut off?'],
  'an unknown protocol': [code('\x80\x09N.'), 'protocol 2 to 5'],
  'a protocol in the middle': [pickle('\x80\x04N'), '0x80 is no opcode'],
  'a byte that is no opcode': [pickle('\xff'), '0xff is no opcode'],
  'two values': [pickle('NN'), 'something other than one value'],
  'an open mark': [pickle('(N'), 'something other than one value'],
  'nothing on the stack': [pickle('a'), 'where there is none'],
  'a value below a mark': [pickle('N(\x85'), 'where there is none'],
  'a mark that is not there': [pickle('Nt'), 'a mark it did not set'],
  'a memo that is not there': [pickle('h\x05'), 'before it is there'],
  'text that is not UTF-8': [pickle('\x8c\x02\xff\xfe'), 'not UTF-8'],
  'text of 2^63 bytes': [pickle('\x8d', uint64(2n ** 63n)), 'is it cut off?'],
  'bytes of 2^40 bytes': [pickle('\x8e', uint64(2n ** 40n)), 'is it cut off?'],
  'a bytearray of 2^53 bytes': [pickle('\x96', uint64(2n ** 53n)), 'is it cut off?'],
  'a frame of 2^62 bytes': [pickle('\x95', uint64(2n ** 62n), 'N'), 'a frame beyond the end'],
  LONG4: [pickle('\x8b\xff\xff\xff\x7f'), 'LONG4'],
  'a number as text': [code('\x80\x02I', '9'.repeat(100_000), '\n.'), 'opcode INT'],
  'a name without end': [code('\x80\x02c', 'a'.repeat(100_000)), 'a name that does not end'],
  'a key that is a list': [pickle('}]K\x01s'), 'a key that is no number'],
  'a key without a value': [pickle('}(K\x01u'), 'a key without a value'],
  'an entry of a list': [pickle(']K\x00K\x01s'), 'something that is no dict'],
  'an item of a tuple': [pickle(')K\x00a'), 'something that is no list'],
  'an item of a list in a set': [pickle(']K\x00(\x90'), 'something that is no set'],
  'many open marks': [pickle('('.repeat(200_000)), 'deeper than 1000 levels'],
  'a huge shape': [wrapped(tuple(2 ** 40, 2 ** 20), 'f8'), 'whose length is 1099511627776'],
  'a shape that overflows': [wrapped(tuple(2 ** 25, 2 ** 25), 'f8'), 'more than 67108864'],
  'a shape of many dimensions': [wrapped(tuple(...Array<number>(33).fill(1)), 'f8'), '33 dimens'],
  'a negative shape': [wrapped(tuple(-1, 8), 'f8'), 'whose length is -1'],
  'half an element': [wrapped(code('G\x3f\xf8\0\0\0\0\0\0\x85'), 'f8'), 'whose length is 1.5'],
  'a shape of text': [wrapped(code(text('8'), '\x85'), 'f8'), 'whose length is no number'],
  'elements without bytes': [wrapped(tuple(2 ** 20), 'V0'), 'elements without bytes'],
  'more elements than bytes': [wrapped(tuple(2 ** 20), 'f8', 'abc'), 'is it cut off?'],
  'an array of objects that is text': [inArray(pickle(text('hi'))), 'that is no array'],
  'a type that is a program': [
    pickle(call('numpy', 'dtype', text('__import__("os").system("id")'))),
    'the numpy type',
  ],
  'a type of many numbers': [
    pickle(call('numpy', 'dtype', text('f8,(1000000000)f8'))),
    'the numpy type',
  ],
  'a huge type': [pickle(call('numpy', 'dtype', text('V999999999'))), '999999999 bytes'],
  'a type that changes after it was used': [
    pickle(dtype('f8'), code('(K\x03', text('>'), 'NNN', integer(-1), integer(-1), 'K\x00tb')),
    'changes after it was used',
  ],
  'an array with too few bytes': [
    reconstructed(code('(K\x01', tuple(100), dtype('f8'), '\x89C\x04aaaat')),
    'an array of 800 bytes that has 4',
  ],
  'an array with too few objects': [
    reconstructed(code('(K\x01', tuple(100), objects, '\x89]t')),
    'an array of 100 objects that has 0',
  ],
  'an array that is never filled': [
    pickle(
      dict({
        x: call(
          'numpy.core.multiarray',
          '_reconstruct',
          name('numpy', 'ndarray'),
          tuple(0),
          text('b'),
        ),
      }),
    ),
    'never filled',
  ],
  'a cut gzip': [code('\x1f\x8b\x08\0'), 'no sound gzip'],
  'zlib that unpacks to 64 MB': [
    deflateSync(Buffer.alloc(2 ** 26)),
    'unpacks to more than 16777216',
  ],
  'a zip file that unpacks to 64 MB': [zipBomb(), 'unpacks to 67108864 bytes'],
};

/** Files that take much memory in Python, or here if nothing counted. */
const bombs: Readonly<Record<string, PickleCode>> = {
  'a chain of two million tuples': pickle(')', '\x85'.repeat(2_000_000)),
  'a chain of 300,000 lists': pickle(']'.repeat(300_000), 'a'.repeat(299_999)),
  'three million values': pickle('N'.repeat(3_000_000)),
  'a million dicts': pickle('(', '}'.repeat(1_000_000), 't'),
  'eight million memos': pickle('N', '\x94'.repeat(8_000_000)),
  'a memo far out': pickle('Nr\xff\xff\xff\x7f'),
  'bytes from one text again and again': pickle(
    text('x'.repeat(1_000_000)),
    '\x94',
    name('_codecs', 'encode'),
    '\x94',
    text('latin1'),
    '\x94(',
    'h\x01h\x00h\x02\x86R'.repeat(5000),
    't\x87',
  ),
  'pairs of pairs': pickle(
    '()\x94',
    ...Array.from({ length: 60 }, (_, level) => code('h', [level], 'h', [level], '\x86\x94')),
    't',
  ),
  'a list in itself': pickle(']\x94h\x00a'),
  'a tuple in itself': pickle(']\x94h\x00\x85\x94a'),
  'a dict in itself': pickle('}\x94', text('a'), 'h\x00s'),
  'keys of every object': pickle(
    dict({ constructor: code('K\x01') }),
    text('__proto__'),
    '}',
    text('polluted'),
    'K\x01ss',
  ),
};

const codes = ['INVALID_MODEL', 'UNSUPPORTED_MODEL'];

describe('a hostile pickle', () => {
  test.each(Object.entries(calls))('with %s is refused by name', (_what, [bytes, message]) => {
    const error = refusal(bytes);
    expect(SpillwayError.isInstance(error) ? error.message : error).toContain(message);
    expect(codes).toContain((error as SpillwayError).code);
    expect(existsSync(canary)).toBe(false);
  });

  test.each(Object.entries(broken))('with %s is refused', (_what, [bytes, message]) => {
    const error = refusal(bytes);
    expect(SpillwayError.isInstance(error) ? error.message : error).toContain(message);
    expect(codes).toContain((error as SpillwayError).code);
  });

  test.each(Object.entries(bombs))('of %s ends soon, in little memory', (_what, bytes) => {
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const error = refusal(bytes);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * bytes.length + 2 ** 28);
    if (error !== null) expect(codes).toContain((error as SpillwayError).code);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });

  test('named in a long or strange way is shown short and in ASCII', () => {
    const error = refusal(pickle(name('a'.repeat(5000), 'b\u202e\n'))) as SpillwayError;
    expect(error.message.length).toBeLessThan(400);
    const strange = refusal(pickle(name('a', 'b\u202e\n'))) as SpillwayError;
    expect(strange.message).toContain('class a.b\\u202e\\u000a:');
  });
});

describe('a zip file', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['that is cut off', (bytes) => bytes.subarray(0, -30)],
    ['with another checksum', (bytes) => changeByte(bytes, bytes.indexOf('NUMPY') + 200)],
    [
      'with another schema',
      (bytes) =>
        Buffer.from(bytes.toString('latin1').replaceAll('schema.json', 'schema.jsom'), 'latin1'),
    ],
  ])('%s is no model', (_what, change) => {
    const bytes = change(loadPickle(numpyVersions.at(-1)!, 'model.skops'));
    expect(() => readPickle(bytes, { allowed: modelClasses })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });

  test.each<[string, unknown, string]>([
    [
      'a class that is not allowed',
      { __loader__: 'ObjectNode', __module__: 'os', __class__: 'system' },
      'class os.system',
    ],
    ['a method', { __loader__: 'MethodNode' }, 'a "MethodNode" of skops'],
    [
      'a function',
      { __loader__: 'FunctionNode', __module__: 'builtins', __class__: 'eval' },
      'class builtins.eval',
    ],
    [
      'a dotted class',
      { __loader__: 'TypeNode', __module__: 'numpy', __class__: 'core.multiarray.scalar' },
      'class numpy.core.multiarray.scalar',
    ],
    ['no loader', {}, 'expected an object with "__loader__"'],
    ['text that is no JSON', { __loader__: 'JsonNode', content: '{' }, 'expected JSON text'],
    [
      'a file that is not there',
      {
        __loader__: 'NdArrayNode',
        __module__: 'numpy',
        __class__: 'ndarray',
        type: 'numpy',
        file: 'x',
      },
      'lacks a file',
    ],
  ])('of skops with %s is refused', (_what, schema, message) => {
    const error = refusal(zip(Buffer.from(JSON.stringify(schema)), 0)) as SpillwayError;
    expect(error.message).toContain(message);
    expect(codes).toContain(error.code);
  });
});

describe('ten thousand changed files', () => {
  const folder = numpyVersions.at(-1)!;

  test.each([
    ['model.pkl', 3000],
    ['model.joblib', 3000],
    ['zoo.p2.pkl', 1200],
    ['zoo.p5.pkl', 1200],
    ['zoo.joblib', 1200],
    ['model.skops', 400],
  ])('made from %s end in a value or a refusal', (file, runs) => {
    const random = createSeededRandom(20261121);
    const original = loadPickle(folder, file);
    let slowest = 0;
    for (let run = 0; run < runs; run++) {
      const bytes = mutate(original, random);
      const start = performance.now();
      survive(bytes, random);
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(slowest).toBeLessThan(1000);
  });
});

/** Reads a file, and some of what is in it. */
function survive(bytes: Uint8Array, random: Random): void {
  try {
    looksLikePickle(bytes);
    const value = readPickle(bytes, { allowed: modelClasses });
    for (let walks = 0; walks < 5; walks++) walk(value, random);
  } catch (error) {
    if (SpillwayError.isInstance(error) && codes.includes(error.code)) return;
    throw error;
  }
}

/** Goes from value to value at random, and asks each for things that it may not have. */
function walk(root: PickleValue, random: Random): void {
  let value: PickleValue | undefined = root;
  for (let depth = 0; depth < 20 && value !== undefined; depth++) {
    const here: PickleValue = value;
    const asked: readonly (() => unknown)[] = [
      () => here.scalar(),
      () => here.numbers(),
      () => here.scalars(),
      () => here.bytes(),
      () => here.shape(),
      () => here.fields().map((field) => here.field(field)),
      () => here.className ?? here.reference ?? here.dtypeKind,
    ];
    attempt(asked[Math.floor(asked.length * random())]!);
    const inside = attempt(() => insideOf(here)) ?? [];
    value = inside[Math.floor(inside.length * random())];
  }
}

function insideOf(value: PickleValue): PickleValue[] {
  if (value.isList() || value.isArray()) return value.items();
  if (value.isDict()) return value.entries().flat();
  return value.className === null ? [] : [value.state(), ...value.arguments()];
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (!SpillwayError.isInstance(error)) throw error;
    return undefined;
  }
}

function mutate(original: Buffer, random: Random): Buffer {
  const below = (limit: number) => Math.floor(limit * random());
  const bytes = Buffer.from(original);
  const opcodes = Buffer.from('RbuseatNK}](h\x85\x86\x87\x81\x93\x94.', 'latin1');
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(bytes.length);
    const kind = below(5);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes[at]! ^= 1 << below(8);
    else if (kind === 2) bytes.copy(bytes, at, below(bytes.length), below(bytes.length));
    else if (kind === 3) bytes[at] = opcodes[below(opcodes.length)]!;
    else if (below(10) === 0) return bytes.subarray(0, at);
  }
  return bytes;
}

function refusal(bytes: Uint8Array): unknown {
  try {
    const value = readPickle(bytes, { allowed: modelClasses });
    if (value.isDict()) value.find('x')?.numbers();
    return null;
  } catch (error) {
    return error;
  }
}

function changeByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  return changed;
}

function zipBomb(): Buffer {
  return zip(Buffer.alloc(2 ** 26), 8);
}

/** A zip file with one entry, `schema.json`, stored or deflated. */
function zip(content: Buffer, method: 0 | 8): Buffer {
  const packed = method === 8 ? deflateRawSync(content) : content;
  const entry = Buffer.from('schema.json');
  const sizes = Buffer.alloc(16);
  sizes.writeUInt32LE(crc32(content), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(content.length, 8);
  sizes.writeUInt16LE(entry.length, 12);
  const start = [20, 0, 0, 0, method, 0, 0, 0, 0, 0];
  const header = code('PK\x03\x04', start, sizes, entry, packed);
  const record = code('PK\x01\x02', [20, 0], start, sizes, Buffer.alloc(14), entry);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(record.length, 8);
  end.writeUInt32LE(header.length, 12);
  return code(header, record, 'PK\x05\x06', end);
}
