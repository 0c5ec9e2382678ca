import { createHash } from 'node:crypto';
import { libraryVersion } from '../../core/index.ts';
import { createModel } from '../../inference/index.ts';
import {
  type Calibrator,
  type CardColumn,
  createRowReader,
  defaultRiskThresholds,
  type Feature,
  type Pipeline,
} from '../../model/index.ts';
import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import { drawRows, mixRows } from './draw-rows.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainedVersion } from './train-version.ts';

/** What the files of a version are made of. */
export interface VersionFilesInput {
  readonly trained: TrainedVersion;
  readonly algorithm: Algorithm;
  readonly config: TrainConfig;
  readonly data: TrainingData;
  /** The file of the rows: its name without folders, and its sha256. */
  readonly source: { readonly file: string; readonly sha256: string };
  readonly target: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

const goldenCount = 24;

/** The files of a version by their names: artifact, card, golden rows, background. */
export function versionFiles(input: VersionFilesInput): Map<string, Uint8Array> {
  const { config, data, seed, trained } = input;
  const { pipeline } = trained;
  const { features } = pipeline.schema;
  const files = new Map<string, Uint8Array>();
  files.set(trained.fit.file, trained.fit.artifact);
  if (trained.onnx !== null) files.set('model.onnx', trained.onnx);
  files.set('golden-rows.jsonl', goldenRows(pipeline, data, seed));
  if (config.background_rows > 0) {
    const rows = drawRows(data.table, features, config.background_rows, seed);
    const lines = rows.map((row) => JSON.stringify(features.map(({ name }) => row[name])));
    files.set('background.json', Buffer.from(`[\n${lines.join(',\n')}\n]\n`));
  }
  const card = describeCard(input, (file) => ({ file, sha256: hash(files.get(file)!) }));
  files.set('card.json', Buffer.from(`${JSON.stringify(card, null, 2)}\n`));
  return files;
}

/** Rows that are nobody's, and what the model answers to them, as `spillway score` writes it. */
function goldenRows(pipeline: Pipeline, { table }: TrainingData, seed: number): Uint8Array {
  const { features } = pipeline.schema;
  const model = createModel(pipeline);
  const reader = createRowReader(pipeline.schema);
  const lines = mixRows(table, features, goldenCount, seed).flatMap((row) => {
    const values = new Float64Array(features.length);
    return reader.read(row, values)
      ? [JSON.stringify({ row, ...model.predictValues(values) })]
      : [];
  });
  return Buffer.from(`${lines.join('\n')}\n`);
}

function describeCard(
  { algorithm, config, createdAt, data, seed, source, target, trained }: VersionFilesInput,
  reference: (file: string) => { readonly file: string; readonly sha256: string },
): Record<string, unknown> {
  const { calibrator, decisionThreshold, evaluation, fit, how, pipeline, trainedRows } = trained;
  const { explain, description, name, owner, intended_use, risk_thresholds, version, weight } =
    config.card;
  const { columnMeans, columns } = fit;
  const background = {
    ...(columnMeans !== null && { column_means: columnMeans }),
    ...(config.background_rows > 0 && { rows: reference('background.json') }),
  };
  return {
    name,
    version: version ?? createdAt.slice(0, 10),
    description: description ?? `${algorithm.title} for ${target}.`,
    format: fit.format,
    artifact: reference(fit.file),
    golden_rows: reference('golden-rows.jsonl'),
    task: pipeline.task,
    labels: pipeline.labels,
    ...(pipeline.task === 'binary' && { decision_threshold: decisionThreshold }),
    risk_thresholds: risk_thresholds ?? defaultRiskThresholds,
    weight: weight ?? 1,
    features: pipeline.schema.features.map(featureToWire),
    ...(calibrator !== null && { calibration: calibratorToWire(calibrator) }),
    ...(columns !== null && { columns: columns.map(columnToWire) }),
    ...(Object.keys(background).length > 0 && { background }),
    // covers and means do not attribute what a calibrator makes of a score
    explain:
      explain ??
      (calibrator === null || config.background_rows === 0
        ? undefined
        : { method: 'interventional' }),
    serving: config.card.serving,
    compliance: config.card.compliance,
    rules: config.card.rules,
    training: {
      source: source.file,
      data_sha256: source.sha256,
      target,
      rows: trainedRows,
      all_rows: data.table.rows,
      library: { name: 'spillway', version: libraryVersion },
      algorithm: algorithm.name,
      parameters: fit.parameters,
      seed,
      ...fit.facts,
      how,
      ...(trained.warnings.length > 0 && { warnings: trained.warnings }),
    },
    ...(evaluation !== null && {
      metrics: { rows: evaluation.rows, ...evaluation.metrics },
    }),
    created_at: createdAt,
    owner,
    intended_use,
  };
}

function calibratorToWire(calibrator: Calibrator): Record<string, unknown> {
  if (calibrator.kind === 'sigmoid') return { ...calibrator };
  return { kind: 'isotonic', x: [...calibrator.x], y: [...calibrator.y] };
}

/** A feature as a card spells it. */
export function featureToWire({ otherCategories, ...feature }: Feature): Record<string, unknown> {
  return {
    ...feature,
    ...(otherCategories !== undefined && { other_categories: otherCategories }),
  };
}

function columnToWire({ center, from, missing, name, scale }: CardColumn): Record<string, unknown> {
  return {
    name,
    from: from.map(({ atLeast, isMissing, ...source }) => ({
      ...source,
      at_least: atLeast,
      is_missing: isMissing,
    })),
    missing,
    ...(center !== 0 && { center }),
    ...(scale !== 1 && { scale }),
  };
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
