import type { ByteWindow } from './byte-window.ts';
import { checkNames } from './check-names.ts';
import { type ColumnSummary, ColumnTally } from './column-tally.ts';
import { dataFault } from './data-fault.ts';
import { isObject, parseJson } from './jsonl-parser.ts';

const newline = 10;

/** Counts the values of JSON Lines, key by key. */
export class JsonlCounter {
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

  finish(): { readonly rows: number; readonly columns: readonly ColumnSummary[] } {
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
  const value = parseJson(text, line);
  if (!isObject(value)) {
    throw dataFault(
      'INVALID_DATA',
      { line },
      'expected an object keyed by column: without names nothing can be trained',
    );
  }
  return value;
}
