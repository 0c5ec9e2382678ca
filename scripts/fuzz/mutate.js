// Mutants by number: the same format, seed and index always give the same bytes.
import { openCarrier } from './carriers.js';
import { editJson, toUbjson } from './json-edits.js';
import { below, createRandom, pick } from './random.js';
import { formats, readTwin, seedsOf } from './seeds.js';

/** A function from an index to a mutant: its bytes, of which file, and how. */
export function createMutants(format, seed) {
  const samples = seedsOf(format);
  const others = formats.filter((other) => other !== format);
  const foreign = new Map();
  const seedsOfOther = (other) => {
    if (!foreign.has(other)) foreign.set(other, seedsOf(other));
    return foreign.get(other);
  };
  const kinds = kindsOf(samples);
  return (index) => {
    const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    random();
    const sample = pick(samples, random);
    const context = {
      random,
      name: sample.name,
      sibling: () => pick(samples, random).bytes,
      stranger: () => pick(seedsOfOther(pick(others, random)), random).bytes,
    };
    const carrier = random() < 0.8 ? openCarrier(sample.bytes, random) : null;
    let bytes = carrier?.inside ?? sample.bytes;
    const names = [];
    // mostly one change: two hide each other
    const rounds = pick([1, 1, 1, 1, 2, 3], random);
    for (let round = 0; round < rounds && bytes.length > 0; round++) {
      const kind = pick(kinds, random);
      names.push(kind);
      bytes = changes[kind](bytes, context) ?? changes.bits(bytes, context);
    }
    return {
      bytes: carrier === null ? bytes : carrier.pack(bytes),
      description: `${sample.name}${carrier === null ? '' : ', inside'}: ${names.join(', ')}`,
    };
  };
}

const everywhere = ['bits', 'bytes', 'cut', 'head', 'tail', 'double', 'move', 'splice', 'graft'];

function kindsOf(samples) {
  const [{ name, bytes }] = samples;
  if (name.endsWith('.ubj')) return [...everywhere, 'integer', 'integer', 'values', 'values'];
  if (bytes[0] === 0x7b)
    return [...everywhere, 'digits', 'numbers', 'numbers', 'numbers', 'values', 'values', 'values'];
  if (name.endsWith('.txt'))
    return [...everywhere, 'digits', 'numbers', 'numbers', 'lines', 'lines'];
  if (name.endsWith('.skops')) {
    return [...everywhere, 'integer', 'integer', 'digits', 'numbers', 'values', 'values'];
  }
  return [...everywhere, 'integer', 'integer', 'integer', 'varint', 'digits', 'numbers'];
}

