import { createHash } from 'node:crypto';
import { SpillwayError } from '../core/index.ts';
import { parseMlModel, type ReadArtifact } from '../formats/index.ts';
import { createModel } from '../inference/index.ts';
import {
  type Background,
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
  /** SHA-256 of the card's file. */
  readonly cardSha256: string | null;
  readonly covers: Buffer | null;
  readonly background: Buffer | null;
  /** Names of the model's inputs that stand outside the artifact and the card, in the signature of an MLflow model. */
  readonly columns?: readonly string[] | undefined;
}

/** What the files of a version say together. */
export interface ReadVersion extends ReadArtifact {
  /** The rows that explanations compare with; `null` when the card names none. */
  readonly background: Background | null;
}

/**
 * Brings one version from its files to `ready`, or to `failed` with the reason: verify (card, checksums), build, warm.
 * Never throws: one bad version does not stop the others.
 */
export async function loadVersion(
  stored: StoredVersion,
  read: (files: VersionFiles) => ReadVersion,
): Promise<ModelVersion> {
  let card: ModelCard | null = null;
  try {
    const stated = await readCard(stored);
    card = stated?.card ?? null;
    const files = await readFiles(stored, stated);
    const { background, format, pipeline, warnings } = read(files);
    const model = createModel(pipeline);
    warm(model);
    const noCard = card === null ? ['no card: features, thresholds and weight are inferred'] : [];
    return Object.freeze({
      name: stored.name,
      state: 'ready',
      reason: null,
      warnings: [...noCard, ...warnings],
      card,
      model,
      predictor: null,
      serving: card?.serving ?? {},
      background,
      format,
      sha256: files.sha256,
      cardSha256: files.cardSha256,
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
      predictor: null,
      serving: card?.serving ?? {},
      background: null,
      format: card?.format ?? null,
      sha256: null,
      cardSha256: null,
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

interface StatedCard {
  readonly card: ModelCard;
  readonly cardSha256: string;
}

async function readCard(stored: StoredVersion): Promise<StatedCard | null> {
  if (!stored.files.includes('card.json')) return null;
  const bytes = await stored.readFile('card.json');
  return { card: parseModelCard(bytes.toString('utf8')), cardSha256: hash(bytes) };
}

async function readFiles(stored: StoredVersion, stated: StatedCard | null): Promise<VersionFiles> {
  if (stated !== null) {
    const verified = async (file: CardFile | undefined) =>
      file === undefined ? null : readVerified(stored, file);
    const { artifact, backgroundRows, covers } = stated.card;
    return {
      ...stated,
      ...artifact,
      artifact: await readVerified(stored, artifact),
      covers: await verified(covers),
      background: await verified(backgroundRows),
    };
  }
  const { file, columns } = stored.files.includes(mlflowFile)
    ? await parseMlModel((await stored.readFile(mlflowFile)).toString('utf8'))
    : { file: onlyFile(stored) };
  const artifact = await stored.readFile(file);
  const nothing = { card: null, cardSha256: null, covers: null, background: null };
  return { file, artifact, sha256: hash(artifact), ...nothing, columns };
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
