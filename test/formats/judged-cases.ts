import { readArtifact, writeBooster, writePipeline } from '../../src/formats/index.ts';
import { createPredictor } from '../../src/inference/index.ts';
import type { Pipeline } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { type BoosterShape, createRandomBooster, createRandomRows } from './random-booster.ts';
import { fixturesOf, versions } from './xgboost-fixtures.ts';

/** A model that we wrote, with rows that the real XGBoost is asked; `scripts/fixtures/xgboost_reads_ours.py` says what each field is. */
export interface JudgedCase {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly columns: readonly string[];
  readonly types: readonly string[] | null;
  readonly words: readonly (readonly unknown[] | null)[] | null;
  readonly since: readonly number[];
  readonly probability: boolean;
  readonly rows: Float32Array;
  readonly margins: Float32Array;
}

const everyVersion = [1, 7];
const coded = [3, 40, 0, 0, 0];

const shapes: Readonly<Record<string, BoosterShape & { readonly since?: readonly number[] }>> = {
  logistic: { objective: 'binary:logistic', baseScores: [0.3] },
  'logistic-weighted': {
    objective: 'binary:logistic',
    objectiveParameters: { scale_pos_weight: '3' },
    baseScores: [0.0123],
  },
  'logistic-all-negative': { objective: 'binary:logistic', baseScores: [0] },
  'logistic-all-positive': { objective: 'binary:logistic', baseScores: [1] },
  'logistic-stopped': {
    objective: 'binary:logistic',
    attributes: { best_iteration: '3', best_score: '0.5' },
  },
  logitraw: { objective: 'binary:logitraw', baseScores: [-0.5] },
  hinge: { objective: 'binary:hinge', baseScores: [1] },
  softprob: {
    objective: 'multi:softprob',
    objectiveParameters: { num_class: '3' },
    classes: 3,
    outputs: 3,
    baseScores: [0.5, 0.5, 0.5],
  },
  'softprob-prior': {
    objective: 'multi:softprob',
    classes: 3,
    outputs: 3,
    baseScores: [0.5, -0.25, -0.1],
    attributes: { best_iteration: '5' },
  },
  'softprob-prior-forest': {
    objective: 'multi:softprob',
    classes: 3,
    outputs: 3,
    parallelTrees: 4,
    rounds: 2,
    baseScores: [0.5, -0.25, -0.1],
  },
  squared: { baseScores: [-2.25] },
  'squared-log': { objective: 'reg:squaredlogerror', baseScores: [1.5] },
  'squared-two': { outputs: 2, baseScores: [-2.25, 0.3] },
  'squared-forest': { parallelTrees: 10, rounds: 1 },
  absolute: { objective: 'reg:absoluteerror', baseScores: [1.5] },
  huber: { objective: 'reg:pseudohubererror', objectiveParameters: { huber_slope: '2' } },
  'logistic-regression': { objective: 'reg:logistic', baseScores: [0.6] },
  poisson: { objective: 'count:poisson', baseScores: [2.5] },
  tweedie: {
    objective: 'reg:tweedie',
    objectiveParameters: { tweedie_variance_power: '1.3' },
    baseScores: [2.5],
  },
  gamma: { objective: 'reg:gamma', baseScores: [12.5] },
  quantile: {
    objective: 'reg:quantileerror',
    objectiveParameters: { quantile_alpha: '[5E-1]' },
    baseScores: [0.75],
    since: [2, 0],
  },
  quantiles: {
    objective: 'reg:quantileerror',
    objectiveParameters: { quantile_alpha: '[1E-1,9E-1]' },
    outputs: 2,
    baseScores: [-0.75, 0.75],
    since: [2, 0],
  },
  categorical: { objective: 'binary:logistic', categories: coded },
  'categorical-classes': {
    objective: 'multi:softprob',
    classes: 4,
    outputs: 4,
    baseScores: [0.1, 0.2, 0.3, 0.4],
    categories: coded,
  },
  infinite: { isInfinite: true },
  'no-trees': { objective: 'binary:logistic', rounds: 0, baseScores: [0.2] },
  'no-trees-classes': {
    objective: 'multi:softprob',
    classes: 3,
    outputs: 3,
    rounds: 0,
    baseScores: [0.2, 0.1, 0],
  },
  unnamed: {
    columns: Array.from({ length: 5 }, (_, index) => ({ name: `f${index}`, type: 'float' })),
  },
  'named-beyond-ascii': {
    columns: ['Größe', '年齢', 'a "quoted" one', 'back\\slash', 'tab\t'].map((name) => ({
      name,
      type: 'float',
    })),
  },
  'forest-binary': {
    isForest: true,
    parallelTrees: 30,
    rounds: 1,
    baseScores: [0],
    attributes: { spillway_task: 'binary' },
  },
  'forest-classes': {
    isForest: true,
    parallelTrees: 30,
    rounds: 1,
    outputs: 3,
    baseScores: [0, 0, 0],
    attributes: { spillway_task: 'multiclass' },
  },
};

