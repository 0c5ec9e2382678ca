import type { ByteWindow } from './byte-window.ts';
import { dataFault } from './data-fault.ts';

const newline = 10;
const carriageReturn = 13;
const comma = 44;
const quote = 34;

/** Steps through the fields of CSV rows in a window: finds where a field ends and what stands in it (RFC 4180). */
export class CsvCursor {
  /** The bytes that the field is in, from `start` to `end`; those of the window unless quotes had to be undone. */
  source: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** Whether a field since the last `startRow` stood in quotes, so that the row may have several lines. */
  wasQuoted = false;
  readonly #window: ByteWindow;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /**
   * Takes the field that starts at `at` and returns where its comma or line end stands, or -1 when a quote is still
   * open at the end of the window.
   */
  take(at: number): number {
    const { bytes } = this.#window;
    if (bytes[at] === quote) return this.#takeQuoted(at);
    let stop = at;
    let byte = bytes[stop];
    while (byte !== comma && byte !== newline) byte = bytes[++stop];
    if (byte === newline && stop > at && bytes[stop - 1] === carriageReturn) stop--;
    this.source = bytes;
    this.start = at;
    this.end = stop;
    return stop;
  }

  #takeQuoted(at: number): number {
    const { bytes, end, position, line } = this.#window;
    this.wasQuoted = true;
    let doubled = 0;
    let stop = at + 1;
    for (;;) {
      while (bytes[stop] !== quote) if (++stop >= end) return -1;
      if (bytes[stop + 1] !== quote) break;
      doubled++;
      stop += 2;
      if (stop >= end) return -1;
    }
    this.source = doubled > 0 ? undouble(bytes.subarray(at + 1, stop), doubled) : bytes;
    this.start = doubled > 0 ? 0 : at + 1;
    this.end = doubled > 0 ? this.source.length - 1 : stop;
    stop++;
    if (!this.endsAt(stop)) {
      throw dataFault(
        'INVALID_DATA',
        { line: line + this.#window.newlines(position, stop) },
        'expected a comma or the end of the line behind a closing quote; a quote within quotes is doubled',
      );
    }
    return stop;
  }

  /** Whether a field ends here. */
  endsAt(at: number): boolean {
    const { bytes } = this.#window;
    const byte = bytes[at];
    return (
      byte === comma || byte === newline || (byte === carriageReturn && bytes[at + 1] === newline)
    );
  }

  /** What stands in the field. */
  text(): string {
    return this.source.toString('utf8', this.start, this.end);
  }

  /** All fields of the row that starts at the window's position and where its line end stands, or null when it is not all there. */
  takeRow(): { readonly fields: string[]; readonly end: number } | null {
    const { bytes, position } = this.#window;
    const fields: string[] = [];
    for (let at = position; ; at++) {
      at = this.take(at);
      if (at === -1) return null;
      fields.push(this.text());
      if (bytes[at] !== comma) return { fields, end: at };
    }
  }

  /** Moves the window behind the row whose line end stands at `at`. */
  leaveRow(at: number): void {
    const window = this.#window;
    const next = at + (window.bytes[at] === carriageReturn ? 2 : 1);
    window.checkLength(next - window.position);
    window.advance(next, this.wasQuoted ? window.newlines(window.position, next) : 1);
    this.wasQuoted = false;
  }
}

/** The field without its doubled quotes, and a comma behind it where scans stop. */
function undouble(bytes: Buffer, doubled: number): Buffer {
  const plain = Buffer.allocUnsafe(bytes.length - doubled + 1);
  let to = 0;
  for (let from = 0; from < bytes.length; from++) {
    plain[to++] = bytes[from]!;
    if (bytes[from] === quote) from++;
  }
  plain[to] = comma;
  return plain;
}
