import { SpillwayError } from '../core/index.ts';
import { type ReadArtifact, readArtifact } from '../formats/index.ts';
import { createModel } from '../inference/index.ts';
import { joinSteps, type ModelCard, type Pipeline, type PipelineModel } from '../model/index.ts';
import type { BuiltModel, VersionFiles } from '../registry/index.ts';
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
 * Builds the model of a version: the artifact, with the rows, columns and labels that its card states.
 * @throws SpillwayError what `readModel` throws, and `INVALID_CARD` when card and artifact do not fit together.
 */
export function buildModel(files: VersionFiles): BuiltModel {
  const { format, pipeline, warnings } = readVersion(files);
  return { model: createModel(pipeline), format, warnings };
}

/** What the artifact of a version is, with the pipeline that its card makes of it. Throws what `buildModel` throws. */
export function readVersion({
  artifact: bytes,
  card,
  columns,
  covers,
}: VersionFiles): ReadArtifact {
  if (card === null) return readArtifact(bytes, { columns });
  const artifact = readArtifact(bytes, {
    format: card.format,
    columns: (card.columns ?? card.features).map(({ name }) => name),
    covers: covers === null ? undefined : parseCovers(covers),
    iterations: card.iterations,
  });
  checkFit(card, artifact.pipeline);
  const pipeline: Pipeline = {
    schema: { features: card.features },
    steps: joinSteps(cardSteps(card, artifact.pipeline.schema), artifact.pipeline.steps),
    model: artifact.pipeline.model,
    task: card.task,
    labels: card.labels,
    decisionThreshold: card.decisionThreshold,
  };
  return { ...artifact, pipeline };
}

function parseCovers(covers: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(covers).toString('utf8'));
  } catch (cause) {
    throw new SpillwayError('INVALID_MODEL', 'the covers are not JSON', { cause });
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