/** Boosters of random trees, one for each kind of file that training makes. */
export function boosterCases(): JudgedCase[] {
  return Object.entries(shapes).map(([name, { since = everyVersion, ...shape }], index) => {
    const random = createSeededRandom(index);
    const booster = createRandomBooster(random, shape);
    const rows = createRandomRows(random, booster, shape.categories);
    const json = writeBooster(booster);
    const { pipeline } = readArtifact(json);
    return {
      name,
      files: {
        [`${name}.json`]: json,
        [`${name}.ubj`]: writeBooster(booster, { encoding: 'ubjson' }),
      },
      columns: booster.columns.map((column) => column.name),
      types: shape.categories === undefined ? null : booster.columns.map(({ type }) => type),
      words: null,
      since,
      probability: pipeline.model.link === 'probability',
      rows: Float32Array.from(rows.flatMap((row) => [...row])),
      margins: marginsOf(pipeline, rows),
    };
  });
}

/** Each file of XGBoost in the fixtures, read and written again. */
export function fixtureCases(): JudgedCase[] {
  return versions.flatMap((version) =>
    fixturesOf(version).map((fixture) => {
      const { pipeline } = readArtifact(fixture.bytes);
      const name = `${fixture.case}-${version}`;
      const rows = fixture.rows
        .map((row) => Float32Array.from(row))
        .filter((row) => row.every((value) => Math.abs(value) !== Number.POSITIVE_INFINITY));
      const features = pipeline.schema.features.map(({ categories = null }) => categories);
      const hasWords = features.some((known) => known !== null);
      return {
        name,
        files: {
          [`${name}.json`]: writePipeline(pipeline),
          [`${name}.ubj`]: writePipeline(pipeline, { encoding: 'ubjson' }),
        },
        columns: fixture.columns,
        types: typesOf(pipeline),
        words: hasWords ? features : null,
        since: sinceOf(pipeline),
        probability: false,
        rows: Float32Array.from(rows.flatMap((row) => [...row])),
        margins: marginsOf(pipeline, rows),
      };
    }),
  );
}

/** Vectors came with 2.0, quantiles too; expectiles with 3.3. */
function sinceOf({ model }: Pipeline): readonly number[] {
  if (model.link === 'cumulative-softplus') return [3, 3];
  const isVector = model.kind === 'tree-ensemble' && model.leafSize > 1;
  return isVector || model.link === 'ascending' ? [2, 0] : everyVersion;
}

/** A column with steps before it is one of codes. */
function typesOf({ model, schema, steps }: Pipeline): readonly string[] | null {
  if (model.kind !== 'tree-ensemble' || model.categorical === null) return null;
  return steps.columns.map((source, column) =>
    source !== column || schema.features[column]!.type === 'category' ? 'c' : 'float',
  );
}

function marginsOf(pipeline: Pipeline, rows: readonly Float32Array[]): Float32Array {
  const predictor = createPredictor(pipeline);
  return Float32Array.from(rows.flatMap((row) => [...predictor.margins(Float64Array.from(row))]));
}
