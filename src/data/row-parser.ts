import type { RowBlock } from './row-block.ts';

/** Turns the bytes of a window into blocks of rows. */
export interface RowParser {
  /** The next full block, or null when the window has no more whole rows for one. */
  next(): RowBlock | null;
  /** The rows that are left at the end of the input. Throws when it ends within a row, or has none and should. */
  finish(): RowBlock | null;
}
