// What: elements of a numpy array as numbers, truth values and strings, in C order.
// Source: numpy numpy/_core/src/multiarray/arraytypes.c.src; IEEE 754 for half precision.
// Complexity: linear in the elements; one array of the answer's size, and one of places unless in C order.
// Invariant: every number is the one that numpy has, but for 64-bit integers beyond 2^53, which are rounded.
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import type { DType } from './dtype.ts';
import { type ArrayContent, placesOf } from './nd-array.ts';

type ReadNumber = (view: DataView, at: number, littleEndian: boolean) => number;

const numberReaders: ReadonlyMap<string, ReadNumber> = new Map<string, ReadNumber>([
  ['b1', (view, at) => (view.getUint8(at) === 0 ? 0 : 1)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['f2', (view, at, little) => halfToNumber(view.getUint16(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
]);

/** Whether elements are numbers or truth values. */
export function isNumeric(dtype: DType): boolean {
  return numberReaders.has(dtype.code);
}

/** The numbers of an array of bytes, or those of a field in it that has type `dtype` and begins at `offset`. */
export function readNumbers(
  { dtype: elementType, shape, strides, bytes }: ArrayContent<unknown>,
  dtype: DType = elementType,
  offset = 0,
): Float64Array {
  const read = numberReaders.get(dtype.code) ?? refuseType(dtype);
  const view = viewOf(bytes);
  const { size } = elementType;
  const { littleEndian } = dtype;
  const places = strides === null ? null : placesOf(shape, strides);
  const numbers = new Float64Array(size === 0 ? 0 : view.byteLength / size);
  for (let index = 0; index < numbers.length; index++) {
    const place = places === null ? index : places[index]!;
    numbers[index] = read(view, place * size + offset, littleEndian);
  }
  return numbers;
}

/** The elements of an array of bytes in their own types. */
export function readScalars(content: ArrayContent<unknown>): (string | number | boolean)[] {
  const { dtype, shape, strides, bytes } = content;
  if (dtype.kind === 'U' || dtype.kind === 'S') {
    const view = viewOf(bytes);
    const read = dtype.kind === 'U' ? readText : readByteText;
    const places = strides === null ? null : placesOf(shape, strides);
    return Array.from({ length: dtype.size === 0 ? 0 : view.byteLength / dtype.size }, (_, index) =>
      read(view, (places === null ? index : places[index]!) * dtype.size, dtype),
    );
  }
  const numbers = readNumbers(content);
  if (dtype.kind === 'b') return Array.from(numbers, (number) => number !== 0);
  if (dtype.kind !== 'f' && numbers.some((number) => !Number.isSafeInteger(number))) {
    refuseBroken('an array with integers beyond 2^53, which have no exact number here');
  }
  return Array.from(numbers);
}

function viewOf(bytes: Uint8Array | null): DataView {
  if (bytes === null) return refuseBroken('an array of objects where one of numbers is needed');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-32, padded with zeros at its end. */
function readText(view: DataView, at: number, { size, littleEndian }: DType): string {
  let text = '';
  let zeros = 0;
  for (let offset = 0; offset < size; offset += 4) {
    const point = view.getUint32(at + offset, littleEndian);
    if (point > 0x10ffff) refuseBroken('a numpy string with a character beyond Unicode');
    if (point === 0) {
      zeros++;
      continue;
    }
    text += '\0'.repeat(zeros) + String.fromCodePoint(point);
    zeros = 0;
  }
  return text;
}

/** Latin-1, padded the same. */
function readByteText(view: DataView, at: number, { size }: DType): string {
  let end = size;
  while (end > 0 && view.getUint8(at + end - 1) === 0) end--;
  let text = '';
  for (let offset = 0; offset < end; offset++) {
    text += String.fromCharCode(view.getUint8(at + offset));
  }
  return text;
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function refuseType(dtype: DType): never {
  return refuseUnsupported(
    `numbers of the numpy type ${dtype.code}`,
    'whole numbers, truth values and floats up to 64 bits are read',
  );
}
