// What: the array that joblib writes behind its wrapper object: raw bytes, or a pickle of its own for objects.
// Source: joblib joblib/numpy_pickle.py, NumpyArrayWrapper.read_array; padding since joblib 1.2.
// Complexity: constant; the bytes stay where they are.
// Invariant: exactly as many bytes are taken as shape and type say, and they are there.
import { refuseBroken } from '../refusals.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { dtypeOf, expectPlainArray, shapeOf, stridesOf } from './call-to-data.ts';
import { type Inert, InertObject } from './inert.ts';
import { bytesContent, bytesOf, NdArray } from './nd-array.ts';

const wrapper = 'joblib.numpy_pickle.NumpyArrayWrapper';

/** Whether an object says that an array's elements follow it. */
export function isJoblibArray(value: Inert): value is InertObject {
  return value instanceof InertObject && value.class.id === wrapper;
}

/** Reads the array whose wrapper just got its state. `readPickle` reads the pickle that follows. */
export function readJoblibArray(
  { state }: InertObject,
  cursor: ByteCursor,
  readPickle: () => Inert,
): NdArray<Inert> {
  if (!(state instanceof Map)) return refuseBroken('a joblib array without attributes');
  expectPlainArray(state.get('subclass'));
  const dtype = dtypeOf(state.get('dtype'));
  const shape = shapeOf(state.get('shape'));
  if (dtype.holdsObjects) {
    const array = readPickle();
    return array instanceof NdArray && !array.isScalar
      ? array
      : refuseBroken('a joblib array of objects that is no array');
  }
  const alignment = state.get('numpy_array_alignment_bytes');
  if (alignment !== undefined && alignment !== null) cursor.bytes(cursor.uint8());
  const strides = stridesOf(state.get('order'), shape);
  const length = bytesOf(dtype, shape);
  return new NdArray<Inert>(bytesContent(dtype, shape, strides, cursor.bytes(length)));
}
