import { describe, expect, test } from 'vitest';
import {
  type Booster,
  readArtifact,
  writeBooster,
  writePipeline,
} from '../../src/formats/index.ts';
import { createModel, createPredictor } from '../../src/inference/index.ts';
import { createTreeEnsemble, type Pipeline, type TreeEnsemble } from '../../src/model/index.ts';
import { createModelExplainer } from '../../src/shap.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { boosterCases } from './judged-cases.ts';
import { loadLightgbm } from './lightgbm-fixtures.ts';
import { type BoosterShape, createRandomBooster, createRandomRows } from './random-booster.ts';
import { fixturesOf, loadFixture, versions } from './xgboost-fixtures.ts';

const { fround } = Math;

describe.each(versions)('a file of XGBoost %s', (version) => {
  test.each(fixturesOf(version))('$case is the same model when written again', ({ bytes }) => {
    const { pipeline } = readArtifact(bytes);
    for (const encoding of ['json', 'ubjson'] as const) {
      const again = readArtifact(writePipeline(pipeline, { encoding }));
      expect(again.pipeline).toEqual(pipeline);
      expect(again.warnings).toEqual([]);
    }
  });
});

/** The sum of the leaves that a row reaches, straight from the arrays of a booster. */
function sumLeaves(booster: Booster, row: Float32Array, base: readonly number[]): number[] {
  const sums = base.map(fround);
  for (const [index, tree] of booster.trees.entries()) {
    let node = 0;
    while (tree.left[node] !== -1) {
      const x = row[tree.column[node]!]!;
      const categories = tree.categories[node] ?? null;
      const isLeft = Number.isNaN(x)
        ? tree.missingLeft[node] === 1
        : categories === null
          ? x < tree.condition[node]!
          : !categories.includes(x);
      node = isLeft ? tree.left[node]! : tree.right[node]!;
    }
    const output = booster.treeOutput[index]!;
    sums[output] = fround(sums[output]! + tree.condition[node]!);
  }
  return sums;
}

describe('a booster', () => {
  test.each<[string, BoosterShape, number[]]>([
    ['of one output', {}, [0.25]],
    [
      'of three classes',
      { outputs: 3, objective: 'multi:softprob', classes: 3, baseScores: [0.5, -0.25, 0.1] },
      [0.5, -0.25, 0.1],
    ],
    ['of several trees per round', { outputs: 2, parallelTrees: 3, baseScores: [1, 2] }, [1, 2]],
    ['that looks for categories', { categories: [3, 40, 0, 0] }, [0.25]],
    ['without trees', { rounds: 0, outputs: 2, baseScores: [0.5, 0.5] }, [0.5, 0.5]],
  ])('%s answers from its file what its arrays say', (_, shape, base) => {
    const random = createSeededRandom(7);
    const booster = createRandomBooster(random, shape);
    const predictor = createPredictor(readArtifact(writeBooster(booster)).pipeline);
    for (const row of createRandomRows(random, booster, shape.categories)) {
      expect([...predictor.margins(Float64Array.from(row))]).toEqual(sumLeaves(booster, row, base));
    }
  });

  test.each(boosterCases())('$name is the same model as JSON and as UBJSON', ({ files, name }) => {
    const [json, ubjson] = [files[`${name}.json`]!, files[`${name}.ubj`]!];
    expect(ubjson[0]).toBe(0x7b);
    expect(readArtifact(ubjson)).toEqual(readArtifact(json));
  });

  test('whose outputs start from different scores says so in a round of its own', () => {
    const booster = createRandomBooster(createSeededRandom(1), {
      objective: 'multi:softprob',
      classes: 2,
      outputs: 2,
      rounds: 3,
      baseScores: [0.5, -0.5],
      attributes: { best_iteration: '2' },
    });
    const { learner } = JSON.parse(Buffer.from(writeBooster(booster)).toString());
    expect(learner.learner_model_param.base_score).toBe('0E0');
    expect(learner.gradient_booster.model.iteration_indptr).toEqual([0, 2, 4, 6, 8]);
    expect(learner.gradient_booster.model.trees[1].split_conditions).toEqual([-0.5]);
    expect(learner.attributes).toEqual({ best_iteration: '3', spillway_base_trees: '2' });
    const { model } = readArtifact(writeBooster(booster)).pipeline as { model: TreeEnsemble };
    expect(model.base).toEqual(Float64Array.of(0.5, -0.5));
    expect(model.roots).toHaveLength(6);
  });

  test('of a probability starts from one that every version takes', () => {
    const scores = [0, 1].map((score) => {
      const booster = createRandomBooster(createSeededRandom(1), {
        objective: 'binary:logistic',
        baseScores: [score],
      });
      const { learner } = JSON.parse(Buffer.from(writeBooster(booster)).toString());
      return learner.learner_model_param.base_score;
    });
    expect(scores).toEqual(['1E-6', '9.99999E-1']);
  });

  test.each([
    [
      { objective: 'my:own' },
      /objective "my:own" cannot be written; those that can are binary:log/,
    ],
    [
      { objective: 'count:poisson', objectiveParameters: { rate: '1' } },
      /count:poisson has no parameters rate in its file; it has max_delta_step/,
    ],
  ])('of %j is refused', (shape, message) => {
    const booster = createRandomBooster(createSeededRandom(1), shape);
    expect(() => writeBooster(booster)).toThrow(message);
  });
});

