import { createSeededRandom } from '../../../src/core/index.ts';
import type { BinnedColumn, BinnedTable } from '../../../src/training/trees/binned-table.ts';

/** What a column of random bins is like. */
export interface ColumnShape {
  readonly bins: number;
  /** @default false */
  readonly isCategory?: boolean;
  /** Share of missing values. @default 0 */
  readonly missing?: number;
}

/** Bins at random, by a seed, with cuts halfway between the numbers of the bins. */
export function drawTable(
  rows: number,
  shapes: readonly ColumnShape[],
  seed: number,
): { readonly table: BinnedTable; readonly signal: Float64Array } {
  const random = createSeededRandom(seed);
  const signal = new Float64Array(rows);
  const columns = shapes.map(({ bins, isCategory = false, missing = 0 }, index): BinnedColumn => {
    const isWide = bins + Number(missing > 0) > 256;
    const codes = isWide ? new Uint16Array(rows) : new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      const code = random() < missing ? bins : Math.floor(random() * bins);
      codes[row] = code;
      signal[row]! +=
        code === bins
          ? 0.3
          : isCategory
            ? ((code * 7) % 5) / 5 - 0.4
            : (code / bins - 0.5) / (index + 1);
    }
    return {
      cuts: Float32Array.from({ length: bins }, (_, code) => code + (isCategory ? 0 : 0.5)),
      isCategory,
      bins,
      hasMissing: missing > 0,
      codes,
    };
  });
  return { table: { rows, columns }, signal };
}
