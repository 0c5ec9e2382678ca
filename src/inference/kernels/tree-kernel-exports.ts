/** What assembly/tree-kernels.ts exports; the layouts of what the addresses point to are described there. */
export interface TreeKernelExports {
  readonly byteCodes32: ByteCodes;
  readonly byteCodes64: ByteCodes;
  readonly shortCodes32: ShortCodes;
  readonly shortCodes64: ShortCodes;
  readonly lanes32: Sums;
  readonly lanes64: Sums;
  readonly walks32: Sums;
  readonly walks64: Sums;
  readonly rowLeaves32: RowLeaves;
  readonly rowLeaves64: RowLeaves;
  readonly rowLeavesOfClasses: RowLeaves;
  readonly sumLeaves32: SumLeaves;
  readonly sumLeaves64: SumLeaves;
  readonly sumOutputs32: SumOutputs;
  readonly sumOutputs64: SumOutputs;
}

type ByteCodes = (
  rows: number,
  rowBytes: number,
  searches: number,
  searchesEnd: number,
  classes: number,
  classesEnd: number,
  codes: number,
  codeBytes: number,
  blocks: number,
) => void;

type ShortCodes = (
  rows: number,
  rowBytes: number,
  searches: number,
  searchesEnd: number,
  codes: number,
  codeBytes: number,
  rowCount: number,
) => void;

/** `slots` of the walks is not there: their `sums` follow `rowCount`. */
type Sums = (...addresses: number[]) => void;

type RowLeaves = (
  groups: number,
  groupsEnd: number,
  nodes: number,
  row: number,
  planeBytes: number,
  leaves: number,
  classesApart: number,
  columns: number,
  columnsEnd: number,
) => void;

type SumLeaves = (leaves: number, treeCount: number, values: number, base: number) => number;

type SumOutputs = (
  leaves: number,
  treeCount: number,
  values: number,
  treeOutputs: number,
  sums: number,
  leafSize: number,
) => void;