describe('a forest of class fractions', () => {
  const random = createSeededRandom(5);
  const trees = 50;
  const forestOf = (outputs: number, task: string): Booster =>
    createRandomBooster(random, {
      isForest: true,
      parallelTrees: trees,
      rounds: 1,
      outputs,
      baseScores: Array.from({ length: outputs }, () => 0),
      attributes: { spillway_task: task },
    });

  test('is a binary model whose probability is the sum that XGBoost predicts', () => {
    const booster = forestOf(1, 'binary');
    const model = createModel(readArtifact(writeBooster(booster)).pipeline);
    expect([model.task, model.labels]).toEqual(['binary', [0, 1]]);
    for (const row of createRandomRows(random, booster)) {
      const [sum] = sumLeaves(booster, row, [0]);
      expect(model.predictValues(Float64Array.from(row))).toEqual({
        margin: null,
        probability: sum,
        prediction: sum! > 0.5 ? 1 : 0,
      });
    }
  });

  test('is a model of several labels when it has an output for each', () => {
    const booster = forestOf(3, 'multiclass');
    const model = createModel(readArtifact(writeBooster(booster)).pipeline);
    expect([model.task, model.labels]).toEqual(['multiclass', [0, 1, 2]]);
    const row = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5);
    const sums = sumLeaves(booster, row, [0, 0, 0]);
    expect(model.predictValues(Float64Array.from(row))).toEqual({
      margin: null,
      probabilities: sums,
      prediction: sums.indexOf(Math.max(...sums)),
    });
  });

  test('is explained in units of probability', () => {
    const booster = forestOf(1, 'binary');
    const model = createModel(readArtifact(writeBooster(booster)).pipeline);
    const row = [0.1, -0.2, 0.3, Number.NaN, 0.5];
    const { attributions, base_value, units } = explain(model, row);
    expect(units).toBe('probability');
    const sum = Object.values(attributions).reduce((total, part) => total + part, base_value);
    expect(sum).toBeCloseTo(model.predict(row).probability!, 5);
  });

  test('that rounding moved above 1 is 1', () => {
    const booster = forestOf(1, 'binary');
    const above = booster.trees.map((tree) => ({
      ...tree,
      condition: tree.condition.map((value, node) =>
        tree.left[node] === -1 ? (1 + 5e-4) / trees : value,
      ),
    }));
    const model = createModel(readArtifact(writeBooster({ ...booster, trees: above })).pipeline);
    expect(model.predict([0, 0, 0, 0, 0]).probability).toBe(1);
  });

  test.each([
    ['a task that is none', { spillway_task: 'ranking' }, /spillway_task: expected "binary" or/],
    ['one output for labels', { spillway_task: 'multiclass' }, /num_class: expected at least 2/],
  ])('with %s is refused', (_, attributes, message) => {
    const bytes = writeBooster({ ...forestOf(1, 'binary'), attributes });
    expect(() => readArtifact(bytes)).toThrow(message);
  });

  test('whose objective makes something else of its sums is refused', () => {
    const bytes = writeBooster({ ...forestOf(1, 'binary'), objective: 'binary:logistic' });
    expect(() => readArtifact(bytes)).toThrow(/spillway_task: expected an objective whose answers/);
  });
});

