import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributor } from '../../src/explain/attributor.ts';
import { createBackgroundTrees } from '../../src/explain/interventional/background-trees.ts';
import { createInterventionalShap } from '../../src/explain/interventional-shap.ts';
import { predictTreeEnsemble } from '../../src/inference/predict-tree-ensemble.ts';
import {
  type Background,
  createTreeEnsemble,
  type LinearModel,
  type Link,
  type Pipeline,
  type TreeEnsemble,
} from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { chain } from './chain.ts';
import { bruteForceInterventional } from './interventional-brute-force.ts';
import { randomEnsemble, randomRow } from './random-ensemble.ts';

const columns = 5;

/** Linear leaves multiply what they are given. */
const finiteRow = (width: number) =>
  randomRow(width).map((row) => row.map((value) => Math.min(Math.max(value, -1e3), 1e3)));

function pipelineOf(model: Pipeline['model']): Pipeline {
  const width = model.columns.length;
  return {
    schema: {
      features: model.columns.map((name) => ({ name, type: 'number', required: false })),
    },
    steps: { features: width, steps: [], columns: [...model.columns.keys()] },
    model,
    task: 'regression',
    labels: [],
    decisionThreshold: 0.5,
  };
}

function backgroundOf(rows: readonly Float64Array[]): Background {
  return { values: Float64Array.from(rows.flatMap((row) => [...row])), count: rows.length };
}

function explain(
  model: Pipeline['model'],
  rows: readonly Float64Array[],
  output: 'score' | 'probability' = 'score',
): Attributor {
  return createInterventionalShap(pipelineOf(model), backgroundOf(rows), { output });
}

/** The score by the reference predictor, in float64 whatever the ensemble's arithmetic. */
function scoreOf(ensemble: TreeEnsemble, row: Float64Array): Float64Array {
  const scores = new Float64Array(ensemble.outputs);
  const seen = ensemble.inputs === 'float32' ? row.map(Math.fround) : row;
  predictTreeEnsemble({ ...ensemble, arithmetic: 'float64' }, seen, scores);
  return scores;
}

function attribute(attributor: Attributor, row: Float64Array): Float64Array {
  const attributions = new Float64Array(row.length * attributor.base.length);
  attributor.attribute(row, attributions);
  return attributions;
}

function scored(attributor: Attributor, row: Float64Array): Float64Array {
  const scores = new Float64Array(attributor.base.length);
  attributor.score(row, scores);
  return scores;
}

/** Within `tolerance` of the sum of sizes, and of 1. */
function expectClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const size = expected.reduce((sum, value) => sum + Math.abs(value), 1);
  for (const [index, value] of actual.entries()) {
    expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(tolerance * size);
  }
}

function expectAdditive(attributor: Attributor, row: Float64Array): void {
  const attributions = attribute(attributor, row);
  const { base } = attributor;
  const outputs = base.length;
  const sums = base.map((start, k) =>
    attributions.reduce((sum, value, index) => (index % outputs === k ? sum + value : sum), start),
  );
  const size = attributions.reduce((sum, value) => sum + Math.abs(value), 1);
  for (const [k, score] of scored(attributor, row).entries()) {
    expect(Math.abs(sums[k]! - score)).toBeLessThanOrEqual(1e-12 * size);
  }
}

/** Ensembles of all kinds: with categories, `<=`, and leaves that add up terms where leaves have one value. */
const anyEnsemble: fc.Arbitrary<TreeEnsemble> = fc
  .record({
    ensemble: randomEnsemble(columns),
    comparison: fc.constantFrom('<' as const, '<=' as const),
    hasCategories: fc.boolean(),
    hasLinearLeaves: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ ensemble, comparison, hasCategories, hasLinearLeaves, seed }) => {
    const random = createSeededRandom(seed);
    const draw = (below: number): number => Math.floor(random() * below);
    const nodes = [...ensemble.left.keys()];
    const lists = nodes.map((node) =>
      ensemble.left[node] !== -1 && draw(2) === 0 ? [0, 1, 2].filter(() => draw(2) === 0) : null,
    );
    const terms = nodes.map((node) =>
      ensemble.left[node] === -1 && draw(3) > 0
        ? Array.from({ length: draw(4) }, () => draw(columns))
        : null,
    );
    const startsOf = (items: readonly (readonly number[] | null)[]): Int32Array => {
      let start = 0;
      return Int32Array.from(items, (item) => (start += item?.length ?? 0) - (item?.length ?? 0));
    };
    return {
      ...ensemble,
      comparison,
      categorical: hasCategories
        ? {
            count: Int32Array.from(lists, (list) => list?.length ?? -1),
            start: startsOf(lists),
            categories: Int32Array.from(lists.flatMap((list) => list ?? [])),
          }
        : null,
      linearLeaves:
        hasLinearLeaves && ensemble.leafSize === 1
          ? {
              count: Int32Array.from(terms, (list) => list?.length ?? -1),
              start: startsOf(terms),
              constant: Float64Array.from(nodes, () => 2 * random() - 1),
              column: Int32Array.from(terms.flatMap((list) => list ?? [])),
              coefficient: Float64Array.from(
                terms.flatMap((list) => list ?? []),
                () => 4 * random() - 2,
              ),
            }
          : null,
    };
  });

