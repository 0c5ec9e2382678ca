import type { DType } from './dtype.ts';
import type { NdArray } from './nd-array.ts';

/** What a pickle becomes: data that nothing was called for. A list is an array, `None` is `null`. */
export type Inert =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Inert[]
  | InertDict
  | InertTuple
  | InertSet
  | InertSlice
  | InertObject
  | GlobalName
  | DType
  | NdArray<Inert>;

/** A dict. A map, so that a key such as `__proto__` is one like others. */
export type InertDict = Map<DictKey, Inert>;

/** What may be a key. A tuple is itself only: it can be listed, and not looked up. */
export type DictKey = null | boolean | number | bigint | string | InertTuple;

/** A class or a function by its name, which is all there is of it. Only names that were allowed become one. */
export class GlobalName {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  /** Module and name, joined by a dot. */
  get id(): string {
    return `${this.module}.${this.name}`;
  }
}

export class InertTuple {
  readonly items: readonly Inert[];

  constructor(items: readonly Inert[]) {
    this.items = items;
  }
}

export class InertSet {
  readonly items: Inert[];

  constructor(items: Inert[]) {
    this.items = items;
  }
}

/** `slice(start, stop, step)`. */
export class InertSlice {
  readonly items: readonly Inert[];

  constructor(items: readonly Inert[]) {
    this.items = items;
  }
}

/** An object that was not made: its class, what that would have been called with, and the state it would have got. */
export class InertObject {
  readonly class: GlobalName;
  readonly arguments: readonly Inert[];
  /** Set once; `undefined` before. Usually a dict, the attributes. */
  state: Inert | undefined = undefined;
  /** What a subclass of list holds. */
  list: Inert[] | null = null;
  /** What a subclass of dict holds. */
  dict: InertDict | null = null;

  constructor(className: GlobalName, args: readonly Inert[]) {
    this.class = className;
    this.arguments = args;
  }
}
