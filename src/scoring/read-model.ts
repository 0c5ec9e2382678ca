import { SpillwayError } from '../core/index.ts';
import { inferPipeline, type ReadArtifact, readArtifact } from '../formats/index.ts';
import { createModel } from '../inference/index.ts';
import type { Column, Feature, FeatureSchema, Model, ModelCard, Pipeline } from '../model/index.ts';
import type { BuiltModel } from '../registry/index.ts';

/** What `readModel` may be told beside the bytes. */
export interface ReadModelOptions {
  /** Refuses a file of any other format. @default whichever the bytes are */
  readonly format?: string | undefined;
  /** Names of the inputs, in order, for files that do not name them. @default the names of the file, else f0, f1, ... */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Reads a model file, whatever its format, into a model that predicts what the training library would. A row has one
 * number per input of the file; a missing one is left to the model.
 * @throws SpillwayError `UNKNOWN_FORMAT`, `UNSUPPORTED_MODEL`, `INVALID_MODEL`; nothing else, whatever the bytes.
 */
export function readModel(bytes: Uint8Array, options: ReadModelOptions = {}): Model {
  return createModel(inferPipeline(readArtifact(bytes, options)));
}

/**
 * Builds the model of a version: the artifact, with the rows, columns and labels that its card states.
 * @throws SpillwayError what `readModel` throws, and `INVALID_CARD` when card and artifact do not fit together.
 */
export function buildModel(
  bytes: Uint8Array,
  card: ModelCard | null,
  covers: Uint8Array | null,
): BuiltModel {
  if (card === null) {
    const artifact = readArtifact(bytes);
    const { format, warnings } = artifact;
    return { model: createModel(inferPipeline(artifact)), format, warnings };
  }
  const schema: FeatureSchema = { features: card.features };
  const columns = columnsOf(card);
  const artifact = readArtifact(bytes, {
    format: card.format,
    columns: columns.map(({ name }) => name),
    covers: covers === null ? undefined : parseCovers(covers),
  });
  checkFit(card, columns, artifact);
  const pipeline: Pipeline = {
    schema,
    columns,
    model: artifact.model,
    task: card.task,
    labels: card.labels,
    decisionThreshold: card.decisionThreshold,
  };
  return { model: createModel(pipeline), format: artifact.format, warnings: artifact.warnings };
}

/** Without columns in the card every feature is one. */
function columnsOf(card: ModelCard): readonly Column[] {
  const indexOf = new Map(card.features.map(({ name }, index) => [name, index]));
  const stated = card.columns ?? card.features.map(({ name }) => plainColumn(name));
  return stated.map(({ name, from, missing, center, scale }) => ({
    name,
    missing: missing ?? Number.NaN,
    center,
    scale,
    sources: from.map(({ feature: featureName, equals, atLeast }) => {
      const feature = indexOf.get(featureName) ?? 0; // the card's schema has checked the name
      if (equals !== undefined)
        return { feature, take: 'equals', operand: codeOf(card.features[feature], equals) };
      if (atLeast !== undefined) return { feature, take: 'at-least', operand: atLeast };
      return { feature, take: 'value', operand: 0 };
    }),
  }));
}

function plainColumn(name: string): NonNullable<ModelCard['columns']>[number] {
  return {
    name,
    from: [{ feature: name, equals: undefined, atLeast: undefined }],
    missing: null,
    center: 0,
    scale: 1,
  };
}

function codeOf(feature: Feature | undefined, category: string | number): number {
  return feature?.categories?.indexOf(category) ?? -1;
}

function parseCovers(covers: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(covers).toString('utf8'));
  } catch (cause) {
    throw new SpillwayError('INVALID_MODEL', 'the covers are not JSON', { cause });
  }
}

function checkFit(card: ModelCard, columns: readonly Column[], artifact: ReadArtifact): void {
  if (card.task !== artifact.task) {
    throw new SpillwayError(
      'INVALID_CARD',
      `the card says ${card.task}, the artifact is for ${artifact.task}`,
    );
  }
  if (card.labels.length !== artifact.labels.length) {
    throw new SpillwayError(
      'INVALID_CARD',
      `the card has ${card.labels.length} labels, the artifact ${artifact.labels.length}`,
    );
  }
  if (artifact.model.kind !== 'linear-model') return;
  const open = columns.find(
    ({ missing, sources }) =>
      Number.isNaN(missing) &&
      sources.every(({ feature }) => card.features[feature]?.nullable ?? true),
  );
  if (open !== undefined) {
    throw new SpillwayError(
      'INVALID_CARD',
      `column ${open.name} of a linear model needs a value for missing, or a feature with "nullable": false`,
    );
  }
}
