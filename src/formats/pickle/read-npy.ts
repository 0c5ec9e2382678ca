// What: an array from numpy's own file format, versions 1.0 to 3.0.
// Source: numpy numpy/lib/format.py; the header is text of a Python dict, read here by its one shape.
// Complexity: linear in the header; the bytes of the array stay where they are.
// Invariant: exactly the bytes that shape and type say follow the header.
import { limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import { DType, type DTypeField } from './dtype.ts';
import type { Inert } from './inert.ts';
import { bytesContent, fortranStrides, NdArray } from './nd-array.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const longestHeader = 65_536;
const header =
  /^\{'descr': (.+), 'fortran_order': (True|False), 'shape': \(((?:\d{1,10}, ?)*(?:\d{1,10})?)\), \}\s*$/;
const simpleType = /^'([<>|=])([biufcSUVMm]\d{1,9})'$/;
const structuredType = /^\[((?:\('[^'\\]*', '[<>|=]\w{1,10}'\)(?:, )?)+)\]$/;
const oneField = /\('([^'\\]*)', ('[^']*')\)/g;

/** Reads the array of an `.npy` file; `isScalar` for one that stands for a numpy scalar. */
export function readNpy(bytes: Uint8Array, isScalar: boolean): NdArray<Inert> {
  if (magic.some((byte, at) => bytes[at] !== byte) || bytes.length < 12) refuseNpy();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader || start + length > bytes.length) refuseNpy();
  const text = Buffer.from(bytes.subarray(start, start + length)).toString('utf8');
  const [, type, fortran, lengths] = header.exec(text) ?? refuseNpy();
  const shape = (lengths!.match(/\d+/g) ?? []).map(Number);
  const content = bytesContent(
    readType(type!),
    shape,
    fortran === 'True' ? fortranStrides(shape) : null,
    bytes.subarray(start + length),
  );
  if (isScalar && shape.length > 0) refuseNpy();
  return new NdArray<Inert>(content, isScalar);
}

function readType(text: string): DType {
  const simple = simpleType.exec(text);
  if (simple !== null) {
    const dtype = new DType(simple[2]!);
    dtype.setOrder(simple[1]!);
    return dtype.seal();
  }
  const [, parts] = structuredType.exec(text) ?? refuseNpy();
  const fields = new Map<string, DTypeField>();
  let size = 0;
  for (const [, name, code] of parts!.matchAll(oneField)) {
    const type = readType(code!);
    // parts without a name are padding
    if (name !== '') fields.set(name!, { type, offset: size });
    size += type.size;
  }
  if (size > limits.bytes) refuseNpy();
  const dtype = new DType(`V${size}`);
  dtype.setFields(fields, size);
  return dtype.seal();
}

function refuseNpy(): never {
  return refuseBroken('a .npy file whose header is not as numpy writes it');
}
