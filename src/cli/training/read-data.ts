import {
  type InferredSchema,
  inferSchema,
  openInput,
  peekFormat,
  summariseRows,
  type TableSummary,
} from '../../data/index.ts';
import type { Task } from '../../model/index.ts';
import {
  type ChosenTarget,
  chooseTarget,
  readTrainingData,
  type TrainingData,
  taskOfObjective,
} from '../../training/index.ts';
import type { TrainRequest } from './train-request.ts';

/** The rows of a training, and what is known of them. */
export interface ReadData {
  readonly summary: TableSummary;
  readonly schema: InferredSchema;
  readonly target: ChosenTarget;
  readonly data: TrainingData;
}

/** Looks through the file once to learn what its columns are, and reads it again as that. */
export async function readData(
  request: TrainRequest,
  precision: 'float32' | 'float64',
): Promise<ReadData> {
  const { config, data: file, target: name } = request;
  const { source, format } = await peekFormat(openInput(file));
  const mostValues = config.max_categories;
  const summary = await summariseRows(source, { format, mostValues });
  const target = chooseTarget(summary, {
    name,
    task: config.task ?? taskOf(request),
    positive: config.positive ?? null,
  });
  const key = config.split?.column;
  const exclude = [name, config.weight, key, ...config.ignore].filter(
    (column) => column !== undefined,
  );
  const schema = inferSchema(summary, {
    exclude,
    stated: config.schema,
    mostCategories: mostValues,
  });
  const data = await readAs(request, file, { schema, target }, precision, summary.rows);
  return { summary, schema, target, data };
}

/** What the algorithm leaves open of the task. */
function taskOf({ algorithm, config }: TrainRequest): Task | null {
  if (algorithm === 'linear') return 'regression';
  return algorithm === 'boosting' ? taskOfObjective(config.boosting) : null;
}

/** Reads rows of a file as the columns of another one were found to be; without a count they are rows to measure on. */
export async function readAs(
  { config, target: name }: TrainRequest,
  file: string,
  { schema, target }: Pick<ReadData, 'schema' | 'target'>,
  precision: 'float32' | 'float64',
  rows?: number,
): Promise<TrainingData> {
  const { source, format } = await peekFormat(openInput(file));
  return readTrainingData({
    source,
    format,
    rows,
    features: schema.features,
    target: { name, labels: target.task === 'regression' ? null : target.labels },
    weight: config.weight ?? null,
    key: config.split?.column ?? null,
    precision,
    isMeasured: rows === undefined,
  });
}
