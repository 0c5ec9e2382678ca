import { refuseBroken } from '../refusals.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const longestLine = 4096;

/** Bytes and how far they are read. A length is compared with what is left before anything is made of it. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** Rounded when beyond 2^53, which no length that fits is. */
  uint64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** A view of the next `length` bytes, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.refuse('a string that is not UTF-8');
    }
  }

  /** Text up to the next line feed, without it. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1 || end - this.#at > longestLine) this.refuse('a name that does not end');
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  /** An integer of `length` bytes in two's complement, least first. */
  integer(length: number): number | bigint {
    let value = 0n;
    const bytes = this.bytes(length);
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  refuse(what: string): never {
    refuseBroken(`pickle, byte ${this.#at}: ${what}`);
  }

  /** Where the next `length` bytes begin, which are then behind us. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.left) this.refuse('a value beyond the end of the file: is it cut off?');
    this.#at += length;
    return start;
  }
}
