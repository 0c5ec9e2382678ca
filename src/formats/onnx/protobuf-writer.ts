import { ByteSink } from '../writing/byte-sink.ts';

/** Writes the fields of one protobuf message. */
export class ProtobufWriter {
  readonly #sink = new ByteSink();

  /** A whole number, signed, of at most 53 bits. */
  integer(field: number, value: number): this {
    this.#tag(field, 0);
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  integers(field: number, values: Iterable<number>): this {
    for (const value of values) this.integer(field, value);
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, 5);
    this.#sink.numbers(1, 4, (view, at) => view.setFloat32(at, value, true));
    return this;
  }

  /** Many float32, packed. */
  floats(field: number, values: ArrayLike<number>): this {
    this.#tag(field, 2);
    this.#varint(BigInt(4 * values.length));
    this.#sink.numbers(values.length, 4, (view, at, index) =>
      view.setFloat32(at, values[index]!, true),
    );
    return this;
  }

  text(field: number, text: string): this {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(BigInt(bytes.length));
    this.#sink.bytes(bytes);
    return this;
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.take());
  }

  /** The bytes of the message. */
  take(): Uint8Array {
    return this.#sink.take();
  }

  #tag(field: number, wire: number): void {
    this.#varint(BigInt(8 * field + wire));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.#sink.bytes(Uint8Array.from(bytes));
  }
}