const changes = {
  bits(bytes, { random }) {
    const changed = Buffer.from(bytes);
    for (let flips = 1 + below(4, random); flips > 0; flips--) {
      changed[below(bytes.length, random)] ^= 1 << below(8, random);
    }
    return changed;
  },
  bytes(bytes, { random }) {
    const changed = Buffer.from(bytes);
    const start = below(bytes.length, random);
    const end = Math.min(bytes.length, start + 1 + below(8, random));
    for (let at = start; at < end; at++) changed[at] = below(256, random);
    return changed;
  },
  cut(bytes, { random }) {
    const start = below(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + below(64, random))]);
  },
  head: (bytes, { random }) => bytes.subarray(below(bytes.length, random)),
  tail: (bytes, { random }) => bytes.subarray(0, below(bytes.length, random)),
  double(bytes, { random }) {
    const piece = pieceOf(bytes, random);
    const times = pick([1, 1, 2, 50], random);
    const to = below(bytes.length, random);
    return Buffer.concat([bytes.subarray(0, to), ...Array(times).fill(piece), bytes.subarray(to)]);
  },
  move(bytes, { random }) {
    const from = below(bytes.length, random);
    const end = from + 1 + below(256, random);
    const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);
    const to = below(rest.length + 1, random);
    return Buffer.concat([rest.subarray(0, to), bytes.subarray(from, end), rest.subarray(to)]);
  },
  splice(bytes, { random, sibling }) {
    const own = sibling();
    const other = openCarrier(own, random)?.inside ?? own;
    return Buffer.concat([
      bytes.subarray(0, below(bytes.length, random)),
      other.subarray(below(other.length, random)),
    ]);
  },
  graft(bytes, { random, stranger }) {
    const to = below(bytes.length, random);
    const piece = pieceOf(stranger(), random);
    const from = to + pick([0, piece.length], random);
    return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(from)]);
  },
  /** Digits, signs, points and exponents become others. */
  digits(bytes, { random }) {
    const changed = Buffer.from(bytes);
    for (let count = 1 + below(4, random); count > 0; count--) {
      const start = below(bytes.length, random);
      const at = changed.findIndex((byte, index) => index >= start && byte >= 0x30 && byte <= 0x39);
      if (at !== -1) changed[at] = pick(Buffer.from('0123456789012345678999-.eE+ '), random);
    }
    return changed;
  },
  /** A whole number token becomes another. */
  numbers(bytes, { random }) {
    const start = below(bytes.length, random);
    const window = bytes.toString('latin1', start, start + 400);
    const found = /(?<![\w.])-?\d+(\.\d+)?([eE][-+]?\d+)?/.exec(window);
    if (found === null) return undefined;
    const value = Number(found[0]);
    const other = pick([...numbers, value + 1, value - 1, -value, value * 1000], random);
    const at = start + found.index;
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(`${other}`),
      bytes.subarray(at + found[0].length),
    ]);
  },
  /** An integer of 1, 2, 4 or 8 bytes, as lengths and counts are. */
  integer(bytes, { random }) {
    const size = pick([1, 2, 4, 8], random);
    const little = random() < 0.5;
    if (bytes.length < size) return undefined;
    let at = below(bytes.length - size + 1, random);
    // small numbers among zeros are more likely lengths than others
    for (let tries = 0; tries < 20 && !looksLikeCount(bytes, at, size, little); tries++) {
      at = below(bytes.length - size + 1, random);
    }
    const changed = Buffer.from(bytes);
    const order = (from) => (little ? Buffer.from(from.toReversed()) : Buffer.from(from));
    const old = BigInt(`0x${order(bytes.subarray(at, at + size)).toString('hex')}`);
    const value = BigInt.asUintN(8 * size, pick([...integers, old + 1n, old - 1n], random));
    const spelt = Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
    order(spelt).copy(changed, at);
    return changed;
  },
  /** A varint of protobuf. */
  varint(bytes, { random }) {
    const at = below(bytes.length, random);
    let end = at;
    while (end < bytes.length - 1 && end < at + 9 && bytes[end] >= 0x80) end++;
    let value = BigInt.asUintN(64, pick(integers, random));
    const spelt = [];
    for (; value >= 0x80n; value >>= 7n) spelt.push(Number(value & 0x7fn) | 0x80);
    spelt.push(Number(value));
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(spelt), bytes.subarray(end + 1)]);
  },
  /** Lines of text that trade places, repeat, or take the value of another. */
  lines(bytes, { random }) {
    const lines = bytes.toString('latin1').split('\n');
    const [one, other] = [below(lines.length, random), below(lines.length, random)];
    const [key] = lines[one].split('=');
    const kind = below(5, random);
    if (kind === 0) lines.splice(one, 1);
    else if (kind === 1)
      lines.splice(one, 0, ...Array(pick([1, 2, 500], random)).fill(lines[other]));
    else if (kind === 2) [lines[one], lines[other]] = [lines[other], lines[one]];
    else if (kind === 3) lines[one] = `${key}=${lines[other].split('=').at(-1)}`;
    else {
      const items = lines[one].slice(key.length + 1).split(' ');
      items.splice(
        below(items.length, random),
        below(3, random),
        ...pick([[], ['0'], items], random),
      );
      lines[one] = `${key}=${items.join(' ')}`;
    }
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  /** Values of JSON, UBJSON and the schema of skops. */
  values(bytes, { random, name }) {
    try {
      if (!name.endsWith('.ubj')) {
        return Buffer.from(JSON.stringify(editJson(bytes.toString(), random)));
      }
      return toUbjson(editJson(readTwin(name).toString(), random));
    } catch {
      return undefined; // no JSON any more
    }
  },
};

const numbers = [
  '0',
  '-0',
  '-1',
  '1',
  '2',
  '0.5',
  'NaN',
  'nan',
  'Infinity',
  '-inf',
  '1e400',
  '-1e308',
  '5e-324',
  '1e38',
  '3.4e38',
  '65536',
  '1048575',
  '1048576',
  '2147483647',
  '2147483648',
  '4294967295',
  '9007199254740993',
  '99999999999999999999',
  '"1"',
  'null',
];

const integers = [
  0n,
  1n,
  -1n,
  2n,
  127n,
  255n,
  256n,
  65_535n,
  65_536n,
  1n << 20n,
  (1n << 20n) - 1n,
  1n << 24n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 32n) - 1n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
];

function looksLikeCount(bytes, at, size, little) {
  if (size === 1) return true;
  const high = little ? bytes[at + size - 1] : bytes[at];
  const low = little ? bytes[at] : bytes[at + size - 1];
  return high === 0 && low !== 0;
}

function pieceOf(bytes, random) {
  const from = below(bytes.length, random);
  return bytes.subarray(from, from + 1 + below(pick([16, 256, 4096], random), random));
}
