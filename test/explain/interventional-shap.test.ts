import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributor } from '../../src/explain/attributor.ts';
import { createInterventionalShap } from '../../src/explain/interventional-shap.ts';
import { predictTreeEnsemble } from '../../src/inference/predict-tree-ensemble.ts';
import type { Background, Link, Pipeline, TreeEnsemble } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { chain } from './chain.ts';
import { bruteForceInterventional } from './interventional-brute-force.ts';
import { randomEnsemble, randomRow } from './random-ensemble.ts';

const columns = 5;

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

const backgroundRows = fc.array(randomRow(columns), { minLength: 1, maxLength: 6 });

describe('interventional SHAP of trees', () => {
  it('is the sum over all coalitions and background rows', () => {
    fc.assert(
      fc.property(anyEnsemble, randomRow(columns), backgroundRows, (ensemble, row, rows) => {
        const attributor = explain(ensemble, rows);
        const expected = bruteForceInterventional((x) => scoreOf(ensemble, x), row, rows);
        expectClose(attribute(attributor, row), expected, 1e-12);
        expectClose(scored(attributor, row), scoreOf(ensemble, row), 1e-14);
        expectAdditive(attributor, row);
      }),
      { numRuns: 400 },
    );
  });
});
