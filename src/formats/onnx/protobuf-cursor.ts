import { refuseBroken } from '../refusals.ts';

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Walks the fields of one protobuf message: `next` stands before a value, and one of the other methods takes it. Nothing is
 * copied but text, and no length is believed before it is compared with the bytes that are left.
 */
export class ProtobufCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #at = 0;
  #field = 0;
  #wire = 0;

  /** `name` is what messages of errors call the message. */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
  }

  /** The number of the field whose value comes. */
  get field(): number {
    return this.#field;
  }

  /** Whether another field comes. */
  next(): boolean {
    if (this.#at === this.#bytes.length) return false;
    const tag = this.#number();
    this.#field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (!(this.#field >= 1 && this.#field < 2 ** 29)) this.refuse('a field number');
    return true;
  }

  /** A whole number, signed, of at most 64 bits; those beyond 2^53 lose their last bits. */
  integer(): number {
    this.#expect(0);
    return this.#number();
  }

  float(): number {
    this.#expect(5);
    return this.#view.getFloat32(this.#skip(4), true);
  }

  /** The bytes of a message, of text or of packed numbers. */
  bytes(): Uint8Array {
    this.#expect(2);
    const length = this.#number();
    if (!(length >= 0 && length <= this.#bytes.length - this.#at)) this.refuse('a length');
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return text.decode(bytes);
    } catch (error) {
      return refuseBroken(`${this.#name}, field ${this.#field}: expected UTF-8`, error);
    }
  }

  /** A cursor over the message that comes. */
  message(name: string): ProtobufCursor {
    return new ProtobufCursor(this.bytes(), name);
  }

  /** Appends a number, or many packed ones. */
  integers(into: number[]): void {
    if (this.#wire !== 2) {
      into.push(this.integer());
      return;
    }
    const packed = this.message(this.#name);
    while (packed.#at < packed.#bytes.length) into.push(packed.#number());
  }

  /** Appends a float32, or many packed ones. */
  floats(into: number[]): void {
    this.#fixed(into, 4, 5, (view, at) => view.getFloat32(at, true));
  }

  /** Appends a float64, or many packed ones. */
  doubles(into: number[]): void {
    this.#fixed(into, 8, 1, (view, at) => view.getFloat64(at, true));
  }

  /** Passes over a value of any type. */
  skip(): void {
    if (this.#wire === 0) this.#number();
    else if (this.#wire === 1) this.#skip(8);
    else if (this.#wire === 2) this.bytes();
    else if (this.#wire === 5) this.#skip(4);
    else this.refuse('a known wire type');
  }

  refuse(expected: string): never {
    refuseBroken(`${this.#name}, byte ${this.#at}: expected ${expected}`);
  }

  #fixed(
    into: number[],
    size: 4 | 8,
    wire: 1 | 5,
    take: (view: DataView, at: number) => number,
  ): void {
    if (this.#wire !== 2) {
      this.#expect(wire);
      into.push(take(this.#view, this.#skip(size)));
      return;
    }
    const { buffer, byteOffset, length } = this.bytes();
    if (length % size !== 0) this.refuse('whole numbers of a list');
    const view = new DataView(buffer, byteOffset, length);
    for (let at = 0; at < length; at += size) into.push(take(view, at));
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) this.refuse(`wire type ${wire} for field ${this.#field}`);
  }

  /** Moves on and says where it was. */
  #skip(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) this.refuse(`${count} more bytes`);
    this.#at = start + count;
    return start;
  }

  #number(): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.refuse('the rest of a number');
      this.#at++;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) return high * 2 ** 32 + (low >>> 0);
    }
    return this.refuse('a number of at most 10 bytes');
  }
}
