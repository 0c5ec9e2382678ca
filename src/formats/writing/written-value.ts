/**
 * A value that becomes JSON text or UBJSON. Numbers alone, and those in plain arrays, are whole; typed arrays keep their
 * type in UBJSON, and a `Float32Array` reads back as the same float32 from either. A function is called when its value is
 * due, so that large parts are never in memory together.
 */
export type WrittenValue =
  | string
  | number
  | Float32Array
  | WholeNumbers
  | readonly WrittenValue[]
  | WrittenObject
  | (() => WrittenValue);

/** Whole numbers of one type. */
export type WholeNumbers = Uint8Array | Int32Array | BigInt64Array;

/** Members in the order in which they are written. */
export interface WrittenObject {
  readonly [key: string]: WrittenValue;
}

/** Whether a value is a list of values. */
export function isList(value: WrittenValue): value is readonly WrittenValue[] {
  return Array.isArray(value);
}
