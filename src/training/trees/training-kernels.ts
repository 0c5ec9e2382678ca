/** What assembly/train-trees.ts exports; the layouts of what the addresses point to are described there. */
export interface TrainingKernels {
  readonly largest: (values: number, count: number) => number;
  readonly sumUnits: (values: number, count: number, scale: number) => number;
  readonly pairGradients: (
    gradients: number,
    hessians: number,
    count: number,
    gradientScale: number,
    hessianScale: number,
    pairs: number,
    sums: number,
  ) => void;
  readonly sumPairs: (rows: number, count: number, pairs: number, sums: number) => void;
  readonly addRows: (
    rows: number,
    count: number,
    codes: number,
    rowBytes: number,
    pairs: number,
    narrow: number,
    narrowHistogram: number,
    wideCodes: number,
    wide: number,
    wideHistogram: number,
  ) => void;
  readonly addBroad: (
    rows: number,
    count: number,
    codes: number,
    rowBytes: number,
    pairs: number,
    broad: number,
    histogram: number,
  ) => void;
  readonly addColumn: (
    rows: number,
    count: number,
    codes: number,
    pairs: number,
    histogram: number,
    bytes: number,
  ) => void;
  readonly subtract: (whole: number, part: number, bytes: number) => void;
  readonly searchSplits: (
    list: number,
    listEnd: number,
    columns: number,
    histogram: number,
    rules: number,
    node: number,
    best: number,
  ) => void;
  readonly countUp: (rows: number, count: number) => void;
  readonly partitionBytes: Partition;
  readonly partitionShorts: Partition;
  readonly addLeaf: (rows: number, count: number, margins: number, answer: number) => void;
  readonly spreadBytes: Spread;
  readonly spreadShorts: Spread;
  readonly inspect: (values: number, count: number) => number;
  readonly byteBins: FindBins;
  readonly shortBins: FindBins;
  /** Not in plain JavaScript, where `makeCuts` does it. */
  readonly sketch?: (
    values: number,
    count: number,
    weights: number,
    limit: number,
    work: number,
    levels: number,
  ) => number;
}

type Partition = (
  rows: number,
  count: number,
  codes: number,
  sides: number,
  scratch: number,
) => number;

type Spread = (
  first: number,
  second: number,
  third: number,
  fourth: number,
  count: number,
  target: number,
  rowBytes: number,
) => void;

type FindBins = (
  values: number,
  count: number,
  cuts: number,
  firstStep: number,
  last: number,
  missing: number,
  codes: number,
) => void;
