import { Buffer } from 'node:buffer';
import { SpillwayError } from '../../core/index.ts';
import { openInput, type StatedFeature } from '../../data/index.ts';
import type { Feature, Label, Task } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';
import { inferTrainingData } from './infer-training-data.ts';

/** Rows to learn from, and what is stated about them. */
export interface TrainingTableOptions {
  /** The path of a CSV with a header or of JSON Lines, or the rows. */
  readonly data: string | readonly Readonly<Record<string, unknown>>[];
  /** The column that a model is to answer. */
  readonly target: string;
  /** @default what the values of the target say: two are binary, several texts multiclass, several numbers a regression */
  readonly task?: Task | undefined;
  /** Binary: the label whose probability is answered. @default by the labels: `Yes`, `true`, 1, ..., else the second one */
  readonly positive?: Label | undefined;
  /** Columns that are no features. @default none */
  readonly ignore?: readonly string[] | undefined;
  /** The column that says how much a row counts. @default none */
  readonly weight?: string | undefined;
  /** What is known of features better than their values tell. @default none */
  readonly schema?: readonly StatedFeature[] | undefined;
  /** A column of texts with more different ones is left out. @default 1000 */
  readonly maxCategories?: number | undefined;
}

/** Rows as columns of numbers and codes, with the target apart: `table`, `labels` and `weights` are what trainings take. */
export interface LabeledTable {
  readonly table: TrainingTable;
  /** One per row: the place of its label in `classes`, or the number of a regression. */
  readonly labels: Float64Array;
  /** One per row; `undefined` without a column of weights. */
  readonly weights: Float64Array | undefined;
  readonly task: Task;
  /** Binary: the negative label, then the positive one. Empty for a regression. */
  readonly classes: readonly Label[];
  /** The columns as a card describes them. */
  readonly features: readonly Feature[];
  /** The columns that are no features, and why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** What is odd about the columns, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Reads rows to train on, from a file or from memory: what each column is, and what the target's labels are, is told from
 * the values as `spillway train` does it.
 * @throws SpillwayError `INVALID_DATA` for rows that nothing can be learned from, naming their line, `INVALID_CONFIG` for
 * statements that do not fit them, `FILE_UNAVAILABLE`, `INVALID_JSON`, `INVALID_UTF8`.
 */
export async function readTrainingTable(options: TrainingTableOptions): Promise<LabeledTable> {
  const { data: given } = options;
  const { data, schema, target } = await inferTrainingData({
    open: () => (typeof given === 'string' ? openInput(given) : spellRows(given)),
    target: options.target,
    task: options.task ?? null,
    positive: options.positive ?? null,
    ignore: options.ignore ?? [],
    weight: options.weight ?? null,
    key: null,
    schema: options.schema ?? [],
    maxCategories: options.maxCategories ?? 1000,
    precision: 'float64',
  });
  return Object.freeze({
    table: data.table,
    labels: data.targets,
    weights: data.weights ?? undefined,
    task: target.task,
    classes: Object.freeze([...target.labels]),
    features: Object.freeze([...schema.features]),
    leftOut: Object.freeze([...schema.leftOut]),
    warnings: Object.freeze([...schema.warnings]),
  });
}

/** One way in for all rows: those from memory pass the reader of JSON Lines. */
async function* spellRows(
  rows: readonly Readonly<Record<string, unknown>>[],
): AsyncGenerator<Uint8Array> {
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const isLost = typeof value === 'bigint' || (typeof value === 'number' && isInfinite(value));
      if (isLost) {
        const message = `row ${index}: ${JSON.stringify(name)} is ${value}, and no finite number`;
        throw new SpillwayError('INVALID_DATA', message);
      }
    }
    yield Buffer.from(`${JSON.stringify(row)}\n`);
  }
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}
