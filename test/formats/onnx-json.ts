import { ProtobufCursor } from '../../src/formats/onnx/protobuf-cursor.ts';
import type { Loose } from './edit-json.ts';

/** The fields of a message, by their number: name and kind; a kind with `[]` may come several times. */
type Message = Readonly<Record<number, readonly [name: string, kind: Kind]>>;
type Scalar = 'integer' | 'float' | 'text' | 'bytes' | 'floats' | 'integers' | 'doubles';
type Kind = Scalar | 'text[]' | (() => Message) | readonly [() => Message];

const tensor: Message = {
  1: ['dims', 'integers'],
  2: ['type', 'integer'],
  4: ['floats', 'floats'],
  5: ['int32s', 'integers'],
  6: ['strings', 'text[]'],
  7: ['int64s', 'integers'],
  8: ['name', 'text'],
  9: ['raw', 'bytes'],
  10: ['doubles', 'doubles'],
  13: ['external', [() => ({ 1: ['key', 'text'], 2: ['value', 'text'] })]],
  14: ['location', 'integer'],
};
const attribute: Message = {
  1: ['name', 'text'],
  2: ['f', 'float'],
  3: ['i', 'integer'],
  4: ['s', 'text'],
  5: ['t', () => tensor],
  7: ['floats', 'floats'],
  8: ['ints', 'integers'],
  9: ['strings', 'text[]'],
  20: ['type', 'integer'],
};
const node: Message = {
  1: ['input', 'text[]'],
  2: ['output', 'text[]'],
  3: ['name', 'text'],
  4: ['operator', 'text'],
  5: ['attribute', [() => attribute]],
  7: ['domain', 'text'],
};
const dimension: Message = { 1: ['size', 'integer'], 2: ['parameter', 'text'] };
const shape: Message = { 1: ['dim', [() => dimension]] };
const tensorType: Message = { 1: ['element', 'integer'], 2: ['shape', () => shape] };
const type: Message = { 1: ['tensor', () => tensorType] };
const valueInfo: Message = { 1: ['name', 'text'], 2: ['type', () => type] };
const graph: Message = {
  1: ['node', [() => node]],
  2: ['name', 'text'],
  5: ['initializer', [() => tensor]],
  11: ['input', [() => valueInfo]],
  12: ['output', [() => valueInfo]],
  15: ['sparse', [() => ({})]],
};
const model: Message = {
  1: ['version', 'integer'],
  2: ['producer', 'text'],
  3: ['producerVersion', 'text'],
  7: ['graph', () => graph],
  8: ['operatorSet', [() => ({ 1: ['domain', 'text'], 2: ['version', 'integer'] })]],
  25: ['function', [() => ({})]],
};

/** A file as JSON, of the fields that tests edit. Bytes are numbers, NaN is null. */
export function decodeOnnx(bytes: Uint8Array): Loose {
  return decode(new ProtobufCursor(bytes, 'a test'), model);
}

/** The file that `decodeOnnx` would give `json` of, as far as it is one. */
export function encodeOnnx(json: unknown): Buffer {
  return encode(json, model);
}

/** The same file with something else in it. */
export function editOnnx(bytes: Uint8Array, edit: (json: Loose) => unknown): Buffer {
  const json = decodeOnnx(bytes);
  edit(json);
  return encodeOnnx(json);
}

/** The attribute of the first node that has it. */
export function attributeOf(json: Loose, name: string): Loose {
  return json.graph.node
    .flatMap((item: Loose) => item.attribute ?? [])
    .find((item: Loose) => item.name === name);
}

function decode(cursor: ProtobufCursor, message: Message): Loose {
  const json: Loose = {};
  while (cursor.next()) {
    const [name, kind] = message[cursor.field] ?? [];
    if (name === undefined || kind === undefined) cursor.skip();
    else if (kind === 'text[]') (json[name] ??= []).push(cursor.text());
    else if (kind === 'integers' || kind === 'floats' || kind === 'doubles') {
      const list: number[] = [];
      cursor[kind](list);
      json[name] = [...(json[name] ?? []), ...list];
    } else if (kind === 'bytes') json[name] = [...cursor.bytes()];
    else if (typeof kind === 'string') json[name] = cursor[kind]();
    else if (typeof kind === 'function') json[name] = decode(cursor.message(name), kind());
    else (json[name] ??= []).push(decode(cursor.message(name), kind[0]()));
  }
  return json;
}

function encode(json: unknown, message: Message): Buffer {
  const parts: Buffer[] = [];
  for (const [number, [name, kind]] of Object.entries(message)) {
    const item = typeof json === 'object' && json !== null ? (json as Loose)[name] : undefined;
    if (item === undefined) continue;
    const list: unknown[] = Array.isArray(item) ? item : [item];
    if (kind === 'bytes') parts.push(block(number, Buffer.from(list.map(Number))));
    else if (typeof kind === 'function') parts.push(block(number, encode(item, kind())));
    else if (typeof kind === 'object') {
      for (const entry of list) parts.push(block(number, encode(entry, kind[0]())));
    } else if (kind === 'text[]') {
      for (const entry of list) parts.push(scalar(number, 'text', entry));
    } else if (kind === 'doubles' || kind === 'floats' || kind === 'integers') {
      for (const entry of list) parts.push(scalar(number, kind, entry));
    } else parts.push(scalar(number, kind, item));
  }
  return Buffer.concat(parts);
}

function scalar(number: string, kind: Scalar, entry: unknown): Buffer {
  if (kind === 'text') return block(number, Buffer.from(String(entry)));
  const value = entry === null ? Number.NaN : Number(entry);
  if (kind.startsWith('integer')) {
    const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
    return Buffer.concat([varint(BigInt(number) * 8n), varint(BigInt.asUintN(64, whole))]);
  }
  const isDouble = kind === 'doubles';
  const bytes = Buffer.alloc(isDouble ? 8 : 4);
  if (isDouble) bytes.writeDoubleLE(value);
  else bytes.writeFloatLE(value);
  return Buffer.concat([varint(BigInt(number) * 8n + (isDouble ? 1n : 5n)), bytes]);
}

function block(number: string, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(number) * 8n + 2n), varint(BigInt(bytes.length)), bytes]);
}

function varint(number: bigint): Buffer {
  const bytes: number[] = [];
  let rest = number;
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}
