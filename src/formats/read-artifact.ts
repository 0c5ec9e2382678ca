import { SpillwayError } from '../core/index.ts';
import { catboostReader } from './catboost/catboost-reader.ts';
import type { JsonValue } from './json/json-value.ts';
import { looksLikeJson, parseJson } from './json/parse-json.ts';
import { lightgbmReader } from './lightgbm/lightgbm-reader.ts';
import { limits } from './limits.ts';
import { mlLogisticRegressionReader } from './ml-logistic-regression/ml-logistic-regression-reader.ts';
import { mlRandomForestReader } from './ml-random-forest/ml-random-forest-reader.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from './model-reader.ts';
import { onnxReader } from './onnx/onnx-reader.ts';
import { refuseBroken } from './refusals.ts';
import { sklearnReader } from './sklearn/sklearn-reader.ts';
import { spillwayLinearReader } from './spillway-linear/spillway-linear-reader.ts';
import { looksLikeUbjson, parseUbjson } from './ubjson/parse-ubjson.ts';
import { xgboostReader } from './xgboost/xgboost-reader.ts';

const readers: readonly ModelReader[] = [
  xgboostReader,
  lightgbmReader,
  mlRandomForestReader,
  mlLogisticRegressionReader,
  catboostReader,
  sklearnReader,
  onnxReader,
  spillwayLinearReader,
];

/** The names of the formats that can be read, as cards spell them. */
export const knownFormats: readonly string[] = Object.freeze(
  readers.map((reader) => reader.format),
);

const shownBytes = 16;
const iterationChoices: readonly string[] = ['all', 'best'];

/**
 * Reads a model file, whose format is told from its bytes and never from its name.
 * @throws SpillwayError `UNKNOWN_FORMAT`, `UNSUPPORTED_MODEL` for a feature that cannot be read, or `INVALID_MODEL` for
 * a broken file; nothing else, whatever the bytes.
 */
export function readArtifact(bytes: Uint8Array, options: ReadOptions = {}): ReadArtifact {
  const { format, maxBytes = limits.bytes } = options;
  if (format !== undefined && !knownFormats.includes(format)) {
    throw new SpillwayError('UNKNOWN_FORMAT', `unknown format "${format}"; ${known()}`);
  }
  if (bytes.length > maxBytes) {
    refuseBroken(`the file has ${bytes.length} bytes; at most ${maxBytes} are read`);
  }
  const source = { bytes, json: parse(bytes) };
  const reader = readers.find((candidate) => candidate.detects(source));
  if (reader === undefined) {
    throw new SpillwayError('UNKNOWN_FORMAT', `${describe(bytes)}; ${known()}`);
  }
  if (format !== undefined && reader.format !== format) {
    refuseBroken(`expected a file of format ${format}, got one of format ${reader.format}`);
  }
  checkIterations(reader, options);
  return Object.freeze(reader.read(source, options));
}

/** An option that did nothing would hide that nothing was chosen. */
function checkIterations(
  { format, knowsIterations }: ModelReader,
  { iterations }: ReadOptions,
): void {
  if (iterations === undefined) return;
  if (!iterationChoices.includes(iterations)) {
    refuseBroken('iterations: expected "all" or "best"');
  }
  if (knowsIterations !== true) {
    refuseBroken(`no iterations can be chosen: a file of format ${format} names no best one`);
  }
}

function parse(bytes: Uint8Array): JsonValue | null {
  if (looksLikeJson(bytes)) return parseJson(bytes);
  return looksLikeUbjson(bytes) ? parseUbjson(bytes) : null;
}

function known(): string {
  return `the formats that can be read are ${knownFormats.join(', ')}`;
}

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'the file is empty';
  const first = Array.from(bytes.subarray(0, shownBytes), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return `the file begins with the bytes ${first.join(' ')}, which no format does`;
}