const backgroundRows = fc.array(finiteRow(columns), { minLength: 1, maxLength: 6 });

describe('interventional SHAP of trees', () => {
  it('is the sum over all coalitions and background rows', () => {
    fc.assert(
      fc.property(anyEnsemble, finiteRow(columns), backgroundRows, (ensemble, row, rows) => {
        const attributor = explain(ensemble, rows);
        const expected = bruteForceInterventional((x) => scoreOf(ensemble, x), row, rows);
        expectClose(attribute(attributor, row), expected, 1e-12);
        expectClose(scored(attributor, row), scoreOf(ensemble, row), 1e-14);
        expectAdditive(attributor, row);
      }),
      { numRuns: 400 },
    );
  });

  it('weighs each background row for each output, and moves the columns of a player together', () => {
    const weight = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        anyEnsemble,
        finiteRow(columns),
        backgroundRows,
        fc.array(weight, { minLength: 18, maxLength: 18 }),
        fc.array(fc.nat(3), { minLength: columns, maxLength: columns }),
        (ensemble, row, rows, numbers, owners) => {
          const { outputs } = ensemble;
          const players = Int32Array.from(owners);
          const { values, count } = backgroundOf(rows);
          const setting = { rows: values, count, players, isWeighed: true };
          const weights = Float64Array.from(numbers.slice(0, count * outputs));
          const attributions = new Float64Array(4 * outputs);
          createBackgroundTrees(ensemble, setting).attribute(row, weights, attributions);
          const expected = new Float64Array(4 * outputs);
          for (const [b, other] of rows.entries()) {
            // of four players: the row's value is 1, the background's 0
            const scoreAt = (mixture: Float64Array) =>
              scoreOf(
                ensemble,
                other.map((value, c) => (mixture[owners[c]!] === 1 ? row[c]! : value)),
              );
            const each = bruteForceInterventional(scoreAt, Float64Array.of(1, 1, 1, 1), [
              new Float64Array(4),
            ]);
            for (const [at, shap] of each.entries())
              expected[at]! += weights[b * outputs + (at % outputs)]! * shap;
          }
          expectClose(attributions, expected, 1e-12);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('takes trees of more than six columns on a path, where tables would be too large', () => {
    const random = createSeededRandom(7);
    const ensemble = chain(9, 9, random, random);
    // the mixtures of a row and one that goes on where it stops reach every leaf
    const row = Float64Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0);
    const rows = [row.map((value) => 1 - value), row.map(() => 1), row.map(() => random())];
    const expected = bruteForceInterventional((x) => scoreOf(ensemble, x), row, rows);
    expect(expected.filter((value) => value !== 0)).toHaveLength(9);
    expectClose(attribute(explain(ensemble, rows), row), expected, 1e-12);
  });

  it('weighs the two sides of a path of 300 columns without overflow', () => {
    const depth = 300;
    // the last leaf answers 1 and is reached by 120 columns of the row and 180 of the background only
    const fromRow = (c: number): boolean => c % 5 < 2;
    const ensemble = createTreeEnsemble({
      columns: Array.from({ length: depth }, (_, c) => `c${c}`),
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      link: 'identity',
      trees: [
        {
          output: 0,
          left: Array.from({ length: 2 * depth + 1 }, (_, node) =>
            node % 2 === 0 && node < 2 * depth ? node + 1 : -1,
          ),
          right: Array.from({ length: 2 * depth + 1 }, (_, node) => node + 2),
          column: Array.from({ length: 2 * depth + 1 }, (_, node) =>
            Math.min(node >> 1, depth - 1),
          ),
          threshold: Array.from({ length: 2 * depth + 1 }, () => 0.5),
          missingLeft: Array.from({ length: 2 * depth + 1 }, () => 0),
          value: Array.from({ length: 2 * depth + 1 }, (_, node) => (node === 2 * depth ? 1 : 0)),
          cover: null,
        },
      ],
    });
    const row = Float64Array.from({ length: depth }, (_, c) => (fromRow(c) ? 1 : 0));
    const attributions = attribute(explain(ensemble, [row.map((value) => 1 - value)]), row);
    // 119! 180! / 300! and 120! 179! / 300!
    const exact = reciprocalOfBinomial(300, 120);
    for (const [c, attribution] of attributions.entries()) {
      const expected = fromRow(c) ? exact / 120 : -exact / 180;
      expect(Math.abs(attribution / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it('refuses a background whose decisions take too much memory', () => {
    const ensemble: TreeEnsemble = {
      ...chain(1000, 1, createSeededRandom(7), () => 0.5),
      link: 'logistic',
    };
    const background = { values: new Float64Array(270_000), count: 270_000 };
    const refused = () =>
      createInterventionalShap(pipelineOf(ensemble), background, { output: 'probability' });
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow('give fewer background rows');
  });

  it('attributes exactly 0 to a column that is the same in the row and the whole background', () => {
    fc.assert(
      fc.property(
        anyEnsemble,
        finiteRow(columns),
        backgroundRows,
        fc.nat(columns - 1),
        fc.constantFrom('score' as const, 'probability' as const),
        (ensemble, row, rows, same, output) => {
          const alike = rows.map((other) => other.with(same, row[same]!));
          const attributor = explain({ ...ensemble, link: 'independent-logistic' }, alike, output);
          const { outputs } = ensemble;
          const attributions = attribute(attributor, row);
          for (let k = 0; k < outputs; k++) expect(attributions[same * outputs + k]).toBe(0);
        },
      ),
    );
  });

  it('attributes the rows of a batch as it does rows alone', () => {
    fc.assert(
      fc.property(
        anyEnsemble,
        fc.array(finiteRow(columns), { maxLength: 4 }),
        backgroundRows,
        (ensemble, batch, rows) => {
          const attributor = explain(ensemble, rows);
          const width = columns * ensemble.outputs;
          const { values, count } = backgroundOf(batch);
          const attributions = new Float64Array(count * width).fill(Number.NaN);
          attributor.attributeRows(values, count, attributions);
          for (const [index, row] of batch.entries()) {
            const own = attributions.subarray(index * width, (index + 1) * width);
            expect(own).toEqual(attribute(attributor, row));
          }
        },
      ),
    );
  });
});

function reciprocalOfBinomial(n: number, k: number): number {
  let binomial = 1n;
  for (let i = 1n; i <= BigInt(k); i++) binomial = (binomial * (BigInt(n - k) + i)) / i;
  return 1 / Number(binomial);
}

/** Of each background row: the Shapley values of the score, times how much the answer differs per unit of score. */
function rescaled(
  score: (mixture: Float64Array) => number,
  answer: (score: number) => number,
  row: Float64Array,
  rows: readonly Float64Array[],
): Float64Array {
  const sum = new Float64Array(row.length);
  for (const other of rows) {
    const shap = bruteForceInterventional((x) => Float64Array.of(score(x)), row, [other]);
    const [mine, theirs] = [score(row), score(other)];
    const factor =
      Math.abs(mine - theirs) < 1e-6
        ? (answer(mine + 1e-5) - answer(mine - 1e-5)) / 2e-5
        : (answer(mine) - answer(theirs)) / (mine - theirs);
    for (const [c, value] of shap.entries()) sum[c]! += (value * factor) / rows.length;
  }
  return sum;
}

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

describe('the attribution of a probability', () => {
  it('rescales that of each score against each background row, and adds up to the probability', () => {
    fc.assert(
      fc.property(
        anyEnsemble,
        finiteRow(columns),
        backgroundRows,
        fc.constantFrom(1, 2, -0.5),
        (drawn, row, rows, slope) => {
          const ensemble: TreeEnsemble = { ...drawn, link: 'independent-logistic', slope };
          const { outputs } = ensemble;
          const attributor = explain(ensemble, rows, 'probability');
          const attributions = attribute(attributor, row);
          for (let k = 0; k < outputs; k++) {
            const expected = rescaled(
              (x) => scoreOf(ensemble, x)[k]!,
              (score) => sigmoid(slope * score),
              row,
              rows,
            );
            const ours = attributions.filter((_value, index) => index % outputs === k);
            // the brute force divides differences of close scores
            expectClose(ours, expected, 1e-9);
            expect(scored(attributor, row)[k]).toBeCloseTo(
              sigmoid(slope * scoreOf(ensemble, row)[k]!),
              14,
            );
          }
          expectAdditive(attributor, row);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is that of the score where the score is a probability', () => {
    fc.assert(
      fc.property(anyEnsemble, finiteRow(columns), backgroundRows, (drawn, row, rows) => {
        const ensemble: TreeEnsemble = { ...drawn, link: 'probability' };
        const [score, probability] = [
          explain(ensemble, rows),
          explain(ensemble, rows, 'probability'),
        ];
        expect(attribute(probability, row)).toEqual(attribute(score, row));
        expect(probability.base).toEqual(score.base);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[Link, string]>([
    ['softmax', 'depends on the scores of all labels'],
    ['one-vs-rest', 'depends on the scores of all labels'],
    ['softmax-nonzero', 'depends on the scores of all labels'],
    ['identity', 'answers no probability'],
    ['exponential', 'answers no probability'],
    ['hinge', 'answers no probability'],
    ['probit', 'answers no probability'],
  ])('is refused for the link %s', (link, sentence) => {
    const refused = () => explain({ ...linear, link }, [new Float64Array(2)], 'probability');
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow(sentence);
  });
});

const linear: LinearModel = {
  kind: 'linear-model',
  columns: ['a', 'b'],
  arithmetic: 'float64',
  slope: 1,
  outputs: 2,
  weights: Float64Array.of(2, -1, 0.5, 0.25),
  intercepts: Float64Array.of(1, -1),
  link: 'softmax',
};

describe('interventional SHAP of linear models', () => {
  const rows = [Float64Array.of(3, 10), Float64Array.of(5, 14)];

  it('is the weight times the distance from the mean of the background', () => {
    const attributor = explain(linear, rows);
    expect(attributor.method).toBe('interventional-shap');
    expect([...attributor.base]).toEqual([-3, 4]);
    expect([...attribute(attributor, Float64Array.of(5, 8))]).toEqual([2, 0.5, 4, -1]);
    expect([...scored(attributor, Float64Array.of(5, 8))]).toEqual([3, 3.5]);
  });

  it('attributes exactly 0 to a value that the whole background has', () => {
    const three = [0.7, 1.9, -2].map((other) => Float64Array.of(0.1, other));
    expect([...attribute(explain(linear, three), Float64Array.of(0.1, 4))].slice(0, 2)).toEqual([
      0, 0,
    ]);
  });

  it('of a probability rescales against each row', () => {
    const logistic: LinearModel = { ...linear, link: 'independent-logistic' };
    const row = Float64Array.of(1, 2);
    const attributor = explain(logistic, rows, 'probability');
    const expected = rescaled((x) => 1 + 2 * x[0]! - x[1]!, sigmoid, row, rows);
    const ours = attribute(attributor, row);
    expectClose(Float64Array.of(ours[0]!, ours[2]!), expected, 1e-14);
    expectAdditive(attributor, row);
  });

  it('names the background row that has no score', () => {
    const refused = () => explain(linear, [rows[0]!, Float64Array.of(1, Number.NaN)]);
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow('row 1 of the 2 background rows has no finite score');
  });

  it.each([
    [[], 0],
    [[1, 2, 3], 2],
    [[1, 2], 0.5],
  ])('refuses the background %j of %d rows', (values, count) => {
    const background = { values: Float64Array.from(values), count };
    const refused = () =>
      createInterventionalShap(pipelineOf(linear), background, { output: 'score' });
    expect(refused).toThrow('at least one row of 2 features');
  });
});
