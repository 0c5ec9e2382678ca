import { SpillwayError } from '../core/index.ts';
import { createExplainer } from '../explain/index.ts';
import { type ModelStructure, measureModel } from '../inference/index.ts';
import type {
  AttributionUnits,
  ExplanationMethod,
  Feature,
  Label,
  Pipeline,
  Task,
} from '../model/index.ts';
import {
  loadVersion,
  type ReadVersion,
  type StoredVersion,
  type VersionFiles,
} from '../registry/index.ts';
import { readVersion } from './read-model.ts';
import {
  type ExplanationSource,
  explainerOptions,
  explanationSource,
} from './version-explainer.ts';

/** What a model version is, for people. */
export interface VersionReport {
  readonly name: string;
  /** The artifact; `null` when it was not found. */
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string } | null;
  /** The name of the card, or whether there is one. */
  readonly card: string | null;
  /** What the artifact is; `null` when it cannot be read. */
  readonly model: ModelReport | null;
  /** Why the version would not serve; `null` when it would. */
  readonly failure: string | null;
  /** What is odd about the file but does not stop it. */
  readonly warnings: readonly string[];
}

/** What is in a model file. */
export interface ModelReport {
  readonly format: string;
  /** The version of the library that wrote the file, `null` when the file does not say. */
  readonly libraryVersion: string | null;
  readonly objective: string;
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly outputs: number;
  readonly structure: ModelStructure;
  readonly features: readonly Feature[];
  /** Inputs of the model behind the steps that make them. */
  readonly columns: number;
  readonly explanation:
    | { readonly method: ExplanationMethod; readonly units: AttributionUnits }
    | { readonly missing: string };
}

/** Looks into a version. What is wrong with it is part of the report; nothing is thrown. */
export async function inspectVersion(stored: StoredVersion): Promise<VersionReport> {
  let files: VersionFiles | null = null;
  let read: ReadVersion | null = null;
  const { card, name, reason } = await loadVersion(stored, (found) => {
    files = found;
    read = readVersion(found);
    return read;
  });
  return describe(name, card?.name ?? (card === null ? null : 'a card without a name'), reason, {
    files,
    read,
  });
}

function describe(
  name: string,
  card: string | null,
  failure: string | null,
  { files, read }: { files: VersionFiles | null; read: ReadVersion | null },
): VersionReport {
  return {
    name,
    file: files && { name: files.file, bytes: files.artifact.length, sha256: files.sha256 },
    card,
    model: read && describeModel(read, explanationSource(files?.card ?? null, read.background)),
    failure,
    warnings: read?.warnings ?? [],
  };
}

function describeModel(
  { format, libraryVersion, objective, pipeline }: ReadVersion,
  source: ExplanationSource,
): ModelReport {
  const { labels, model, schema, task } = pipeline;
  return {
    format,
    libraryVersion,
    objective,
    task,
    labels,
    outputs: model.outputs,
    structure: measureModel(model),
    features: schema.features,
    columns: model.columns.length,
    explanation: explainability(pipeline, source),
  };
}

function explainability(pipeline: Pipeline, source: ExplanationSource): ModelReport['explanation'] {
  if (source.explain.method === 'lime') {
    return { method: 'lime', units: pipeline.task === 'regression' ? 'target' : 'probability' };
  }
  try {
    const { method, units } = createExplainer(pipeline, explainerOptions(source));
    return { method, units };
  } catch (error) {
    if (SpillwayError.isInstance(error)) return { missing: error.message };
    throw error;
  }
}
