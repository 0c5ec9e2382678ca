import { isUtf8 } from 'node:buffer';
import { dataFault } from './data-fault.ts';

const newline = 10;
const firstCapacity = 262_144;

/**
 * The part of an input that is in memory: whole lines of checked UTF-8, and the begin of the line after them. Parsers
 * read `bytes` from `position` to `end` and move `position` and `line` on; memory is bounded by the longest row.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafe(firstCapacity);
  /** Where the next row starts. */
  position = 0;
  /** Behind the last newline that was checked, so a scan that stops at newlines never leaves the window. */
  end = 0;
  /** The line at `position`, from 1. */
  line = 1;
  #filled = 0;
  #broken = false;
  #over = false;
  #needed = 0;
  #started = false;
  readonly #maxRowBytes: number;

  constructor(maxRowBytes: number) {
    this.#maxRowBytes = maxRowBytes;
  }

  /** Whether reading on from `position` can find a whole row. */
  get isReadable(): boolean {
    const whole = this.end - this.position;
    if (whole === 0) return false;
    return whole >= this.#needed || this.#over || this.#filled - this.position > this.#maxRowBytes;
  }

  /** Takes the next bytes of the input. */
  append(piece: Uint8Array): void {
    this.#makeRoom(piece.length);
    this.bytes.set(piece, this.#filled);
    this.#filled += piece.length;
    const last = piece.lastIndexOf(newline);
    if (last !== -1) this.#extend(this.#filled - piece.length + last + 1);
  }

  /** Says that the input is over: a last line without a newline counts as one. */
  finish(): void {
    if (this.#filled > this.end) this.append(Buffer.of(newline));
    this.#over = true;
  }

  /** Says that the row at `position` goes on behind `end`: it is looked at again when there is twice as much of it. */
  waitForMore(): void {
    this.#needed = 2 * (this.end - this.position);
  }

  /** Moves behind a row of so many lines. */
  advance(to: number, lines: number): void {
    this.#needed = 0;
    this.position = to;
    this.line += lines;
  }

  /** Throws what keeps the rest from being read: bytes that are not UTF-8, a row that does not end. */
  check(): void {
    if (this.#broken) {
      const line = this.line + this.newlines(this.position, this.end);
      throw dataFault('INVALID_UTF8', { line }, 'has bytes that are not UTF-8');
    }
    this.checkLength(this.#filled - this.position);
  }

  /** Throws when a row that starts at `position` has more bytes than allowed. */
  checkLength(length: number): void {
    if (length <= this.#maxRowBytes) return;
    throw dataFault(
      'INVALID_DATA',
      { line: this.line },
      `starts a row of more than ${this.#maxRowBytes} bytes; a quote may have been left open`,
    );
  }

  /** How many lines end between two positions. */
  newlines(from: number, to: number): number {
    let count = 0;
    let at = this.bytes.indexOf(newline, from);
    while (at !== -1 && at < to) {
      count++;
      at = this.bytes.indexOf(newline, at + 1);
    }
    return count;
  }

  #makeRoom(length: number): void {
    if (this.#filled + length <= this.bytes.length) return;
    const kept = this.#filled - this.position;
    // twice what is kept, so that bytes that come one by one are not moved each time
    const capacity = Math.max(this.bytes.length, 2 * (kept + length));
    const target = capacity > this.bytes.length ? Buffer.allocUnsafe(capacity) : this.bytes;
    this.bytes.copy(target, 0, this.position, this.#filled);
    this.bytes = target;
    this.end -= this.position;
    this.#filled = kept;
    this.position = 0;
  }

  #extend(to: number): void {
    if (this.#broken) return;
    if (!this.#started) {
      this.#started = true;
      if (this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf) {
        this.position = 3;
        this.end = 3;
      }
    }
    if (!isUtf8(this.bytes.subarray(this.end, to))) {
      this.#broken = true;
      this.#over = true;
      // the lines before the broken one are still read, so that the first error of the input is the one that is told
      let next = this.bytes.indexOf(newline, this.end) + 1;
      while (isUtf8(this.bytes.subarray(this.end, next))) {
        this.end = next;
        next = this.bytes.indexOf(newline, this.end) + 1;
      }
      return;
    }
    this.end = to;
  }
}
