import { faultsInWords, SpillwayError } from '../core/index.ts';
import { readArtifact } from '../formats/index.ts';
import { createModel } from '../inference/index.ts';
import {
  type Background,
  calibrate,
  type FeatureSchema,
  joinSteps,
  type ModelCard,
  type Pipeline,
  type PipelineModel,
  readBackground,
} from '../model/index.ts';
import type { ReadVersion, VersionFiles } from '../registry/index.ts';
import { cardSteps } from './card-steps.ts';

/** What `readModel` may be told beside the bytes. */
export interface ReadModelOptions {
  /** Refuses a file of any other format. @default whichever the bytes are */
  readonly format?: string | undefined;
  /** Names of the inputs, in order, for files that do not name them. @default the names of the file, else f0, f1, ... */
  readonly columns?: readonly string[] | undefined;
  /**
   * For an XGBoost file that names its best iteration: `all` of them answer, or those up to the `best` one. Refused for any
   * other file. @default what the `predict` of that which wrote the file does: `best` for the scikit-learn wrapper, else `all`
   */
  readonly iterations?: 'all' | 'best' | undefined;
}

/**
 * Reads a model file, whatever its format, into a model that predicts what the training library would. A row has one
 * number per input of the file; a missing one is left to the model.
 * @throws SpillwayError `UNKNOWN_FORMAT`, `UNSUPPORTED_MODEL`, `INVALID_MODEL`; nothing else, whatever the bytes.
 */
export function readModel(bytes: Uint8Array, options: ReadModelOptions = {}): PipelineModel {
  return createModel(readArtifact(bytes, options).pipeline);
}

/**
 * Reads the files of a version together: the artifact, with the rows, columns and labels that its card states.
 * @throws SpillwayError what `readModel` throws, and `INVALID_CARD` when card, artifact and background do not fit together.
 */
export function readVersion({
  artifact: bytes,
  background,
  card,
  columns,
  covers,
}: VersionFiles): ReadVersion {
  if (card === null) return { ...readArtifact(bytes, { columns }), background: null };
  const artifact = readArtifact(bytes, {
    format: card.format,
    columns: (card.columns ?? card.features).map(({ name }) => name),
    covers: covers === null ? undefined : parseJson(covers, 'the covers'),
    iterations: card.iterations,
  });
  checkFit(card, artifact.pipeline);
  const pipeline: Pipeline = {
    schema: { features: card.features },
    steps: joinSteps(cardSteps(card, artifact.pipeline.schema), artifact.pipeline.steps),
    model: calibrated(card, artifact.pipeline.model),
    task: card.task,
    labels: card.labels,
    decisionThreshold: card.decisionThreshold,
  };
  return {
    ...artifact,
    pipeline,
    background:
      background && backgroundOf(parseJson(background, 'the background'), pipeline.schema),
  };
}

function calibrated({ calibration }: ModelCard, model: Pipeline['model']): Pipeline['model'] {
  if (calibration === undefined) return model;
  if (model.kind !== 'calibrated-model') return calibrate(model, calibration);
  throw new SpillwayError('INVALID_CARD', 'calibration: the artifact is calibrated itself');
}

/** Explanations compare with every row of it, each time. */
const mostBackgroundRows = 10_000;

function backgroundOf(json: unknown, schema: FeatureSchema): Background {
  if (!Array.isArray(json) || json.length === 0 || json.length > mostBackgroundRows) {
    throw new SpillwayError(
      'INVALID_CARD',
      `expected the background to be an array of 1 to ${mostBackgroundRows} rows`,
    );
  }
  try {
    return readBackground(schema, json);
  } catch (cause) {
    const faults = SpillwayError.isInstance(cause) ? cause.faults : [];
    throw new SpillwayError('INVALID_CARD', `the background: ${faultsInWords(faults)}`, { cause });
  }
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new SpillwayError('INVALID_MODEL', `${what} must be JSON`, { cause });
  }
}

function checkFit(card: ModelCard, { labels, task }: Pipeline): void {
  if (card.task !== task) {
    throw new SpillwayError(
      'INVALID_CARD',
      `the card says ${card.task}, the artifact is for ${task}`,
    );
  }
  if (card.labels.length !== labels.length) {
    throw new SpillwayError(
      'INVALID_CARD',
      `the card has ${card.labels.length} labels, the artifact ${labels.length}`,
    );
  }
}
