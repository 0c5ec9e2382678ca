import {
  type InferredSchema,
  inferSchema,
  peekFormat,
  type StatedFeature,
  summariseRows,
  type TableSummary,
} from '../../data/index.ts';
import type { Label, Task } from '../../model/index.ts';
import { type ChosenTarget, chooseTarget } from './choose-target.ts';
import { readTrainingData, type TrainingData } from './read-training-data.ts';

/** Rows to learn from, and what is stated about their columns. */
export interface InferredDataOptions {
  /** Opens the rows, CSV with a header or JSON Lines, from their beginning; called twice. */
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly target: string;
  /** `null`: told from the values of the target. */
  readonly task: Task | null;
  /** Binary: the label whose probability is answered; `null`: told from the labels. */
  readonly positive: Label | null;
  /** Columns that are no features. */
  readonly ignore: readonly string[];
  /** The column that says how much a row counts. */
  readonly weight: string | null;
  /** A column whose texts are kept as they are. */
  readonly key: string | null;
  /** What is known of features better than their values tell. */
  readonly schema: readonly StatedFeature[];
  /** A column of texts with more different ones is left out. */
  readonly maxCategories: number;
  readonly precision: 'float32' | 'float64';
}

/** The rows of a training, and what is known of them. */
export interface InferredData {
  readonly summary: TableSummary;
  readonly schema: InferredSchema;
  readonly target: ChosenTarget;
  readonly data: TrainingData;
}

/**
 * Looks through the rows once to learn what their columns are, and reads them again as that.
 * @throws SpillwayError `INVALID_DATA` for rows that nothing can be learned from, what `readRows` throws.
 */
export async function inferTrainingData(options: InferredDataOptions): Promise<InferredData> {
  const { ignore, key, maxCategories, open, positive, precision, task, weight } = options;
  const { format, source } = await peekFormat(open());
  const summary = await summariseRows(source, { format, mostValues: maxCategories });
  const target = chooseTarget(summary, { name: options.target, task, positive });
  const schema = inferSchema(summary, {
    exclude: [options.target, weight, key, ...ignore].filter((column) => column !== null),
    stated: options.schema,
    mostCategories: maxCategories,
  });
  const data = await readTrainingData({
    ...(await peekFormat(open())),
    rows: summary.rows,
    features: schema.features,
    target: { name: options.target, labels: target.task === 'regression' ? null : target.labels },
    weight,
    key,
    precision,
  });
  return { summary, schema, target, data };
}
