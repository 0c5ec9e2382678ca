import { refuseBroken } from '../refusals.ts';

/** What stands where JSON text says `NaN`, for which JSON has no word, once it is parsed. */
export const nanStandIn = 'N';

/** A value inside a parsed JSON text or UBJSON that knows where it stands, so that what is wrong can be said. */
export class JsonValue {
  readonly #raw: unknown;
  readonly #parent: JsonValue | null;
  readonly #key: string | number;

  /** `key` of the outermost value is what messages call it. */
  constructor(raw: unknown, key: string | number = '', parent: JsonValue | null = null) {
    this.#raw = raw;
    this.#parent = parent;
    this.#key = key;
  }

  /** Where the value stands: the keys that lead there, each after a slash. */
  get path(): string {
    return this.#parent === null ? `${this.#key}` : `${this.#parent.path}/${this.#key}`;
  }

  /** The member called `key`, `undefined` when there is none or this is no object. */
  find(key: string): JsonValue | undefined {
    if (!isObject(this.#raw) || !Object.hasOwn(this.#raw, key)) return undefined;
    return new JsonValue(this.#raw[key], key, this);
  }

  /** The member called `key`; refuses when there is none. */
  at(key: string): JsonValue {
    return this.find(key) ?? this.refuse(`an object with "${key}"`);
  }

  /** Of what kind this is: what `typeof` says, but that arrays and `null` are kinds of their own. */
  get kind(): 'array' | 'null' | 'object' | 'string' | 'number' | 'boolean' {
    const raw = this.#raw;
    if (raw === null) return 'null';
    if (isArray(raw)) return 'array';
    if (typeof raw === 'string') return 'string';
    if (typeof raw === 'number') return 'number';
    return typeof raw === 'boolean' ? 'boolean' : 'object';
  }

  /** Keys and members of an object. Keys that are whole numbers come first, in their order. */
  entries(): [string, JsonValue][] {
    if (!isObject(this.#raw)) return this.refuse('an object');
    return Object.entries(this.#raw).map(([key, raw]) => [key, new JsonValue(raw, key, this)]);
  }

  /** The items of an array. */
  items(): JsonValue[] {
    return Array.from(this.#array(), (item, index) => new JsonValue(item, index, this));
  }

  /** The strings of an array of strings. */
  strings(): string[] {
    return this.items().map((item) => item.string());
  }

  /** The numbers of an array of numbers. */
  numbers(): Float64Array {
    const items = this.#array();
    const numbers = new Float64Array(items.length);
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      numbers[index] = isNumber(item) ? item : new JsonValue(item, index, this).refuse('a number');
    }
    return numbers;
  }

  /** The same, where a number may also be NaN. */
  numbersOrNaN(): Float64Array {
    return Float64Array.from(this.#array(), (item, index) => {
      if (isNumber(item)) return item;
      if (item === nanStandIn || Number.isNaN(item)) return Number.NaN;
      return new JsonValue(item, index, this).refuse('a number');
    });
  }

  /** The truth values of an array of `true`, `false`, 1 and 0. */
  flags(): Uint8Array {
    const items = this.#array();
    const flags = new Uint8Array(items.length);
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (item === true || item === 1) flags[index] = 1;
      else if (item !== false && item !== 0) {
        new JsonValue(item, index, this).refuse('true, false, 1 or 0');
      }
    }
    return flags;
  }

  /** The number, which may be infinite when the text spells it so. */
  number(): number {
    return isNumber(this.#raw) ? this.#raw : this.refuse('a number');
  }

  /** A whole number from `least` to `most`, which may be spelt as a string of digits. */
  count(least: number, most: number): number {
    const raw = this.#raw;
    const spelt = typeof raw === 'string' && /^\d{1,10}$/.test(raw);
    const count = spelt ? Number(raw) : raw;
    if (typeof count === 'number' && Number.isInteger(count) && count >= least && count <= most)
      return count;
    return this.refuse(`a whole number from ${least} to ${most}`);
  }

  /** Whether this is the string or truth value `other`, or null. */
  is(other: string | boolean | null): boolean {
    return this.#raw === other;
  }

  string(): string {
    return typeof this.#raw === 'string' ? this.#raw : this.refuse('a string');
  }

  /** The string, number or truth value. */
  scalar(): string | number | boolean {
    const raw = this.#raw;
    return typeof raw === 'string' || typeof raw === 'boolean' || isNumber(raw)
      ? raw
      : this.refuse('a string, a number, true or false');
  }

  /** Throws `INVALID_MODEL` naming the place, what was expected and the kind of what came. */
  refuse(expected: string): never {
    refuseBroken(`${this.path || 'the file'}: expected ${expected}, got ${kindOf(this.#raw)}`);
  }

  #array(): ArrayLike<unknown> {
    return isArray(this.#raw) ? this.#raw : this.refuse('an array');
  }
}

/** NaN is where a number may be missing only, so it is none elsewhere. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** Numbers of one type are a typed array when they come from UBJSON. */
function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : 'an object';
}
