import fc from 'fast-check';
import { createSeededRandom } from '../../../src/core/index.ts';
import type { BinnedColumn, BinnedTable } from '../../../src/training/trees/binned-table.ts';
import type { GrowingRound, TreeParameters } from '../../../src/training/trees/tree-grower.ts';

/** A column to be drawn. */
export interface ColumnShape {
  readonly isCategory: boolean;
  readonly bins: number;
  /** Share of missing values, 0 to 1. */
  readonly missing: number;
}

/** A training to be drawn: a table, and gradients of rounds. */
export interface GrowerSample {
  readonly seed: number;
  readonly rows: number;
  readonly columns: readonly ColumnShape[];
  readonly parameters: TreeParameters;
  /** Share of rows that count, 1 for all. */
  readonly sampledRows: number;
  /** Share of columns at each node, 1 for all. */
  readonly sampledColumns: number;
  /** Magnitude of gradients. */
  readonly scale: number;
  /** Powers of two between the magnitudes of rows; from about 30 on no grid holds them all. @default 0 */
  readonly spread?: number;
}

export const columnShapes: fc.Arbitrary<ColumnShape> = fc.record({
  isCategory: fc.constantFrom(false, false, true),
  bins: fc.constantFrom(1, 2, 3, 4, 7, 15, 16, 17, 60, 255, 256, 257, 300),
  missing: fc.constantFrom(0, 0, 0.2, 1),
});

export const treeParameters: fc.Arbitrary<Omit<TreeParameters, 'monotone_constraints'>> = fc.record(
  {
    eta: fc.constantFrom(0.1, 0.3, 1),
    max_depth: fc.constantFrom(0, 1, 3, 4, 6),
    max_leaves: fc.constantFrom(0, 0, 0, 1, 7, 31),
    grow_policy: fc.constantFrom('depthwise' as const, 'lossguide' as const),
    lambda: fc.constantFrom(0, 1, 1, 2.7),
    alpha: fc.constantFrom(0, 0, 0, 0.4),
    gamma: fc.constantFrom(0, 0, 0, 0.1),
    min_child_weight: fc.constantFrom(0, 1, 1, 5),
    max_delta_step: fc.constantFrom(0, 0, 0.3),
    max_cat_to_onehot: fc.constantFrom(1, 4, 20),
    max_cat_threshold: fc.constantFrom(1, 3, 64),
  },
);

export const growerSamples: fc.Arbitrary<GrowerSample> = fc
  .record({
    seed: fc.integer(),
    rows: fc.constantFrom(1, 3, 60, 333, 1000, 1000),
    columns: fc.array(columnShapes, { minLength: 1, maxLength: 7 }),
    plain: treeParameters,
    directions: fc.option(fc.array(fc.constantFrom(-1, 0, 1), { minLength: 7, maxLength: 7 })),
    sampledRows: fc.constantFrom(1, 1, 1, 0.5, 0.9, 0),
    sampledColumns: fc.constantFrom(1, 1, 0.4),
    scale: fc.constantFrom(1, 1, 1, 1, 3, 1e-12, 1e9),
    spread: fc.constantFrom(0, 0, 60),
  })
  .map(({ directions, plain, ...sample }) => ({
    ...sample,
    parameters: {
      ...plain,
      monotone_constraints: sample.columns.map((_, index) => directions?.[index] ?? 0),
    },
  }));

/** Draws the table of a sample; missing values take their code, which makes a column wider. */
export function drawTable({ columns, rows, seed }: GrowerSample): BinnedTable {
  const random = createSeededRandom(seed);
  return {
    rows,
    columns: columns.map(({ bins, isCategory, missing }): BinnedColumn => {
      const hasMissing = missing > 0;
      const codes =
        bins + (hasMissing ? 1 : 0) <= 256 ? new Uint8Array(rows) : new Uint16Array(rows);
      // some columns with ties, some spread
      const top = 1 + Math.floor(random() * bins);
      for (let row = 0; row < rows; row++) {
        codes[row] = random() < missing ? bins : Math.floor(random() * top);
      }
      const cuts = Float32Array.from({ length: bins }, (_, bin) =>
        isCategory ? bin : bin / 3 - 2,
      );
      return { bins, codes, cuts, hasMissing, isCategory };
    }),
  };
}

/** Draws the rounds of a sample, the same ones each time it is called. */
export function* drawRounds(sample: GrowerSample, count: number): Generator<GrowingRound> {
  const { columns, rows, sampledColumns, sampledRows, scale, seed, spread = 0 } = sample;
  const random = createSeededRandom(seed + 1);
  const margins = new Float32Array(rows);
  for (let round = 0; round < count; round++) {
    const scales = Float64Array.from({ length: rows }, () => scale * 2 ** (-spread * random()));
    const gradients = Float32Array.from(scales, (of) => (random() - 0.5) * of);
    const hessians = Float32Array.from(scales, (of) => random() * (random() < 0.1 ? 0 : of));
    const chosen = Uint32Array.from({ length: rows }, (_, row) => row).filter(
      () => random() < sampledRows,
    );
    const all = Uint32Array.from(columns.keys());
    yield {
      gradients,
      hessians,
      rows: sampledRows === 1 ? null : chosen,
      columnsOf: (depth) =>
        sampledColumns === 1 ? all : all.filter(() => random() < sampledColumns / (1 + depth / 10)),
      margins,
    };
  }
}
