import type { BinnedColumn, BinnedTable } from './binned-table.ts';

/** Where everything is in the memory of a grower: plain data, so that threads can be sent it. Addresses are bytes. */
export interface GrowerLayout {
  readonly bytes: number;
  readonly rows: number;
  readonly columns: readonly ColumnPlace[];
  /**
   * Codes side by side, row by row: groups of four narrow columns, then of four wide ones, a byte a code; then of four broad
   * ones, two bytes a code.
   */
  readonly codeRows: number;
  readonly rowBytes: number;
  readonly narrowGroups: number;
  readonly wideGroups: number;
  /** Of each place in a row the column; -1 where a group is not full. */
  readonly placed: readonly number[];
  readonly slotBytes: number;
  readonly slotCount: number;
  /** Of each thread what it sums and searches of nodes that all work on. */
  readonly shares: readonly ColumnShare[];
  /** All columns, for nodes that one thread has to itself. */
  readonly whole: ColumnShare;
  /** Splits that are worked on at a time. */
  readonly mostJobs: number;
  /** Bytes of a table of sides, one for each code of the column with most. */
  readonly sideBytes: number;
  readonly control: number;
  readonly rules: number;
  readonly columnRecords: number;
  readonly sums: number;
  readonly jobs: number;
  readonly searches: number;
  readonly searchNodes: number;
  readonly bests: number;
  readonly lists: number;
  readonly sides: number;
  readonly order: number;
  readonly scratch: number;
  /** The margins take the place of the gradients, which are not needed any more by then. */
  readonly gradients: number;
  readonly hessians: number;
  readonly pairs: number;
  readonly histograms: number;
}

/** Where a column is. */
export interface ColumnPlace {
  /** Its codes, one after the other. */
  readonly codes: number;
  readonly codeBytes: 1 | 2;
  /** Its bins within a histogram. */
  readonly bins: number;
  readonly binBytes: number;
  readonly isNumeric: boolean;
}

/** The columns that one thread sums and searches; ranges of groups. */
export interface ColumnShare {
  readonly narrow: readonly [from: number, to: number];
  readonly wide: readonly [from: number, to: number];
  readonly broad: readonly [from: number, to: number];
  /** Columns of more codes, which stand alone. */
  readonly short: readonly number[];
  /** Of each column whether its splits are searched by this thread. */
  readonly searched: Uint8Array;
}

/** Sizes of the records that kernels and threads read, in bytes. */
export const recordBytes: {
  readonly job: number;
  readonly search: number;
  readonly node: number;
  readonly best: number;
  readonly column: number;
} = { job: 32, search: 16, node: 32, best: 32, column: 16 };

/** Most codes of columns that stand side by side; of broad ones 256 bins, what is missing, and a little room. */
const mostCodes = { narrow: 16, wide: 256, broad: 272 } as const;
/** Bytes of the histograms of a group of four columns. */
export const groupBytes: {
  readonly narrow: number;
  readonly wide: number;
  readonly broad: number;
} = {
  narrow: 4 * 16 * mostCodes.narrow,
  wide: 4 * 16 * mostCodes.wide,
  broad: 4 * 16 * mostCodes.broad,
};
const mostSideBytes = 2 ** 20;

