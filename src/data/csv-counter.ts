import type { ByteWindow } from './byte-window.ts';
import { checkNames } from './check-names.ts';
import { type ColumnSummary, ColumnTally } from './column-tally.ts';
import { CsvCursor } from './csv-cursor.ts';
import { dataFault } from './data-fault.ts';
import { scanDecimal } from './scan-decimal.ts';

const newline = 10;
const carriageReturn = 13;
const comma = 44;
const zero = 48;
const minus = 45;

/** Counts the values of a CSV with a header, column by column. */
export class CsvCounter {
  readonly #window: ByteWindow;
  readonly #cursor: CsvCursor;
  readonly #mostValues: number;
  #columns: readonly ColumnTally[] | null = null;
  #rows = 0;
  // the row that is being read: a number per column, or a text; counted once it is whole
  #numbers = new Float64Array(0);
  #texts: (string | null)[] = [];

  constructor(window: ByteWindow, mostValues: number) {
    this.#window = window;
    this.#cursor = new CsvCursor(window);
    this.#mostValues = mostValues;
  }

  count(): void {
    const window = this.#window;
    while (window.isReadable) {
      if (this.#skipBlankLine()) continue;
      const isWhole = this.#columns === null ? this.#readHeader() : this.#readRow(this.#columns);
      if (!isWhole) return window.waitForMore();
    }
  }

  finish(): { readonly rows: number; readonly columns: readonly ColumnSummary[] } {
    const { position, end, line } = this.#window;
    if (position < end)
      throw dataFault('INVALID_DATA', { line }, 'a quote is open at the end of the input');
    if (this.#columns === null) {
      throw dataFault('INVALID_DATA', { line: 1 }, 'the input is empty; expected a header');
    }
    return { rows: this.#rows, columns: this.#columns.map((column) => column.finish()) };
  }

  #skipBlankLine(): boolean {
    const { bytes, position } = this.#window;
    const first = bytes[position];
    const length =
      first === newline ? 1 : first === carriageReturn && bytes[position + 1] === newline ? 2 : 0;
    if (length > 0) this.#window.advance(position + length, 1);
    return length > 0;
  }

  #readHeader(): boolean {
    const { line } = this.#window;
    const row = this.#cursor.takeRow();
    if (row === null) return false;
    const names = row.fields;
    checkNames(names, line);
    this.#columns = names.map((name) => new ColumnTally(name, this.#mostValues));
    this.#numbers = new Float64Array(names.length);
    this.#texts = names.map(() => null);
    this.#cursor.leaveRow(row.end);
    return true;
  }

  #readRow(columns: readonly ColumnTally[]): boolean {
    const { bytes, position, line } = this.#window;
    const count = columns.length;
    let at = position;
    for (let index = 0; ; index++) {
      const stop = this.#takeNumber(at, index);
      if (stop !== -1) at = stop;
      else {
        at = this.#cursor.take(at);
        if (at === -1) return false;
        this.#texts[index] = this.#cursor.text();
      }
      const isLast = index + 1 === count;
      if (bytes[at] === comma ? isLast : !isLast) return this.#refuseCount(count);
      if (isLast) break;
      at++;
    }
    for (const [index, column] of columns.entries()) {
      const text = this.#texts[index] ?? null;
      if (text === null) column.addNumber(this.#numbers[index]!, line);
      else column.addField(text, line);
    }
    this.#rows++;
    this.#cursor.leaveRow(at);
    return true;
  }

  /** Where a plain number ends, or -1: what is spelled in any other way is looked at as a text. */
  #takeNumber(at: number, index: number): number {
    const { bytes } = this.#window;
    const first = bytes[at] === minus ? at + 1 : at;
    const second = bytes[first + 1]! - zero;
    if (bytes[first] === zero && second >= 0 && second <= 9) return -1;
    const stop = scanDecimal(bytes, at, this.#numbers, index);
    if (stop === -1 || !this.#cursor.endsAt(stop)) return -1;
    this.#texts[index] = null;
    return stop;
  }

  #refuseCount(expected: number): boolean {
    const { line } = this.#window;
    const row = this.#cursor.takeRow();
    if (row === null) return false;
    throw dataFault(
      'INVALID_DATA',
      { line },
      `expected ${expected} fields as in the header, got ${row.fields.length}`,
    );
  }
}
