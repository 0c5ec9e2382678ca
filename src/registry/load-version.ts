import { createHash } from 'node:crypto';
import { SpillwayError } from '../core/index.ts';
import { parseMlModel } from '../formats/index.ts';
import {
  type CardFile,
  checkPrediction,
  type Model,
  type ModelCard,
  parseModelCard,
} from '../model/index.ts';
import type { StoredVersion } from './file-model-store.ts';
import type { ModelVersion } from './model-version.ts';

/** What a version was found to consist of; checksums of the card are verified. */
export interface VersionFiles {
  /** The name of the artifact's file. */
  readonly file: string;
  readonly artifact: Buffer;
  /** SHA-256 of the artifact in hexadecimal. */
  readonly sha256: string;
  readonly card: ModelCard | null;
  readonly covers: Buffer | null;
  /** Names of the model's inputs that stand outside the artifact and the card, in the signature of an MLflow model. */
  readonly columns?: readonly string[] | undefined;
}

/** Turns verified files into a model; given from above, since formats and inference are other rooms. */
export type BuildModel = (files: VersionFiles) => BuiltModel;

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
    card = await readCard(stored);
    const files = await readFiles(stored, card);
    const { model, format, warnings } = build(files);
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
      sha256: files.sha256,
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

/**
 * Reads the files of a version.
 * @throws SpillwayError `INVALID_CARD`, `CHECKSUM_MISMATCH`, `MODEL_NOT_FOUND`, `INVALID_MODEL`, `UNSUPPORTED_MODEL`.
 */
export async function readVersionFiles(stored: StoredVersion): Promise<VersionFiles> {
  return readFiles(stored, await readCard(stored));
}

async function readCard(stored: StoredVersion): Promise<ModelCard | null> {
  if (!stored.files.includes('card.json')) return null;
  return parseModelCard((await stored.readFile('card.json')).toString('utf8'));
}

async function readFiles(stored: StoredVersion, card: ModelCard | null): Promise<VersionFiles> {
  if (card !== null) {
    const artifact = await readVerified(stored, card.artifact);
    const covers = card.covers === undefined ? null : await readVerified(stored, card.covers);
    const { file, sha256 } = card.artifact;
    return { file, artifact, sha256, card, covers };
  }
  const { file, columns } = stored.files.includes(mlflowFile)
    ? await parseMlModel((await stored.readFile(mlflowFile)).toString('utf8'))
    : { file: onlyFile(stored) };
  const artifact = await stored.readFile(file);
  return { file, artifact, sha256: hash(artifact), card, covers: null, columns };
}

/** What the folder of an MLflow model is known by. */
const mlflowFile = 'MLmodel';

async function readVerified(stored: StoredVersion, { file, sha256 }: CardFile): Promise<Buffer> {
  const bytes = await stored.readFile(file);
  const actual = hash(bytes);
  if (sha256 === actual) return bytes;
  throw new SpillwayError(
    'CHECKSUM_MISMATCH',
    `${file} has sha256 ${actual}, the card says ${sha256}`,
  );
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
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
