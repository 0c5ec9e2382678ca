import { readFileSync } from 'node:fs';
import {
  createExplainer,
  createGlobalView,
  type Explainer,
  type GlobalView,
  type ModelFacts,
} from '../../../src/explain/index.ts';
import { readArtifact } from '../../../src/formats/index.ts';
import type { FeatureSchema, Pipeline } from '../../../src/model/index.ts';
import { createSeededRandom } from '../../../src/testing/index.ts';

/** The pipeline of a model file of XGBoost 3.4.1. */
export function boosterOf(name: string): Pipeline {
  return readArtifact(readFileSync(`test/fixtures/xgboost/3.4.1/${name}.model.json`), {}).pipeline;
}

/** Rows of plausible numbers, some of them missing. */
export function rowsFor({ features }: FeatureSchema, count: number): Float64Array {
  const random = createSeededRandom(7);
  return Float64Array.from({ length: count * features.length }, (_, at) => {
    const { categories } = features[at % features.length]!;
    if (random() < 0.05) return Number.NaN;
    return categories === undefined ? random() * 100 : Math.floor(random() * categories.length);
  });
}

/** The view of rows that come in blocks of a size. */
export function viewOf(
  pipeline: Pipeline,
  values: Float64Array,
  options: {
    readonly block?: number;
    readonly sampleRows?: number;
    readonly explainer?: Explainer;
  } = {},
): GlobalView {
  const width = pipeline.schema.features.length;
  const count = values.length / width;
  const { block = count, explainer = createExplainer(pipeline), sampleRows } = options;
  const builder = createGlobalView(pipeline, explainer, {
    random: createSeededRandom(1),
    sampleRows,
  });
  for (let from = 0; from < count; from += block) {
    const to = Math.min(count, from + block);
    builder.add(values.subarray(from * width, to * width), to - from);
  }
  return builder.finish();
}

/** Facts about a model that has no card. */
export function factsOf({ schema }: Pipeline, facts: Partial<ModelFacts> = {}): ModelFacts {
  return {
    name: null,
    version: 'v1',
    format: 'xgboost',
    libraryVersion: '3.4.1',
    sha256: 'ab'.repeat(32),
    schema,
    slope: 1,
    maxRows: null,
    ...facts,
  };
}
