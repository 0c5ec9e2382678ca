// What: the BUILD opcode, which gives an object its state: arrays their elements, types their fields, others a dict.
// Source: CPython Lib/pickle.py load_build; numpy array_setstate and arraydescr_setstate.
// Complexity: linear in the dimensions and fields; elements are not copied, but for text that becomes bytes.
// Invariant: a state is set once, and only on what a pickle made itself, never on a class.
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { type Allowance, memoryOf } from './allowance.ts';
import { bytesFrom, dtypeOf, shapeOf } from './call-to-data.ts';
import { DType, type DTypeField } from './dtype.ts';
import { type Inert, InertObject, InertTuple } from './inert.ts';
import { bytesContent, fortranStrides, NdArray, objectsContent } from './nd-array.ts';

/** Gives `target` its state. */
export function buildState(target: Inert, state: Inert, memory: Allowance): void {
  if (target instanceof InertObject) {
    if (target.state !== undefined) refuseBroken('an object that gets its state twice');
    if (hasSlots(state)) refuseBroken(`an object of ${target.class.id} with slots`);
    target.state = state;
  } else if (!(state instanceof InertTuple)) {
    refuseBroken('a state for something that has none');
  } else if (target instanceof NdArray) {
    target.fill(arrayContent(state.items, memory));
  } else if (target instanceof DType) {
    buildDType(target, state.items, memory);
  } else {
    refuseBroken('a state for something that has none');
  }
}

/** Attributes in slots come as a pair: those in the dict, or none, and those in slots. */
function hasSlots(state: Inert): boolean {
  if (!(state instanceof InertTuple) || state.items.length !== 2) return false;
  const [attributes, slots] = state.items;
  return (attributes === null || attributes instanceof Map) && slots instanceof Map;
}

function arrayContent(state: readonly Inert[], memory: Allowance) {
  const [version, lengths, type, fortran, elements] = state;
  if (version !== 1 || state.length !== 5) refuseBroken('an array in an unknown version');
  const shape = shapeOf(lengths);
  const dtype = dtypeOf(type);
  if (!dtype.holdsObjects) {
    const strides = fortran === true || fortran === 1 ? fortranStrides(shape) : null;
    return bytesContent(dtype, shape, strides, bytesFrom(elements, memory));
  }
  if (!Array.isArray(elements)) return refuseBroken('an array of objects without a list of them');
  // the list can still grow, and must not take the array with it
  memory.spend(elements.length * memoryOf.slot);
  return objectsContent(dtype, shape, elements.slice());
}

function buildDType(dtype: DType, state: readonly Inert[], memory: Allowance): void {
  const [version, order, subarray, names, fields, size] = state;
  if ((version !== 3 && version !== 4) || state.length < 8) {
    refuseBroken('a numpy type in an unknown version');
  }
  if (subarray !== null) refuseUnsupported('a numpy type of arrays', 'its arrays have no reader');
  if (order !== '<' && order !== '>' && order !== '|' && order !== '=') {
    return refuseBroken('a numpy type in an unknown byte order');
  }
  dtype.setOrder(order);
  if (names !== null) {
    if (!(names instanceof InertTuple) || !(fields instanceof Map) || typeof size !== 'number') {
      return refuseBroken('a numpy type with broken fields');
    }
    memory.spend(names.items.length * memoryOf.entry);
    dtype.setFields(new Map(names.items.map((name) => fieldOf(name, fields))), size);
  } else if (typeof size !== 'number' || (size !== -1 && size !== dtype.size)) {
    refuseBroken(`a numpy type of ${dtype.size} bytes that has another size`);
  }
  dtype.seal();
}

function fieldOf(name: Inert, fields: ReadonlyMap<unknown, Inert>): [string, DTypeField] {
  const field = fields.get(name);
  if (typeof name !== 'string' || !(field instanceof InertTuple)) {
    return refuseBroken('a numpy type with broken fields');
  }
  const [type, offset] = field.items;
  if (typeof offset !== 'number') return refuseBroken('a numpy type with a field nowhere');
  return [name, { type: dtypeOf(type), offset }];
}