function explain(
  model: Parameters<typeof createModelExplainer>[0],
  row: readonly number[],
): { attributions: Record<string, number>; base_value: number; units: string } {
  const { attributions, baseValue, units } = createModelExplainer(model).explain(row);
  const numbers = Object.entries(attributions).map(([name, value]) => [name, Number(value)]);
  return { attributions: Object.fromEntries(numbers), base_value: Number(baseValue), units };
}

describe('a model that XGBoost cannot express', () => {
  const { pipeline } = readArtifact(loadFixture('3.4.1', 'binary-logistic').bytes);
  const trees = pipeline.model as TreeEnsemble;
  const withModel = (changes: Partial<TreeEnsemble>): Pipeline => ({
    ...pipeline,
    model: { ...trees, ...changes },
  });

  test.each<[string, Pipeline]>([
    ['float64 inputs', withModel({ inputs: 'float64' })],
    ['sums in float64', withModel({ arithmetic: 'float64' })],
    ['an average of trees', withModel({ divisor: 3 })],
    ['an average of trees', withModel({ offset: Float64Array.of(1) })],
    ['a slope of its link', withModel({ slope: 2 })],
    ['the link probit of a binary model', withModel({ link: 'probit' })],
    ['a leaf of 0.1, which is no float32', withModel({ value: trees.value.map(() => 0.1) })],
    [
      'steps between a row and its columns',
      {
        ...pipeline,
        steps: {
          features: 5,
          steps: [{ kind: 'fill', of: 0, value: 1 }],
          columns: [5, 1, 2, 3, 4],
        },
      },
    ],
    ['float64 inputs', readArtifact(loadLightgbm('binary').text).pipeline],
    ['linear leaves', readArtifact(loadLightgbm('linear').text).pipeline],
  ])('is refused for %s', (feature, refused) => {
    expect(() => writePipeline(refused)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MODEL', details: { feature } }),
    );
  });

  test('is not one that compares float32 with <=', () => {
    const thresholds = [0.1, 0, -0, -1.5, 2 ** -149, -(2 ** -149), 3e38, Number.NEGATIVE_INFINITY];
    const model = createTreeEnsemble({
      columns: ['x'],
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float32',
      comparison: '<=',
      base: [0],
      link: 'identity',
      trees: thresholds.map((threshold) => ({
        output: 0,
        left: [1, -1, -1],
        right: [2, -1, -1],
        column: [0, 0, 0],
        threshold: [threshold, 0, 0],
        missingLeft: [1, 0, 0],
        value: [0, 1, 2],
        cover: null,
      })),
    });
    const atMost: Pipeline = {
      schema: { features: [{ name: 'x', type: 'number', required: false, nullable: true }] },
      steps: { features: 1, steps: [], columns: [0] },
      model,
      task: 'regression',
      labels: [],
      decisionThreshold: 0.5,
    };
    const written = readArtifact(writePipeline(atMost)).pipeline;
    expect((written.model as TreeEnsemble).cover).toBeNull();
    const [asked, answered] = [createPredictor(atMost), createPredictor(written)];
    const near = thresholds.flatMap((threshold) => {
      const around = new Float32Array([threshold, threshold]);
      const bits = new Int32Array(around.buffer);
      bits[0]! += 1;
      bits[1]! -= 1;
      return [threshold, ...around];
    });
    for (const x of [...near, Number.NaN, 0, Number.POSITIVE_INFINITY]) {
      expect(answered.margins(Float64Array.of(x))).toEqual(asked.margins(Float64Array.of(x)));
    }
  });
});
