// What: what stands in each column of a file, in one pass.
// Source: the lexer of src/data/csv-cursor.ts; words and spellings as src/data/csv-field.ts has them.
// Complexity: one look at each byte of a plain number, three at others; memory by columns and kept values, not by rows.
// Invariant: the summary does not depend on how the input is cut into chunks.
import { createHash } from 'node:crypto';
import { ByteWindow } from './byte-window.ts';
import { type ColumnSummary, ColumnTally } from './column-tally.ts';
import { CsvCursor } from './csv-cursor.ts';
import { dataFault, show, showAll } from './data-fault.ts';
import { scanDecimal } from './scan-decimal.ts';

/** What stands in a file of rows. */
export interface TableSummary {
  readonly rows: number;
  /** In the order of the header, or of the first row that has the key. */
  readonly columns: readonly ColumnSummary[];
  /** Of all bytes, in hexadecimal. */
  readonly sha256: string;
}

/** How to summarise rows. */
export interface SummariseOptions {
  readonly format: 'csv' | 'jsonl';
  /** So many different values of a column are kept at most. @default 1000 */
  readonly mostValues?: number | undefined;
  /** The bytes that one row may have, at least 1. @default 1048576 */
  readonly maxRowBytes?: number | undefined;
}

const newline = 10;
const carriageReturn = 13;
const comma = 44;
const zero = 48;
const minus = 45;
const pieceBytes = 262_144;

/**
 * Counts what stands in each column of a CSV with a header or of JSON Lines. Throws a `SpillwayError` that names the line:
 * `INVALID_DATA` for what is no such file, has no header or names a column twice, `INVALID_JSON`, `INVALID_UTF8`.
 */
export async function summariseRows(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { format, mostValues = 1000, maxRowBytes = 1_048_576 }: SummariseOptions,
): Promise<TableSummary> {
  const window = new ByteWindow(maxRowBytes);
  const counter =
    format === 'csv' ? new CsvCounter(window, mostValues) : new JsonlCounter(window, mostValues);
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      window.append(chunk.subarray(from, from + pieceBytes));
      counter.count();
      window.check();
    }
  }
  window.finish();
  counter.count();
  window.check();
  return { ...counter.finish(), sha256: hash.digest('hex') };
}

class CsvCounter {
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

  finish(): Omit<TableSummary, 'sha256'> {
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
      const text = this.#texts[index]!;
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

class JsonlCounter {
  readonly #window: ByteWindow;
  readonly #mostValues: number;
  readonly #columns = new Map<string, { readonly tally: ColumnTally; seen: number }>();
  #rows = 0;

  constructor(window: ByteWindow, mostValues: number) {
    this.#window = window;
    this.#mostValues = mostValues;
  }

  count(): void {
    const window = this.#window;
    while (window.isReadable) {
      const { bytes, position } = window;
      const end = bytes.indexOf(newline, position);
      window.checkLength(end + 1 - position);
      const text = bytes.toString('utf8', position, end).trim();
      if (text !== '') this.#countRow(text, window.line);
      window.advance(end + 1, 1);
    }
  }

  finish(): Omit<TableSummary, 'sha256'> {
    if (this.#rows === 0) throw dataFault('INVALID_DATA', { line: 1 }, 'the input is empty');
    const columns = Array.from(this.#columns.values(), ({ tally, seen }) => {
      tally.addMissing(this.#rows - seen);
      return tally.finish();
    });
    return { rows: this.#rows, columns };
  }

  #countRow(text: string, line: number): void {
    for (const [key, value] of Object.entries(parseObject(text, line))) {
      let column = this.#columns.get(key);
      if (column === undefined) {
        checkNames([key], line);
        column = { tally: new ColumnTally(key, this.#mostValues), seen: 0 };
        this.#columns.set(key, column);
      }
      column.seen++;
      if (value === null) column.tally.addMissing();
      else if (typeof value === 'number') column.tally.addNumber(value, line);
      else if (typeof value === 'boolean') column.tally.addTruth(value);
      else if (typeof value === 'string') column.tally.addText(value, line);
      else {
        throw dataFault(
          'INVALID_DATA',
          { line, column: key },
          'expected a number, a text, a truth value or null',
        );
      }
    }
    this.#rows++;
  }
}

function parseObject(text: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw dataFault('INVALID_JSON', { line }, `is not JSON: ${show(text)}`);
  }
  if (!isObject(value)) {
    throw dataFault(
      'INVALID_DATA',
      { line },
      'expected an object keyed by column: without names nothing can be trained',
    );
  }
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names that cannot be those of features, said where they stand. */
function checkNames(names: readonly string[], line: number): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const nameless = names.flatMap((name, index) => (name === '' ? [String(index + 1)] : []));
  const odd = names.filter((name) => name.length > 200 || name in Object.prototype);
  const faults = [
    ...(twice.length > 0 ? [`names twice ${showAll([...new Set(twice)])}`] : []),
    ...(nameless.length > 0 ? [`has no name for the columns ${nameless.join(', ')}`] : []),
    ...(odd.length > 0 ? [`has names that no feature may have: ${showAll(odd)}`] : []),
    ...(names.length === 1 && /[;\t]/.test(names[0] ?? '') ? ['has no commas'] : []),
  ];
  if (faults.length === 0) return;
  throw dataFault('INVALID_DATA', { line }, `the header ${faults.join(', ')}`);
}
