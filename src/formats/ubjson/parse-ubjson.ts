import { JsonValue } from '../json/json-value.ts';
import { limitContainers, limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import { type NumberType, numberTypes } from './number-types.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether bytes begin as an object of UBJSON does whose first key has a 64-bit length. JSON text has a quote there. */
export function looksLikeUbjson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b && bytes[1] === 0x4c;
}

/**
 * Parses the part of UBJSON that XGBoost writes: big-endian, every length an int64, objects without counts. Limits are
 * those of JSON text, and the same model gives the same values as from there, but arrays of one type stay typed arrays.
 * No more is allocated for a length than the bytes that follow it could fill.
 * @throws SpillwayError `INVALID_MODEL`
 */
export function parseUbjson(bytes: Uint8Array): JsonValue {
  const parser = new Parser(bytes);
  const value = parser.value(parser.marker(), 1);
  parser.end();
  return new JsonValue(value);
}

class Parser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  readonly #mostContainers: number;
  #containers = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#mostContainers = limitContainers(bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The character that says what follows. */
  marker(): string {
    return String.fromCharCode(this.#bytes[this.#take(1)]!);
  }

  value(marker: string, depth: number): unknown {
    const type = numberTypes.get(marker);
    if (type !== undefined) return type.read(this.#view, this.#take(type.size));
    switch (marker) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case 'S':
        this.#expect('L', 'the length of a string');
        return this.#string();
      case 'T':
        return true;
      case 'F':
        return false;
      case 'Z':
        return null;
      default:
        return this.#refuse('no value begins so');
    }
  }

  end(): void {
    if (this.#at < this.#bytes.length) this.#refuse('the value has ended; more follows', 0);
  }

  #object(depth: number): Readonly<Record<string, unknown>> {
    this.#enter(depth);
    // as JSON.parse does: `__proto__` is a key like others, and one that repeats replaces
    let marker = this.marker();
    if (marker === '}') return {};
    const members = new Map<string, unknown>();
    let count = 0;
    for (; marker !== '}'; marker = this.marker()) {
      if (marker !== 'L') this.#refuse('expected "}" or the length of a key');
      if (++count > limits.members) {
        this.#refuse(`an object with more than ${limits.members} members`);
      }
      members.set(this.#string(), this.value(this.marker(), depth + 1));
    }
    return Object.fromEntries(members);
  }

  #array(depth: number): unknown {
    this.#enter(depth);
    let marker = this.marker();
    if (marker === '$') {
      const type = numberTypes.get(this.marker()) ?? this.#refuse('expected a type of numbers');
      this.#expect('#', 'the count of an array');
      return this.#numbers(type);
    }
    const items: unknown[] = [];
    if (marker === '#') {
      this.#expect('L', 'the count of an array');
      // the array grows with the items read, each at least one byte
      for (let left = this.#length(1); left > 0; left--) {
        items.push(this.value(this.marker(), depth + 1));
      }
      return items;
    }
    for (; marker !== ']'; marker = this.marker()) items.push(this.value(marker, depth + 1));
    return items;
  }

  #numbers({ size, read, allocate }: NumberType): ArrayLike<number> {
    this.#expect('L', 'the count of an array');
    const numbers = allocate(this.#length(size));
    const start = this.#take(numbers.length * size);
    for (let index = 0; index < numbers.length; index++) {
      numbers[index] = read(this.#view, start + index * size);
    }
    return numbers;
  }

  #string(): string {
    const length = this.#length(1);
    const start = this.#take(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      return this.#refuse('a string that is not UTF-8', length);
    }
  }

  /** An int64 that counts things of `size` bytes each, which must follow. A negative one reads as a huge one. */
  #length(size: number): number {
    const at = this.#take(8);
    const length = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (length * size > this.#bytes.length - this.#at) {
      this.#refuse('a length beyond the end of the file: is it cut off?', 8);
    }
    return length;
  }

  #enter(depth: number): void {
    if (depth > limits.depth) this.#refuse(`nested deeper than ${limits.depth} levels`);
    if (++this.#containers > this.#mostContainers) {
      this.#refuse(`more than ${this.#mostContainers} arrays and objects in such a file`);
    }
  }

  #expect(marker: string, what: string): void {
    if (this.marker() !== marker) this.#refuse(`expected "${marker}", ${what}`);
  }

  /** Where the next `count` bytes begin, which are then behind us. */
  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) {
      this.#refuse('the file ends inside a value: is it cut off?', 0);
    }
    this.#at += count;
    return start;
  }

  /** `back`: how many bytes ago what is wrong began. */
  #refuse(what: string, back = 1): never {
    refuseBroken(`UBJSON, byte ${this.#at - back}: ${what}`);
  }
}
