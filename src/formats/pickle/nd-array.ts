// What: a numpy array as its raw bytes, or as its objects, and the order in which to visit its elements.
// Source: numpy numpy/_core/src/multiarray/methods.c, array_setstate, and numpy/lib/format.py.
// Complexity: nothing is copied until elements are asked for; visiting is linear in the elements.
// Invariant: bytes are exactly elements times element size, so that no element lies outside of them.
import { limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import type { DType } from './dtype.ts';

/** What an array holds once it is complete. Either `bytes` or `objects`, which are always in C order. */
export interface ArrayContent<Item> {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** For each dimension, how many elements of `bytes` its index moves by; `null` for C order: the last moves by one. */
  readonly strides: readonly number[] | null;
  readonly bytes: Uint8Array | null;
  readonly objects: readonly Item[] | null;
}

/** A numpy array, or a numpy scalar as an array without dimensions. A pickle makes it empty, and fills it later, once. */
export class NdArray<Item> {
  readonly isScalar: boolean;
  #content: ArrayContent<Item> | null;

  constructor(content: ArrayContent<Item> | null = null, isScalar = false) {
    this.#content = content;
    this.isScalar = isScalar;
  }

  fill(content: ArrayContent<Item>): void {
    if (this.#content !== null) refuseBroken('an array that is filled twice');
    this.#content = content;
  }

  get content(): ArrayContent<Item> {
    return this.#content ?? refuseBroken('an array that is never filled');
  }

  /** Number of elements. */
  get length(): number {
    return this.content.shape.reduce((product, length) => product * length, 1);
  }
}

/** The content of an array of raw bytes. */
export function bytesContent(
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[] | null,
  bytes: Uint8Array,
): ArrayContent<never> {
  const expected = bytesOf(dtype, shape);
  if (bytes.length !== expected) {
    refuseBroken(`an array of ${expected} bytes that has ${bytes.length}`);
  }
  return { dtype, shape, strides, bytes, objects: null };
}

/** The content of an array of objects. */
export function objectsContent<Item>(
  dtype: DType,
  shape: readonly number[],
  objects: readonly Item[],
): ArrayContent<Item> {
  const expected = elementsOf(shape);
  if (objects.length !== expected) {
    refuseBroken(`an array of ${expected} objects that has ${objects.length}`);
  }
  dtype.seal();
  return { dtype, shape, strides: null, bytes: null, objects };
}

/** How many bytes an array has; the type is sealed, so that it stays so many. */
export function bytesOf(dtype: DType, shape: readonly number[]): number {
  const elements = elementsOf(shape);
  if (dtype.holdsObjects) refuseBroken('an array of objects as raw bytes');
  if (dtype.size === 0 && elements > 0) refuseBroken('an array of elements without bytes');
  return elements * dtype.seal().size;
}

/** The product of a shape, every part of it within the limits. */
export function elementsOf(shape: readonly number[]): number {
  if (shape.length > limits.arrayDimensions) {
    refuseBroken(`an array of ${shape.length} dimensions`);
  }
  let elements = 1;
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0 || length > limits.arrayElements) {
      refuseBroken(`an array whose length is ${length}`);
    }
    elements *= length;
    if (elements > limits.arrayElements) {
      refuseBroken(`an array of more than ${limits.arrayElements} elements`);
    }
  }
  return elements;
}

/** The strides of Fortran order, in which the first index moves by one; `null` where that is C order too. */
export function fortranStrides(shape: readonly number[]): readonly number[] | null {
  if (shape.length < 2) return null;
  let stride = 1;
  return shape.map((length) => {
    const own = stride;
    stride *= length;
    return own;
  });
}

/** For each element in C order, its place among the bytes. */
export function placesOf(shape: readonly number[], strides: readonly number[]): Uint32Array {
  const places = new Uint32Array(elementsOf(shape));
  const index = new Uint32Array(shape.length);
  let place = 0;
  for (let at = 0; at < places.length; at++) {
    places[at] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return places;
}
