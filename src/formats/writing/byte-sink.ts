const encoder = new TextEncoder();
const firstBytes = 65_536;
/** The most bytes of UTF-8 per UTF-16 unit. */
const bytesPerUnit = 3;

/** Bytes that grow at their end; text as UTF-8. */
export class ByteSink {
  #bytes = new Uint8Array(firstBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  text(text: string): void {
    this.#reserve(text.length * bytesPerUnit);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes `count` numbers of `size` bytes; `set` puts each where it belongs. */
  numbers(
    count: number,
    size: number,
    set: (view: DataView, at: number, index: number) => void,
  ): void {
    this.#reserve(count * size);
    for (let index = 0; index < count; index++) {
      set(this.#view, this.#length + index * size, index);
    }
    this.#length += count * size;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