/** Lays out a table for so many threads, with room for histograms of about so many bytes. */
export function layOutGrower(
  table: BinnedTable,
  threads: number,
  histogramBytes: number,
): GrowerLayout {
  const { columns, rows } = table;
  let end = 64;
  const reserve = (bytes: number): number => {
    const address = end;
    end = Math.ceil((address + bytes) / 64) * 64;
    return address;
  };

  const ofWidth = (isOf: (column: BinnedColumn) => boolean): number[] =>
    [...columns.keys()].filter((index) => isOf(columns[index]!));
  const narrow = inGroups(ofWidth(isNarrow));
  const wide = inGroups(ofWidth((column) => !isNarrow(column) && isByte(column)));
  const broad = inGroups(ofWidth(isBroad));
  const placed = [...narrow, ...wide, ...broad];
  const rowBytes = narrow.length + wide.length + 2 * broad.length;
  const short = ofWidth((column) => !isByte(column) && !isBroad(column));

  const binsOf = columns.map(() => 0);
  const binBytesOf = columns.map(() => 0);
  let slotBytes = 0;
  for (const [placedColumns, bytes] of [
    [narrow, groupBytes.narrow / 4],
    [wide, groupBytes.wide / 4],
    [broad, groupBytes.broad / 4],
  ] as const) {
    for (const column of placedColumns) {
      binsOf[column] = slotBytes;
      binBytesOf[column] = bytes;
      slotBytes += bytes;
    }
  }
  for (const column of short) {
    binsOf[column] = slotBytes;
    const bytes = Math.ceil(codesOf(columns[column]!) / 2) * 32;
    binBytesOf[column] = bytes;
    slotBytes += bytes;
  }
  slotBytes = Math.max(slotBytes, 32);

  const sideBytes = columns.reduce((most, column) => Math.max(most, codesOf(column)), 0);
  const mostJobs = Math.max(1, Math.min(256, Math.floor(mostSideBytes / Math.max(1, sideBytes))));
  // one for what is built and one for its parent; a tree has no more open nodes than rows
  const slotCount = Math.max(3, Math.min(Math.floor(histogramBytes / slotBytes), 2 * rows));
  const paddedRows = Math.ceil(rows / 4) * 4;

  const groups = { narrowGroups: narrow.length / 4, wideGroups: wide.length / 4 };
  const places = columns.map((column, index) => ({
    codes: reserve(rows * (isByte(column) ? 1 : 2)),
    codeBytes: isByte(column) ? (1 as const) : (2 as const),
    bins: binsOf[index]!,
    binBytes: binBytesOf[index]!,
    isNumeric: !column.isCategory,
  }));
  const layout = {
    rows,
    columns: places,
    codeRows: reserve(rows * rowBytes + 16),
    rowBytes,
    ...groups,
    placed,
    slotBytes,
    slotCount,
    shares: shareColumns(columns, placed, groups, short, threads),
    whole: shareColumns(columns, placed, groups, short, 1)[0]!,
    mostJobs,
    sideBytes,
    control: reserve(64 * (threads + 1)),
    rules: reserve(64),
    columnRecords: reserve(columns.length * recordBytes.column),
    sums: reserve(16),
    jobs: reserve(2 * mostJobs * recordBytes.job),
    searches: reserve(2 * mostJobs * recordBytes.search),
    searchNodes: reserve(2 * mostJobs * recordBytes.node),
    bests: reserve(2 * mostJobs * threads * recordBytes.best),
    lists: reserve(2 * mostJobs * columns.length * 4),
    sides: reserve(mostJobs * sideBytes),
    order: reserve(rows * 4),
    scratch: reserve(rows * 4),
    gradients: reserve(paddedRows * 4),
    hessians: reserve(paddedRows * 4),
    pairs: reserve(paddedRows * 16),
    histograms: reserve(slotCount * slotBytes),
  };
  return { ...layout, bytes: end };
}

/** How many codes a column has. */
export function codesOf({ bins, hasMissing }: BinnedColumn): number {
  return bins + (hasMissing ? 1 : 0);
}

function isByte({ codes }: BinnedColumn): boolean {
  return codes instanceof Uint8Array;
}

function isNarrow(column: BinnedColumn): boolean {
  return codesOf(column) <= mostCodes.narrow;
}

function isBroad(column: BinnedColumn): boolean {
  return !isByte(column) && codesOf(column) <= mostCodes.broad;
}

function inGroups(columns: readonly number[]): number[] {
  const padding = (4 - (columns.length % 4)) % 4;
  return [...columns, ...Array.from({ length: padding }, () => -1)];
}

/** Deals out groups of columns, each a run of them; every column is summed by one thread, in the order of the rows. */
function shareColumns(
  columns: readonly BinnedColumn[],
  placed: readonly number[],
  { narrowGroups, wideGroups }: Pick<GrowerLayout, 'narrowGroups' | 'wideGroups'>,
  short: readonly number[],
  threads: number,
): ColumnShare[] {
  const groups = placed.length / 4;
  const bytes = narrowGroups + wideGroups;
  const units = groups + short.length;
  return Array.from({ length: threads }, (_, thread) => {
    const from = Math.floor((units * thread) / threads);
    const to = Math.floor((units * (thread + 1)) / threads);
    const shorts = short.slice(Math.max(0, from - groups), Math.max(0, to - groups));
    const searched = new Uint8Array(columns.length);
    for (const column of [...placed.slice(4 * from, 4 * Math.min(to, groups)), ...shorts]) {
      if (column !== -1 && !columns[column]!.isCategory) searched[column] = 1;
    }
    return {
      narrow: [clamp(from, 0, narrowGroups), clamp(to, 0, narrowGroups)] as const,
      wide: [clamp(from, narrowGroups, bytes), clamp(to, narrowGroups, bytes)] as const,
      broad: [clamp(from, bytes, groups), clamp(to, bytes, groups)] as const,
      short: shorts,
      searched,
    };
  });
}

/** How far a unit is into a range of units. */
function clamp(unit: number, low: number, high: number): number {
  return Math.min(Math.max(unit, low), high) - low;
}
