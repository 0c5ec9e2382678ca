import { SpillwayError } from '../../core/index.ts';
import { readRows } from '../../data/index.ts';
import type { Feature, Label } from '../../model/index.ts';
import type { TrainingColumn, TrainingTable } from '../training-table.ts';

/** Where rows to train on come from, and what its columns are for. */
export interface TrainingSource {
  readonly source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly format: 'csv' | 'jsonl';
  /** How many rows there are, when that is known. @default found by reading */
  readonly rows?: number | undefined;
  readonly features: readonly Feature[];
  readonly target: {
    readonly name: string;
    /** What the target may be, in the order of their codes; `null` for a number. */
    readonly labels: readonly Label[] | null;
  };
  /** The column that says how much a row counts. */
  readonly weight: string | null;
  /** A column whose texts are kept as they are: the group or the time of a row. */
  readonly key: string | null;
  /** Whether rows are to be measured on, where features that take other categories get them. @default false */
  readonly isMeasured?: boolean | undefined;
  /** Features are kept as float32 for trees, which look at no more of them. */
  readonly precision: 'float32' | 'float64';
}

/** Rows to train on, in memory. */
export interface TrainingData {
  readonly table: TrainingTable;
  /** One per row: the code of the label, or the number. */
  readonly targets: Float64Array;
  readonly weights: Float64Array | null;
  readonly keys: readonly string[] | null;
}

/**
 * Reads rows into columns. A target that is missing, infinite or no known label, and a weight that is missing or negative,
 * are refused with their line.
 * @throws SpillwayError what `readRows` throws.
 */
export async function readTrainingData({
  features,
  format,
  isMeasured = false,
  key,
  precision,
  rows: expected,
  source,
  target,
  weight,
}: TrainingSource): Promise<TrainingData> {
  // nothing can be learned of strangers; the model that serves takes them
  const inputs = isMeasured
    ? features
    : features.map((feature): Feature => ({ ...feature, otherCategories: false }));
  const others = [targetFeature(target), ...(weight === null ? [] : [weightFeature(weight)])];
  const blocks = readRows(source, {
    format,
    schema: { features: [...inputs, ...others] },
    idColumn: key,
    ignoreUnknown: true,
    complete: format === 'csv',
  });
  const width = inputs.length + others.length;
  const make = (length: number): Float32Array | Float64Array =>
    precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  let capacity = expected ?? 4096;
  let columns = inputs.map(() => make(capacity));
  let plain = others.map(() => new Float64Array(capacity));
  const keys: string[] | null = key === null ? null : [];
  let rows = 0;
  for await (const { count, ids, values } of blocks) {
    if (rows + count > capacity) {
      capacity = Math.max(2 * capacity, rows + count);
      columns = columns.map((column) => grow(column, make(capacity)));
      plain = plain.map((column) => grow(column, new Float64Array(capacity)));
    }
    for (const [index, column] of [...columns, ...plain].entries()) {
      for (let row = 0; row < count; row++) column[rows + row] = values[row * width + index]!;
    }
    if (keys !== null) for (const id of ids ?? []) keys.push(id);
    rows += count;
  }
  const [targets, weights = null] = plain.map((column) => column.subarray(0, rows));
  if (weights !== null && !weights.some((value) => value > 0)) {
    throw new SpillwayError('INVALID_DATA', `column "${weight}": every weight is 0`);
  }
  return {
    table: {
      rows,
      columns: inputs.map(
        ({ categories = [], name, type }, index): TrainingColumn => ({
          name,
          type,
          values: columns[index]!.subarray(0, rows),
          categories,
        }),
      ),
    },
    targets: targets!,
    weights,
    keys,
  };
}

function grow<Column extends Float32Array | Float64Array>(from: Column, into: Column): Column {
  into.set(from);
  return into;
}

function targetFeature({ labels, name }: TrainingSource['target']): Feature {
  const needed = { name, required: true, nullable: false };
  if (labels !== null) return { ...needed, type: 'category', categories: labels };
  // bounds keep infinite numbers out
  return { ...needed, type: 'number', min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
}

function weightFeature(name: string): Feature {
  return { name, type: 'number', min: 0, max: Number.MAX_VALUE, required: true, nullable: false };
}
