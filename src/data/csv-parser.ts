/*
 * CSV (RFC 4180) to numbers. A plain number is read from its bytes straight into the block; whatever else a field may be
 * (quotes, blanks, words, categories) goes through the cursor. Complexity: one look at each byte of a number, three at
 * others. Invariant: the rows do not depend on how the input is cut into chunks.
 */
import type { FeatureSchema } from '../model/index.ts';
import { BlockBuilder } from './block-builder.ts';
import type { ByteWindow } from './byte-window.ts';
import { type CsvColumns, type HeaderRules, matchHeader } from './csv-columns.ts';
import { CsvCursor } from './csv-cursor.ts';
import { type CsvField, createCsvField } from './csv-field.ts';
import { dataFault, show } from './data-fault.ts';
import type { RowBlock } from './row-block.ts';
import type { RowParser } from './row-parser.ts';
import { scanDecimal } from './scan-decimal.ts';

const newline = 10;
const carriageReturn = 13;
const comma = 44;

/** A column that is passed over has no field; `feature` is where its number goes within a row. */
interface Column {
  readonly name: string;
  readonly field: CsvField | null;
  readonly feature: number;
  readonly isId: boolean;
}

/** Parses a CSV with a header. */
export class CsvParser implements RowParser {
  readonly #window: ByteWindow;
  readonly #cursor: CsvCursor;
  readonly #schema: FeatureSchema;
  readonly #rules: HeaderRules;
  readonly #block: BlockBuilder;
  #columns: readonly Column[] | null = null;
  /** The features that no column gives. */
  #absent: readonly number[] = [];

  constructor(window: ByteWindow, blockRows: number, rules: HeaderRules) {
    this.#window = window;
    this.#cursor = new CsvCursor(window);
    this.#schema = rules.schema;
    this.#rules = rules;
    const width = rules.schema.features.length;
    this.#block = new BlockBuilder(width, blockRows, rules.idColumn !== null);
  }

  next(): RowBlock | null {
    const window = this.#window;
    while (window.isReadable) {
      if (this.#skipBlankLine()) continue;
      if (this.#columns === null) {
        if (!this.#readHeader()) break;
      } else {
        if (!this.#readRow(this.#columns)) break;
        const block = this.#block.take();
        if (block !== null) return block;
      }
    }
    return null;
  }

  finish(): RowBlock | null {
    const { position, end, line } = this.#window;
    if (position < end) {
      throw dataFault('INVALID_DATA', { line }, 'a quote is open at the end of the input');
    }
    if (this.#columns === null) {
      throw dataFault('INVALID_DATA', { line: 1 }, 'the input is empty; expected a header');
    }
    return this.#block.take(true);
  }

  #skipBlankLine(): boolean {
    const { bytes, position } = this.#window;
    const length =
      bytes[position] === newline
        ? 1
        : bytes[position] === carriageReturn && bytes[position + 1] === newline
          ? 2
          : 0;
    if (length > 0) this.#window.advance(position + length, 1);
    return length > 0;
  }

  #readHeader(): boolean {
    const { line } = this.#window;
    const row = this.#cursor.takeRow();
    if (row === null) return this.#waitForMore();
    const { names, features, id }: CsvColumns = matchHeader(row.fields, line, this.#rules);
    this.#absent = this.#schema.features.flatMap((_, index) =>
      features.includes(index) ? [] : [index],
    );
    this.#columns = names.map((name, column) => {
      const feature = this.#schema.features[features[column]!];
      return {
        name,
        field: feature === undefined ? null : createCsvField(feature),
        feature: features[column]!,
        isId: column === id,
      };
    });
    this.#cursor.leaveRow(row.end);
    return true;
  }

  #waitForMore(): boolean {
    this.#window.waitForMore();
    return false;
  }

  /** Reads one row into the block; false when it is not all in the window. */
  #readRow(columns: readonly Column[]): boolean {
    const { bytes, position, line } = this.#window;
    const { values, offset } = this.#block;
    const count = columns.length;
    let at = position;
    let id = '';
    for (let index = 0; ; index++) {
      const column = columns[index]!;
      const { field, isId } = column;
      const stop =
        field === null || isId || !field.isNumber
          ? -1
          : scanField(bytes, at, field, values, offset + column.feature);
      if (stop >= 0) at = stop;
      else {
        at = this.#takeField(at, column, values, offset + column.feature);
        if (at === -1) return this.#waitForMore();
        if (isId) id = this.#cursor.text();
      }
      const isLast = index + 1 === count;
      if (bytes[at] === comma ? isLast : !isLast) return this.#refuseCount(count);
      if (isLast) break;
      at++;
    }
    for (const feature of this.#absent) values[offset + feature] = Number.NaN;
    this.#block.push(line, id);
    this.#cursor.leaveRow(at);
    return true;
  }

  /** The way of every field that is not a plain number. */
  #takeField(at: number, column: Column, values: Float64Array, index: number): number {
    const cursor = this.#cursor;
    const stop = cursor.take(at);
    if (stop === -1 || column.field === null) return stop;
    if (column.field.read(cursor.source, cursor.start, cursor.end, values, index)) return stop;
    const text = cursor.text();
    const message = column.field.explain(text);
    const { line, position } = this.#window;
    const place = {
      line: line + (cursor.wasQuoted ? this.#window.newlines(position, at) : 0),
      column: column.name,
    };
    throw dataFault('INVALID_ROW', place, `${show(text)}: ${message}`);
  }

  #refuseCount(expected: number): boolean {
    const { line } = this.#window;
    const row = this.#cursor.takeRow();
    if (row === null) return this.#waitForMore();
    throw dataFault(
      'INVALID_DATA',
      { line },
      `expected ${expected} fields as in the header, got ${row.fields.length}`,
    );
  }
}

/** Reads a field that is a plain number in its range, or an empty one; returns where it ends, or -1 for all others. */
function scanField(
  bytes: Buffer,
  at: number,
  field: CsvField,
  values: Float64Array,
  index: number,
): number {
  const first = bytes[at];
  if (first === comma || first === newline) {
    values[index] = Number.NaN;
    return field.emptyIsMissing ? at : -1;
  }
  const stop = scanDecimal(bytes, at, values, index);
  if (stop === -1) return -1;
  const byte = bytes[stop];
  if (byte !== comma && byte !== newline) {
    if (byte !== carriageReturn || bytes[stop + 1] !== newline) return -1;
  }
  const value = values[index]!;
  if (!(value >= field.low && value <= field.high)) return -1;
  return field.whole && !Number.isInteger(value) ? -1 : stop;
}
