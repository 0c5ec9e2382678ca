import { createRowReader } from '../model/index.ts';
import { BlockBuilder } from './block-builder.ts';
import type { ByteWindow } from './byte-window.ts';
import type { HeaderRules } from './csv-columns.ts';
import { dataFault, show } from './data-fault.ts';
import type { RowBlock } from './row-block.ts';
import type { RowParser } from './row-parser.ts';

const newline = 10;

/** Parses JSON Lines: one object or array per line. */
export class JsonlParser implements RowParser {
  readonly #window: ByteWindow;
  readonly #rules: Omit<HeaderRules, 'complete'>;
  readonly #reader: ReturnType<typeof createRowReader>;
  readonly #names: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #block: BlockBuilder;
  readonly #row: Float64Array;
  #isEmpty = true;

  constructor(window: ByteWindow, blockRows: number, rules: Omit<HeaderRules, 'complete'>) {
    this.#window = window;
    this.#rules = rules;
    this.#reader = createRowReader(rules.schema, { allowInfinite: true });
    this.#names = rules.schema.features.map(({ name }) => name);
    this.#known = new Set(this.#names);
    this.#block = new BlockBuilder(this.#names.length, blockRows, rules.idColumn !== null);
    this.#row = new Float64Array(this.#names.length);
  }

  next(): RowBlock | null {
    const window = this.#window;
    while (window.isReadable) {
      const { bytes, position } = window;
      const end = bytes.indexOf(newline, position);
      window.checkLength(end + 1 - position);
      const text = bytes.toString('utf8', position, end).trim();
      if (text !== '') this.#readRow(text);
      window.advance(end + 1, 1);
      const block = this.#block.take();
      if (block !== null) return block;
    }
    return null;
  }

  finish(): RowBlock | null {
    if (this.#isEmpty) {
      throw dataFault('INVALID_DATA', { line: 1 }, 'the input is empty');
    }
    return this.#block.take(true);
  }

  #readRow(text: string): void {
    this.#isEmpty = false;
    const { line } = this.#window;
    const value = parseJson(text, line);
    const id = this.#idOf(value, line);
    const row = this.#withoutUnknown(value);
    if (!this.#reader.read(row, this.#row)) this.#refuse(row, line);
    this.#block.values.set(this.#row, this.#block.offset);
    this.#block.push(line, id);
  }

  #idOf(value: unknown, line: number): string {
    const { idColumn } = this.#rules;
    if (idColumn === null) return '';
    const id = isObject(value) && Object.hasOwn(value, idColumn) ? value[idColumn] : undefined;
    if (id === null) return '';
    if (typeof id === 'string') return id;
    if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
    throw dataFault(
      'INVALID_DATA',
      { line, column: idColumn },
      // JSON numbers are float64: a longer integer, or a fraction with zeros behind it, would come out as another id
      'expected an id: a string, or an integer of at most 2^53 - 1',
    );
  }

  /** The row without its id column, unless that is a feature too, and without others when they may pass. */
  #withoutUnknown(value: unknown): unknown {
    const { idColumn, ignoreUnknown } = this.#rules;
    if (!isObject(value) || (idColumn === null && !ignoreUnknown)) return value;
    const known = (key: string): boolean =>
      this.#known.has(key) || !(ignoreUnknown || key === idColumn);
    return Object.fromEntries(Object.entries(value).filter(([key]) => known(key)));
  }

  #refuse(row: unknown, line: number): never {
    const faults = this.#reader.faults(row);
    const [{ pointer, message } = { pointer: '', message: 'does not fit' }] = faults;
    const key = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const column = Array.isArray(row) ? this.#names[Number(key)] : key;
    if (pointer === '' || column === undefined) {
      throw dataFault('INVALID_ROW', { line }, message, faults);
    }
    const value =
      isObject(row) || Array.isArray(row)
        ? new Map<string, unknown>(Object.entries(row)).get(key)
        : undefined;
    // what is neither text nor a number is named by the message
    const shown =
      typeof value === 'string' || typeof value === 'number' ? `${show(String(value))}: ` : '';
    throw dataFault('INVALID_ROW', { line, column }, `${shown}${message}`, faults);
  }
}

/** JSON of one line. Throws `INVALID_JSON`. */
export function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw dataFault('INVALID_JSON', { line }, `is not JSON: ${show(text)}`);
  }
}

/** Neither a list nor `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
