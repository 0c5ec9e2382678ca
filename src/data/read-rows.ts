import type { FeatureSchema } from '../model/index.ts';
import { ByteWindow } from './byte-window.ts';
import { CsvParser } from './csv-parser.ts';
import { JsonlParser } from './jsonl-parser.ts';
import type { RowBlock } from './row-block.ts';

/** How to read rows. */
export interface ReadRowsOptions {
  readonly format: 'csv' | 'jsonl';
  /** What a row must be. */
  readonly schema: FeatureSchema;
  /** The column or key that names each row. It is not unknown, and may be a feature as well. @default null */
  readonly idColumn?: string | null;
  /** Pass over columns and keys that are no features. @default false */
  readonly ignoreUnknown?: boolean;
  /**
   * A CSV header must name every feature, also those that a row may leave out. False when a card says which ones those
   * are: the columns left out are then missing values in every row. @default true
   */
  readonly complete?: boolean;
  /** Rows per block, at least 1; fewer when a block would hold more than 1,048,576 numbers. @default 4096 */
  readonly blockRows?: number;
  /** The bytes that one row may have, at least 1. @default 1048576 */
  readonly maxRowBytes?: number;
}

/** Bytes that are looked at together; a larger chunk is read in pieces. */
const pieceBytes = 262_144;

/**
 * Reads the rows of a CSV with a header or of JSON Lines, block after block, in memory that does not grow with the
 * input. Throws a `SpillwayError` that names the line: `INVALID_DATA` for what is not such a file or lacks columns,
 * `INVALID_ROW` for a value that does not fit the schema, `INVALID_JSON`, `INVALID_UTF8`.
 */
export async function* readRows(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadRowsOptions,
): AsyncGenerator<RowBlock, void, undefined> {
  const { blockRows = 4096, maxRowBytes = 1_048_576 } = options;
  const { format, schema, idColumn = null, ignoreUnknown = false, complete = true } = options;
  const rules = { schema, idColumn, ignoreUnknown, complete };
  const window = new ByteWindow(maxRowBytes);
  const parser =
    format === 'csv'
      ? new CsvParser(window, blockRows, rules)
      : new JsonlParser(window, blockRows, rules);

  function* readOn(): Generator<RowBlock, void, undefined> {
    for (let block = parser.next(); block !== null; block = parser.next()) yield block;
    window.check();
  }

  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      window.append(chunk.subarray(from, from + pieceBytes));
      yield* readOn();
    }
  }
  window.finish();
  yield* readOn();
  const rest = parser.finish();
  if (rest !== null) yield rest;
}
