import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { ProtobufCursor } from './protobuf-cursor.ts';

/** Types of elements, by their number in the file, as ONNX names them. */
export const elementTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  double: 11,
} as const;

/** Values that stand in the file, row-major. */
export interface Tensor {
  readonly name: string;
  /** One of `elementTypes`. */
  readonly type: number;
  readonly dims: readonly number[];
  readonly numbers: Float64Array;
  /** Those of a tensor of strings, which has no numbers. */
  readonly strings: readonly string[];
}

/** A `TensorProto`. */
export function readTensor(bytes: Uint8Array): Tensor {
  const cursor = new ProtobufCursor(bytes, 'a tensor');
  const dims: number[] = [];
  const numbers: number[] = [];
  const strings: string[] = [];
  let raw: Uint8Array | null = null;
  let name = '';
  let type = 0;
  while (cursor.next()) {
    switch (cursor.field) {
      case 1:
        cursor.integers(dims);
        break;
      case 2:
        type = cursor.integer();
        break;
      case 4:
        cursor.floats(numbers);
        break;
      case 5:
      case 7:
        cursor.integers(numbers);
        break;
      case 6:
        strings.push(cursor.text());
        break;
      case 8:
        name = cursor.text();
        break;
      case 9:
        raw = cursor.bytes();
        break;
      case 10:
        cursor.doubles(numbers);
        break;
      case 13:
        refuseExternal();
        break;
      case 14:
        if (cursor.integer() !== 0) refuseExternal();
        break;
      default:
        cursor.skip();
    }
  }
  const values = raw === null ? Float64Array.from(numbers) : readRaw(raw, type);
  const isKnown = Object.values(elementTypes).some((known) => known === type);
  if (!isKnown) refuseUnsupported(`tensors of type ${type}`, 'store them as float or double');
  const size = dims.reduce((product, dim) => (dim < 0 ? Number.NaN : product * dim), 1);
  const found = type === elementTypes.string ? strings.length : values.length;
  if (size !== found) {
    refuseBroken(`tensor "${name}": ${found} values for the shape ${dims.join(' x ')}`);
  }
  return { name, type, dims, numbers: values, strings };
}

function readRaw(raw: Uint8Array, type: number): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const [size, take]: [number, (at: number) => number] =
    type === elementTypes.float
      ? [4, (at) => view.getFloat32(at, true)]
      : type === elementTypes.double
        ? [8, (at) => view.getFloat64(at, true)]
        : type === elementTypes.int64
          ? [8, (at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)]
          : type === elementTypes.int32
            ? [4, (at) => view.getInt32(at, true)]
            : type === elementTypes.uint8 || type === elementTypes.bool
              ? [1, (at) => view.getUint8(at)]
              : refuseUnsupported(`raw tensors of type ${type}`, 'store them as float or double');
  if (raw.length % size !== 0) refuseBroken(`raw data of ${raw.length} bytes for type ${type}`);
  return Float64Array.from({ length: raw.length / size }, (_, index) => take(index * size));
}

function refuseExternal(): never {
  refuseUnsupported(
    'external data',
    'save the model in one file (onnx.save without save_as_external_data)',
  );
}
