import { createHash } from 'node:crypto';
import { SpillwayError } from '../core/index.ts';
import { checkPrediction, type Model, type ModelCard, parseModelCard } from '../model/index.ts';
import type { StoredVersion } from './file-model-store.ts';
import type { ModelVersion } from './model-version.ts';

/** Turns verified bytes into a model; given from above, since formats and inference are other rooms. */
export type BuildModel = (
  artifact: Buffer,
  card: ModelCard | null,
  covers: Buffer | null,
) => BuiltModel;

/** A model, the format of its artifact, and what its reader found odd. */
export interface BuiltModel {
  readonly model: Model;
  readonly format: string;
  readonly warnings: readonly string[];
}

/**
 * Brings one version from its files to `ready`, or to `failed` with the reason: verify (card, checksums), build, warm.
 * Never throws: one bad version does not stop the others.
 */
export async function loadVersion(stored: StoredVersion, build: BuildModel): Promise<ModelVersion> {
  let card: ModelCard | null = null;
  try {
    if (stored.files.includes('card.json')) {
      card = parseModelCard((await stored.readFile('card.json')).toString('utf8'));
    }
    const artifact = await stored.readFile(card?.artifact.file ?? onlyFile(stored));
    const sha256 = createHash('sha256').update(artifact).digest('hex');
    if (card !== null) verify(card.artifact.file, card.artifact.sha256, sha256);
    const covers = card?.covers === undefined ? null : await stored.readFile(card.covers.file);
    if (covers !== null && card?.covers !== undefined) {
      verify(
        card.covers.file,
        card.covers.sha256,
        createHash('sha256').update(covers).digest('hex'),
      );
    }
    const { model, format, warnings } = build(artifact, card, covers);
    warm(model);
    const noCard = card === null ? ['no card: features, thresholds and weight are inferred'] : [];
    return Object.freeze({
      name: stored.name,
      state: 'ready',
      reason: null,
      warnings: [...noCard, ...warnings],
      card,
      model,
      format,
      sha256,
      weight: card?.weight ?? 1,
    });
  } catch (error) {
    return Object.freeze({
      name: stored.name,
      state: 'failed',
      reason:
        error instanceof Error
          ? `${SpillwayError.isInstance(error) ? `${error.code}: ` : ''}${error.message}`
          : 'unknown',
      warnings: [],
      card,
      model: null,
      format: card?.format ?? null,
      sha256: null,
      weight: card?.weight ?? 0,
    });
  }
}

function onlyFile(stored: StoredVersion): string {
  const [file, ...others] = stored.files;
  if (file === undefined)
    throw new SpillwayError('MODEL_NOT_FOUND', 'the folder has no file that can be read');
  if (others.length > 0) {
    throw new SpillwayError(
      'INVALID_CARD',
      `without a card.json a version must hold exactly one file; it has ${stored.files.join(', ')}`,
    );
  }
  return file;
}

function verify(file: string, expected: string, actual: string): void {
  if (expected !== actual) {
    throw new SpillwayError(
      'CHECKSUM_MISMATCH',
      `${file} has sha256 ${actual}, the card says ${expected}`,
    );
  }
}

const warmRows = 30;

/** Asks for rows of which more and more is known, so that a model that cannot answer fails here and the code is compiled. */
function warm(model: Model): void {
  const { features } = model.schema;
  const values = Float64Array.from(features, ({ nullable, min }) =>
    nullable === false ? (min ?? 0) : Number.NaN,
  );
  for (let row = 0; row < warmRows; row++) {
    checkPrediction(model.predictValues(values), model);
    const feature = features[row % features.length];
    values[row % features.length] = feature?.min ?? 0;
  }
}
