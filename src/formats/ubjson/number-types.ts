/** A number in UBJSON: its bytes, how to read one, and an array that holds many without an object for each. */
export interface NumberType {
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
  readonly allocate: (length: number) => NumberArray;
}

type NumberArray = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** By marker. An int64 above 2^53 is rounded, as `JSON.parse` does. */
export const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['i', type(1, (view, at) => view.getInt8(at), Int8Array)],
  ['U', type(1, (view, at) => view.getUint8(at), Uint8Array)],
  ['I', type(2, (view, at) => view.getInt16(at), Int16Array)],
  ['l', type(4, (view, at) => view.getInt32(at), Int32Array)],
  ['L', type(8, (view, at) => Number(view.getBigInt64(at)), Float64Array)],
  ['d', type(4, (view, at) => view.getFloat32(at), Float32Array)],
  ['D', type(8, (view, at) => view.getFloat64(at), Float64Array)],
]);

function type(
  size: number,
  read: NumberType['read'],
  Numbers: new (length: number) => NumberArray,
): NumberType {
  return { size, read, allocate: (length) => new Numbers(length) };
}
