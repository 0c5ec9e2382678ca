// What: the calls in a pickle whose outcome is data: arrays, types and scalars of numpy, bytes, dicts, sets, slices.
// Source: numpy numpy/_core/src/multiarray/{methods,descriptor,scalartypes}.c, numpy/_core/numeric.py; CPython copyreg.
// Complexity: constant, but for text that becomes bytes; arrays keep the file's bytes.
// Invariant: nothing is called. A call that is not in the list has no meaning here, whatever its arguments.
import { refuseBroken } from '../refusals.ts';
import { type Allowance, memoryOf } from './allowance.ts';
import { refuseClass } from './class-names.ts';
import { DType } from './dtype.ts';
import { GlobalName, type Inert, InertSet, InertSlice, InertTuple } from './inert.ts';
import { bytesContent, elementsOf, fortranStrides, NdArray } from './nd-array.ts';

type Call = (args: readonly Inert[], memory: Allowance) => Inert;

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['numpy.dtype', ([code]) => new DType(textOf(code, 'a numpy type'))],
  ['numpy.core.multiarray._reconstruct', ([type]) => (expectPlainArray(type), new NdArray())],
  ['numpy.core.multiarray.scalar', readScalar],
  ['numpy.core.numeric._frombuffer', readBuffer],
  ['_codecs.encode', ([text, codec], memory) => encode(text, codec, memory)],
  ['builtins.bytes', readBytes],
  ['builtins.bytearray', readBytes],
  ['builtins.slice', (args) => new InertSlice(args)],
  ['builtins.set', ([items]) => new InertSet(itemsOf(items))],
  ['builtins.frozenset', ([items]) => new InertSet(itemsOf(items))],
  ['collections.OrderedDict', (args) => emptyDict(args, 0)],
  ['collections.defaultdict', (args) => emptyDict(args, 1)],
]);

/** The data that a call means, `undefined` when it is none of those in the list. */
export function callToData(
  target: GlobalName,
  args: readonly Inert[],
  memory: Allowance,
): Inert | undefined {
  const call = calls.get(target.id);
  if (call === undefined) return undefined;
  memory.spend(memoryOf.array);
  return call(args, memory);
}

/** Numbers of a shape, which has dimensions within the limits. */
export function shapeOf(value: Inert | undefined): readonly number[] {
  if (!(value instanceof InertTuple)) return refuseBroken('an array whose shape is no tuple');
  const shape = value.items.map((length) =>
    typeof length === 'number' ? length : refuseBroken('an array whose length is no number'),
  );
  elementsOf(shape);
  return shape;
}

/** The strides of an array in order `C` or `F`. */
export function stridesOf(
  order: Inert | undefined,
  shape: readonly number[],
): readonly number[] | null {
  if (order === 'F') return fortranStrides(shape);
  return order === 'C' ? null : refuseBroken('an array in an unknown order');
}

/** The type of an array. */
export function dtypeOf(value: Inert | undefined): DType {
  return value instanceof DType ? value : refuseBroken('an array whose type is no numpy type');
}

/** Refuses subclasses of arrays, which mean something else by the same bytes. */
export function expectPlainArray(type: Inert | undefined): void {
  if (!(type instanceof GlobalName)) return refuseBroken('an array of no class');
  if (type.id !== 'numpy.ndarray') refuseClass(type.module, type.name);
}

/** Bytes, which protocol 2 spells as a string of characters below 256. */
export function bytesFrom(value: Inert | undefined, memory: Allowance): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return latin1(textOf(value, 'bytes'), memory);
}

function readScalar([type, value]: readonly Inert[], memory: Allowance): Inert {
  const dtype = dtypeOf(type);
  if (dtype.kind === 'O') return value ?? null;
  return new NdArray<Inert>(bytesContent(dtype, [], null, bytesFrom(value, memory)), true);
}

/** `K` is C order whose dimensions are then put in the order of `axes`: numpy 2 writes transposed arrays so. */
function readBuffer(
  [buffer, type, lengths, order, axes]: readonly Inert[],
  memory: Allowance,
): Inert {
  const dtype = dtypeOf(type);
  const shape = shapeOf(lengths);
  const bytes = bytesFrom(buffer, memory);
  if (order !== 'K') {
    return new NdArray<Inert>(bytesContent(dtype, shape, stridesOf(order, shape), bytes));
  }
  const permutation = shapeOf(axes);
  if (permutation.length !== shape.length || new Set(permutation).size !== shape.length) {
    refuseBroken('an array whose dimensions are not put in order');
  }
  const strides = fortranStrides(shape.toReversed())?.toReversed() ?? [1];
  const pick = (of: readonly number[]) =>
    permutation.map((axis) => of[axis] ?? refuseBroken('an array with an unknown dimension'));
  return new NdArray<Inert>(bytesContent(dtype, pick(shape), pick(strides), bytes));
}

function readBytes([content, codec]: readonly Inert[], memory: Allowance): Uint8Array {
  if (content === undefined) return new Uint8Array(0);
  return typeof content === 'string' ? encode(content, codec, memory) : bytesFrom(content, memory);
}

function encode(text: Inert | undefined, codec: Inert | undefined, memory: Allowance): Uint8Array {
  if (codec !== 'latin1' && codec !== 'latin-1') refuseBroken('text in an unknown encoding');
  return latin1(textOf(text, 'bytes'), memory);
}

function latin1(text: string, memory: Allowance): Uint8Array {
  memory.spend(memoryOf.view + text.length);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) refuseBroken('bytes with a character beyond 255');
    bytes[index] = code;
  }
  return bytes;
}

function emptyDict(args: readonly Inert[], most: number): Inert {
  if (args.length > most) refuseBroken('a dict that is called with items');
  return new Map();
}

function itemsOf(value: Inert | undefined): Inert[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : refuseBroken('a set of something other than a list');
}

function textOf(value: Inert | undefined, of: string): string {
  return typeof value === 'string' ? value : refuseBroken(`${of} without the text for it`);
}
