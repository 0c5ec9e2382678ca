import { SpillwayError } from '../../core/index.ts';
import { openInput, peekFormat } from '../../data/index.ts';
import type { Task } from '../../model/index.ts';
import {
  type InferredData,
  inferTrainingData,
  readTrainingData,
  type TrainingData,
  taskOfObjective,
} from '../../training/index.ts';
import type { TrainRequest } from './train-request.ts';

/** Looks through the file once to learn what its columns are, and reads it again as that. */
export function readData(
  request: TrainRequest,
  precision: 'float32' | 'float64',
): Promise<InferredData> {
  const { config, data: file, target } = request;
  return inferTrainingData({
    open: () => openInput(file),
    target,
    task: config.task ?? taskOf(request),
    positive: config.positive ?? null,
    ignore: config.ignore,
    weight: config.weight ?? null,
    key: config.split?.column ?? null,
    schema: config.schema,
    maxCategories: config.max_categories,
    precision,
  });
}

/** What the algorithm leaves open of the task. */
function taskOf({ algorithm, config }: TrainRequest): Task | null {
  if (algorithm === 'linear') return 'regression';
  return algorithm === 'boosting' ? taskOfObjective(config.boosting) : null;
}

/** Reads rows of another file, to measure on, as the columns of the first one were found to be. */
export async function readAs(
  { config, target: name }: TrainRequest,
  file: string,
  { schema, target }: InferredData,
  precision: 'float32' | 'float64',
): Promise<TrainingData> {
  try {
    return await readTrainingData({
      ...(await peekFormat(openInput(file))),
      features: schema.features,
      target: { name, labels: target.task === 'regression' ? null : target.labels },
      weight: config.weight ?? null,
      key: config.split?.column ?? null,
      precision,
      isMeasured: true,
    });
  } catch (error) {
    // an error of the file itself names it already
    if (!SpillwayError.isInstance(error) || error.code === 'FILE_UNAVAILABLE') throw error;
    const { code, faults, message } = error;
    throw new SpillwayError(code, `${file}: ${message}`, { cause: error, faults });
  }
}
