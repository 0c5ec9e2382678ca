import { type Clock, type ErrorCode, SpillwayError, systemClock } from '../core/index.ts';
import type { ReadArtifact } from '../formats/index.ts';
import { createModel } from '../inference/index.ts';
import type { Background, ModelCard } from '../model/index.ts';
import type { StoredVersion } from './file-model-store.ts';
import { readGoldenRows } from './golden-rows.ts';
import type { ModelVersion } from './model-version.ts';
import { readCard, readFiles, type VersionFiles } from './read-version-files.ts';
import { type GoldenFile, tryModel } from './try-model.ts';

/** What the files of a version say together. */
export interface ReadVersion extends ReadArtifact {
  /** The rows that explanations compare with; `null` when the card names none. */
  readonly background: Background | null;
}

/** A version as its files say, verified and read but not yet built: plain data, which a thread can hand over. */
export interface PreparedVersion {
  readonly name: string;
  readonly card: ModelCard | null;
  /** `null` when the version failed. */
  readonly content: PreparedContent | null;
  /** Why it failed; `null` otherwise. */
  readonly failure: { readonly code: ErrorCode | null; readonly message: string } | null;
}

interface PreparedContent extends ReadVersion {
  readonly sha256: string;
  readonly cardSha256: string | null;
  readonly golden: GoldenFile | null;
}

/**
 * Brings one version from its files to `ready`, or to `failed` with the reason: verify (card, checksums), build, try
 * (golden rows, warm). Never throws: one bad version does not stop the others.
 */
export async function loadVersion(
  stored: StoredVersion,
  read: (files: VersionFiles) => ReadVersion,
  clock: Clock = systemClock,
): Promise<ModelVersion> {
  return finishVersion(await prepareVersion(stored, read), clock);
}

/** The first half of `loadVersion`: files are verified and read. Never throws. */
export async function prepareVersion(
  stored: StoredVersion,
  read: (files: VersionFiles) => ReadVersion,
): Promise<PreparedVersion> {
  const { name } = stored;
  let card: ModelCard | null = null;
  try {
    const stated = await readCard(stored);
    card = stated?.card ?? null;
    const files = await readFiles(stored, stated);
    const content = read(files);
    const golden = readGolden(files, content);
    const { cardSha256, sha256 } = files;
    return { name, card, content: { ...content, cardSha256, sha256, golden }, failure: null };
  } catch (error) {
    return { name, card, content: null, failure: failureOf(error) };
  }
}

/** The second half of `loadVersion`: the model is built and tried. Never throws. */
export async function finishVersion(
  { card, content, failure, name }: PreparedVersion,
  clock: Clock = systemClock,
): Promise<ModelVersion> {
  if (content === null) return failedVersion(name, card, failure ?? { code: null, message: '' });
  const { background, cardSha256, format, golden, pipeline, sha256, warnings } = content;
  try {
    const model = createModel(pipeline);
    await tryModel(model, golden, clock);
    const noCard = card === null ? ['no card: features, thresholds and weight are inferred'] : [];
    return Object.freeze({
      name,
      state: 'ready',
      reason: null,
      warnings: [...noCard, ...warnings],
      card,
      model,
      predictor: null,
      serving: card?.serving ?? {},
      background,
      format,
      sha256,
      cardSha256,
      weight: card?.weight ?? 1,
    });
  } catch (error) {
    return failedVersion(name, card, failureOf(error));
  }
}

function failedVersion(
  name: string,
  card: ModelCard | null,
  { code, message }: NonNullable<PreparedVersion['failure']>,
): ModelVersion {
  return Object.freeze({
    name,
    state: 'failed',
    reason: code === null ? message : `${code}: ${message}`,
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

function failureOf(error: unknown): NonNullable<PreparedVersion['failure']> {
  const code = SpillwayError.isInstance(error) ? error.code : null;
  return { code, message: error instanceof Error ? error.message : 'unknown' };
}

function readGolden(
  { card, goldenRows: bytes }: VersionFiles,
  { pipeline: { schema } }: ReadVersion,
): GoldenFile | null {
  if (bytes === null || card?.goldenRows === undefined) return null;
  const { file, tolerance } = card.goldenRows;
  return { file, tolerance, rows: readGoldenRows(bytes, file, schema) };
}
