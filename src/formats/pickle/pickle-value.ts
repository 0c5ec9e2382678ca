import { limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import { Allowance } from './allowance.ts';
import { DType } from './dtype.ts';
import { GlobalName, type Inert, InertObject, InertSet, InertSlice, InertTuple } from './inert.ts';
import { type ArrayContent, NdArray } from './nd-array.ts';
import { isNumeric, readNumbers, readScalars } from './read-elements.ts';

/** A class label or a category. */
export type PickleScalar = string | number | boolean | null;

/**
 * A value inside a pickle that knows where it stands, so that what is wrong can be said. All that is asked for is
 * counted: values may contain each other, and themselves, so that following them without end ends in a refusal.
 */
export class PickleValue {
  readonly #raw: Inert;
  readonly #key: string | number;
  readonly #parent: PickleValue | null;
  readonly #depth: number;
  readonly #counts: Counts;

  private constructor(
    raw: Inert,
    key: string | number,
    parent: PickleValue | null,
    counts: Counts,
  ) {
    this.#raw = raw;
    this.#key = key;
    this.#parent = parent;
    this.#depth = parent === null ? 0 : parent.#depth + 1;
    this.#counts = counts;
    if (this.#depth > limits.depth) {
      refuseBroken(`a pickle whose values are nested deeper than ${limits.depth} levels`);
    }
  }

  /** The outermost value of a pickle of `bytes` bytes. */
  static root(raw: Inert, bytes: number): PickleValue {
    const refusal = 'a pickle whose values contain each other far more often than they are there';
    const numbers = limits.pickleNumbersAnyway + limits.pickleNumbersRatio * bytes;
    return new PickleValue(raw, '', null, {
      numbers: new Allowance(numbers, refusal),
      values: new Allowance(limits.pickleValues, refusal),
    });
  }

  /** Where the value stands: the names and numbers that lead there, with slashes between. */
  get path(): string {
    const before = this.#parent?.path ?? '';
    return before === '' ? `${this.#key}` : `${before}/${this.#key}`;
  }

  /** Module and name of an object's class; `null` for plain values, and for a class or function itself. */
  get className(): string | null {
    const raw = this.#raw;
    if (raw instanceof InertObject) return raw.class.id;
    if (raw instanceof NdArray) return raw.isScalar ? null : 'numpy.ndarray';
    if (raw instanceof InertSlice) return 'builtins.slice';
    return raw instanceof DType ? 'numpy.dtype' : null;
  }

  /** Whether this is an object of one of these classes. */
  is(...classNames: readonly string[]): boolean {
    const { className } = this;
    return className !== null && classNames.includes(className);
  }

  /** Module and name of a class or function that is here itself, `null` for all other values. */
  get reference(): string | null {
    return this.#raw instanceof GlobalName ? this.#raw.id : null;
  }

  isNone(): boolean {
    return this.#raw === null;
  }

  isString(): boolean {
    return typeof this.#plain() === 'string';
  }

  /** Whether this is a number, NaN included, other than an integer beyond 2^53. */
  isNumber(): boolean {
    return typeof this.#plain() === 'number';
  }

  isFlag(): boolean {
    return typeof this.#plain() === 'boolean';
  }

  /** Whether this is an array of numpy, with dimensions or without, and no scalar. */
  isArray(): boolean {
    return this.#raw instanceof NdArray && !this.#raw.isScalar;
  }

  /** Whether this is a list or a tuple. */
  isList(): boolean {
    return Array.isArray(this.#raw) || this.#raw instanceof InertTuple;
  }

  isDict(): boolean {
    return this.#raw instanceof Map;
  }

  /** The attribute of an object, or the value in a dict under a string; `undefined` when there is none. */
  find(name: string): PickleValue | undefined {
    for (const dict of this.#dicts()) {
      const value = dict.get(name);
      if (value === undefined) continue;
      this.#counts.values.spend(1);
      return this.#child(value, name);
    }
    return undefined;
  }

  /** The same; refuses when there is none. */
  at(name: string): PickleValue {
    return this.find(name) ?? this.refuse(`an object with "${name}"`);
  }

  /** The items of a list, tuple or set, or the elements of an array in C order. */
  items(): PickleValue[] {
    const items = this.#items();
    this.#counts.values.spend(items.length);
    return items.map((item, index) => this.#child(item, index));
  }

  /** Keys and values of a dict, or of an object that is one. */
  entries(): [PickleValue, PickleValue][] {
    const raw = this.#raw;
    const dict = raw instanceof InertObject ? raw.dict : raw;
    if (!(dict instanceof Map)) return this.refuse('a dict');
    this.#counts.values.spend(2 * dict.size);
    return Array.from(dict, ([key, value], index) => [
      this.#child(key, `key ${index}`),
      this.#child(value, typeof key === 'string' ? key.slice(0, 100) : `value ${index}`),
    ]);
  }

  /** What the class or function of an object would have been called with, or a slice: start, stop, step. */
  arguments(): PickleValue[] {
    const raw = this.#raw;
    let args: readonly Inert[];
    if (raw instanceof InertObject) args = raw.arguments;
    else if (raw instanceof InertSlice) args = raw.items;
    else return this.refuse('an object');
    this.#counts.values.spend(args.length);
    return args.map((argument, index) => this.#child(argument, `argument ${index}`));
  }

  /** What an object got as its state, which is a dict of attributes for most, and a tuple for some written in C. */
  state(): PickleValue {
    const state = this.#raw instanceof InertObject ? this.#raw.state : undefined;
    return state === undefined
      ? this.refuse('an object with a state')
      : this.#child(state, 'state');
  }

  /** The number, which may be NaN or infinite. An array or a scalar of numpy without dimensions is its element. */
  number(): number {
    const value = this.#plain();
    return typeof value === 'number' ? value : this.refuse('a number');
  }

  /** A whole number from `least` to `most`. */
  count(least: number, most: number): number {
    const value = this.#plain();
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
      return value;
    }
    return this.refuse(`a whole number from ${least} to ${most}`);
  }

  string(): string {
    const value = this.#plain();
    return typeof value === 'string' ? value : this.refuse('a string');
  }

  flag(): boolean {
    const value = this.#plain();
    return typeof value === 'boolean' ? value : this.refuse('true or false');
  }

  /** Bytes or a bytearray. They are those of the file: not to be written to. */
  bytes(): Uint8Array {
    return this.#raw instanceof Uint8Array ? this.#raw : this.refuse('bytes');
  }

  /** A string, number (NaN included), truth value or `None`. */
  scalar(): PickleScalar {
    const value = this.#plain();
    return value === undefined ? this.refuse('a string, number, truth value or None') : value;
  }

  /** The same, of each item of a list or each element of an array of any type. */
  scalars(): PickleScalar[] {
    const raw = this.#raw;
    if (raw instanceof NdArray && !raw.content.dtype.holdsObjects) return this.#scalarsOf(raw);
    return this.items().map((item) => item.scalar());
  }

  /** The numbers of a list or an array, in C order. Those of 64-bit integers beyond 2^53 are rounded. */
  numbers(): Float64Array {
    const raw = this.#raw;
    if (raw instanceof NdArray && isNumeric(raw.content.dtype)) {
      this.#counts.numbers.spend(raw.length);
      return readNumbers(raw.content);
    }
    if (raw instanceof NdArray && !raw.content.dtype.holdsObjects) this.refuse('numbers');
    return Float64Array.from(this.items(), (item) => item.number());
  }

  /** The lengths of an array's dimensions; of a list its length. */
  shape(): number[] {
    const raw = this.#raw;
    return raw instanceof NdArray ? [...raw.content.shape] : [this.#items().length];
  }

  /** Kind and size of the elements, or of a numpy scalar or type: `f8`, `U5`, `O`. `null` for other values. */
  get dtype(): string | null {
    const raw = this.#raw;
    if (raw instanceof DType) return raw.code;
    return raw instanceof NdArray ? raw.content.dtype.code : null;
  }

  /** The kind alone: `b` `i` `u` `f` `c` `S` `U` `O` `V` `M` `m`. */
  get dtypeKind(): string | null {
    return this.dtype?.charAt(0) ?? null;
  }

  /** The names of a structured array's fields, none for other arrays. */
  fields(): string[] {
    return [...(this.#content().dtype.fields?.keys() ?? [])];
  }

  /** The numbers of one field of a structured array. */
  field(name: string): Float64Array {
    const content = this.#content();
    const field = content.dtype.fields?.get(name);
    if (field === undefined || content.dtype.holdsObjects || !isNumeric(field.type)) {
      return this.refuse(`an array with a field "${name}" of numbers`);
    }
    this.#counts.numbers.spend(content.shape.reduce((product, length) => product * length, 1));
    return readNumbers(content, field.type, field.offset);
  }

  /** Throws `INVALID_MODEL` naming the place, what was expected and the kind of what came. */
  refuse(expected: string): never {
    refuseBroken(`${this.path || 'the file'}: expected ${expected}, got ${kindOf(this.#raw)}`);
  }

  #child(raw: Inert, key: string | number): PickleValue {
    return new PickleValue(raw, key, this, this.#counts);
  }

  /** `undefined` for what is no scalar. */
  #plain(): PickleScalar | undefined {
    let raw = this.#raw;
    if (raw instanceof NdArray && raw.content.shape.length === 0) {
      const { objects, dtype } = raw.content;
      if (objects === null && !isNumeric(dtype) && dtype.kind !== 'U' && dtype.kind !== 'S') {
        return undefined;
      }
      raw = objects === null ? this.#scalarsOf(raw)[0]! : objects[0]!;
    }
    if (raw === null || typeof raw === 'string') return raw;
    return typeof raw === 'number' || typeof raw === 'boolean' ? raw : undefined;
  }

  #items(): readonly Inert[] {
    const raw = this.#raw;
    if (Array.isArray(raw)) return raw;
    if (raw instanceof InertTuple || raw instanceof InertSet) return raw.items;
    if (raw instanceof InertObject && raw.list !== null) return raw.list;
    if (raw instanceof NdArray && raw.content.shape.length > 0) {
      return raw.content.objects ?? this.#scalarsOf(raw);
    }
    return this.refuse('a list');
  }

  #scalarsOf(array: NdArray<Inert>): (string | number | boolean)[] {
    const { content } = array;
    if (!isNumeric(content.dtype) && content.dtype.kind !== 'U' && content.dtype.kind !== 'S') {
      this.refuse('numbers, truth values or strings');
    }
    this.#counts.values.spend(array.length);
    // text is looked at character by character
    this.#counts.numbers.spend(content.bytes?.length ?? 0);
    return readScalars(content);
  }

  #dicts(): ReadonlyMap<unknown, Inert>[] {
    const raw = this.#raw;
    const candidates = raw instanceof InertObject ? [raw.state, raw.dict] : [raw];
    return candidates.filter((candidate) => candidate instanceof Map);
  }

  #content(): ArrayContent<Inert> {
    return this.#raw instanceof NdArray ? this.#raw.content : this.refuse('an array');
  }
}

/** What may still be asked for, of all values of a pickle together. */
interface Counts {
  readonly numbers: Allowance;
  readonly values: Allowance;
}

function kindOf(raw: Inert): string {
  if (raw === null) return 'None';
  if (typeof raw === 'string') return `a string of ${raw.length} characters`;
  if (typeof raw === 'number' || typeof raw === 'boolean') return `${raw}`;
  if (typeof raw === 'bigint') return 'an integer beyond 2^53';
  if (raw instanceof Uint8Array) return `${raw.length} bytes`;
  if (raw instanceof NdArray) return kindOfArray(raw);
  if (Array.isArray(raw)) return `a list of ${raw.length}`;
  if (raw instanceof InertTuple) return `a tuple of ${raw.items.length}`;
  if (raw instanceof Map) return `a dict of ${raw.size}`;
  if (raw instanceof InertObject) return `an object of ${raw.class.id}`;
  if (raw instanceof GlobalName) return `the class or function ${raw.id}`;
  if (raw instanceof DType) return `the numpy type ${raw.code}`;
  return raw instanceof InertSet ? 'a set' : 'a slice';
}

function kindOfArray({ content, isScalar }: NdArray<Inert>): string {
  if (isScalar) return `a numpy scalar of type ${content.dtype.code}`;
  return `an array of type ${content.dtype.code} and shape (${content.shape.join(', ')})`;
}
