// Changes of one value anywhere in a JSON text, and UBJSON of what came of it.
import { below, pick } from './random.js';

const hostile = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  -1e308,
  5e-324,
  '',
  '-1',
  '0',
  '1048576',
  '2147483648',
  '1e400',
  'NaN',
  'constructor',
  [],
  [[]],
  [null, 'a', {}],
  {},
  JSON.parse('{"__proto__": {"length": 3}, "constructor": 1, "hasOwnProperty": 0}'),
  'a'.repeat(10_000),
  Array(1000).fill(0),
  Array.from({ length: 3000 }, () => []),
];

/** The value in a JSON text with one to three places in it changed. */
export function editJson(text, random) {
  const json = JSON.parse(text.replace(/\b(NaN|Infinity)\b/g, '0'));
  for (let edits = 1 + below(3, random); edits > 0; edits--) {
    const places = placesIn(json);
    if (places.length === 0) return json;
    // deep places are many, so one level is chosen first
    const depth = below(Math.max(...places.map((place) => place.depth)) + 1, random);
    const { holder, key } = pick(
      places.filter((place) => place.depth === depth),
      random,
    );
    change(holder, key, places, random);
  }
  return json;
}

function change(holder, key, places, random) {
  const value = holder[key];
  const kind = below(6, random);
  if (kind === 0) {
    if (Array.isArray(holder)) holder.splice(key, 1);
    else delete holder[key];
  } else if (kind === 1) {
    const other = pick(places, random);
    holder[key] = structuredClone(other.holder[other.key]);
  } else if (kind === 2 && Array.isArray(value)) {
    holder[key] = pick(
      [value.slice(1), value.slice(0, -1), [...value, ...value], [...value, 0], value.toReversed()],
      random,
    );
  } else if (kind < 5 && Number.isFinite(Number(value)) && typeof value !== 'object') {
    const changed = pick([1, -1, 100, 65_536, 2 ** 31, -Number(value), Number(value)], random);
    holder[key] = typeof value === 'string' ? `${Number(value) + changed}` : value + changed;
  } else {
    holder[key] = structuredClone(pick(hostile, random));
  }
}

function placesIn(value) {
  const places = [];
  const stack = [[value, 0]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [holder, depth] = next;
    for (const key of Object.keys(holder)) {
      places.push({ holder, key, depth });
      if (typeof holder[key] === 'object' && holder[key] !== null)
        stack.push([holder[key], depth + 1]);
    }
  }
  return places;
}

/** A value as the UBJSON that XGBoost writes. */
export function toUbjson(value) {
  const parts = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value, parts) {
  if (Array.isArray(value)) writeArray(value, parts);
  else if (typeof value === 'string') parts.push(Buffer.from('S'), prefixed(value));
  else if (typeof value === 'number') {
    const whole = Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    parts.push(Buffer.from(whole ? 'l' : 'D'), numberBytes(value, whole));
  } else if (typeof value === 'object' && value !== null) {
    parts.push(Buffer.from('{'));
    for (const [key, member] of Object.entries(value)) {
      parts.push(prefixed(key));
      write(member, parts);
    }
    parts.push(Buffer.from('}'));
  } else parts.push(Buffer.from(value === null ? 'Z' : value ? 'T' : 'F'));
}

function writeArray(items, parts) {
  if (items.length > 0 && items.every((item) => typeof item === 'number')) {
    const whole = items.every((item) => Number.isInteger(item) && Math.abs(item) < 2 ** 31);
    parts.push(Buffer.from(whole ? '[$l#L' : '[$D#L'), count(items.length));
    for (const item of items) parts.push(numberBytes(item, whole));
  } else {
    parts.push(Buffer.from('[#L'), count(items.length));
    for (const item of items) write(item, parts);
  }
}

function numberBytes(value, whole) {
  const bytes = Buffer.alloc(whole ? 4 : 8);
  if (whole) bytes.writeInt32BE(value);
  else bytes.writeDoubleBE(value);
  return bytes;
}

function prefixed(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from('L'), count(bytes.length), bytes]);
}

function count(length) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(length));
  return bytes;
}
