// What: what stands in each column of a file, in one pass.
// Source: the lexer of src/data/csv-cursor.ts; words and spellings as src/data/csv-field.ts has them.
// Complexity: one look at each byte of a plain number, three at others; memory by columns and kept values, not by rows.
// Invariant: the summary does not depend on how the input is cut into chunks.
import { createHash } from 'node:crypto';
import { ByteWindow } from './byte-window.ts';
import type { ColumnSummary } from './column-tally.ts';
import { CsvCounter } from './csv-counter.ts';
import { JsonlCounter } from './jsonl-counter.ts';

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
