import type { RowBlock } from './row-block.ts';

/** Numbers of one block at most, so that a block of a wide schema does not claim all memory: 8 MiB. */
const mostNumbers = 1_048_576;

/** Collects rows until they are a block. */
export class BlockBuilder {
  /** Where the numbers of the next row go, from `offset` on. */
  values: Float64Array;
  offset = 0;
  count = 0;
  readonly rows: number;
  readonly #width: number;
  #ids: string[] | null;
  #firstLine = 0;

  constructor(width: number, blockRows: number, hasIds: boolean) {
    this.#width = width;
    this.rows = Math.max(1, Math.min(blockRows, Math.floor(mostNumbers / Math.max(1, width))));
    this.values = this.#empty();
    this.#ids = hasIds ? [] : null;
  }

  /** Counts the row that was written at `offset`. */
  push(line: number, id: string): void {
    if (this.count++ === 0) this.#firstLine = line;
    this.offset += this.#width;
    this.#ids?.push(id);
  }

  /** The block, once it is full or when `anyway` and not empty. */
  take(anyway = false): RowBlock | null {
    if (this.count < (anyway ? 1 : this.rows)) return null;
    const block: RowBlock = {
      count: this.count,
      values: this.values.subarray(0, this.offset),
      ids: this.#ids,
      firstLine: this.#firstLine,
    };
    this.values = this.#empty();
    this.offset = 0;
    this.count = 0;
    this.#ids = this.#ids === null ? null : [];
    return block;
  }

  #empty(): Float64Array {
    return new Float64Array(this.rows * this.#width);
  }
}
