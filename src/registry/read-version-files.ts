import { createHash } from 'node:crypto';
import { SpillwayError } from '../core/index.ts';
import { parseMlModel } from '../formats/index.ts';
import { type CardFile, type ModelCard, parseModelCard } from '../model/index.ts';
import type { StoredVersion } from './file-model-store.ts';

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
  readonly goldenRows: Buffer | null;
  /** Names of the model's inputs that stand outside the artifact and the card, in the signature of an MLflow model. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Reads the files of a version.
 * @throws SpillwayError `INVALID_CARD`, `CHECKSUM_MISMATCH`, `MODEL_NOT_FOUND`, `INVALID_MODEL`, `UNSUPPORTED_MODEL`.
 */
export async function readVersionFiles(stored: StoredVersion): Promise<VersionFiles> {
  return readFiles(stored, await readCard(stored));
}

/** A card that was read, and what its bytes hash to. */
export interface StatedCard {
  readonly card: ModelCard;
  readonly cardSha256: string;
}

/** Reads the card of a version; `null` when it has none. */
export async function readCard(stored: StoredVersion): Promise<StatedCard | null> {
  if (!stored.files.includes('card.json')) return null;
  const bytes = await stored.readFile('card.json');
  return { card: parseModelCard(bytes.toString('utf8')), cardSha256: hash(bytes) };
}

/** Reads what a card names, verified; without a card the one file there is. */
export async function readFiles(
  stored: StoredVersion,
  stated: StatedCard | null,
): Promise<VersionFiles> {
  if (stated !== null) {
    const verified = async (file: CardFile | undefined) =>
      file === undefined ? null : readVerified(stored, file);
    const { artifact, backgroundRows, covers, goldenRows } = stated.card;
    return {
      ...stated,
      ...artifact,
      artifact: await readVerified(stored, artifact),
      covers: await verified(covers),
      background: await verified(backgroundRows),
      goldenRows: await verified(goldenRows),
    };
  }
  const { file, columns } = stored.files.includes(mlflowFile)
    ? await parseMlModel((await stored.readFile(mlflowFile)).toString('utf8'))
    : { file: onlyFile(stored) };
  const artifact = await stored.readFile(file);
  const nothing = { card: null, cardSha256: null, covers: null, background: null };
  return { file, artifact, sha256: hash(artifact), ...nothing, goldenRows: null, columns };
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
