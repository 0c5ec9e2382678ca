import { describe, expect, it } from 'vitest';
import { createSeededRandom, SpillwayError } from '../../../src/core/index.ts';
import { readArtifact, writeBooster } from '../../../src/formats/index.ts';
import { createTreeKernel } from '../../../src/inference/index.ts';
import type { TreeEnsemble } from '../../../src/model/index.ts';
import { trainForest } from '../../../src/training/forest/train-forest.ts';
import { type ForestTraining } from '../../../src/training/index.ts';
import type { TrainingTable } from '../../../src/training/training-table.ts';

const rows = 400;

/** Two numbers of which one misses values, one column of categories with one that no row has, one that is constant. */
function drawTable(): TrainingTable {
  const random = createSeededRandom(5);
  const draw = (value: () => number) => Float32Array.from({ length: rows }, value);
  return {
    rows,
    columns: [
      { name: 'a', type: 'number', values: draw(random), categories: [] },
      {
        name: 'b',
        type: 'number',
        values: draw(() => (random() < 0.2 ? Number.NaN : random())),
        categories: [],
      },
      {
        name: 'c',
        type: 'category',
        values: draw(() => Math.floor(random() * 4)),
        categories: ['p', 'q', 'r', 's', 'never'],
      },
      { name: 'd', type: 'number', values: draw(() => 3), categories: [] },
    ],
  };
}

const table = drawTable();
const [a, b, c] = table.columns.map(({ values }) => values) as [
  Float32Array,
  Float32Array,
  Float32Array,
];
const random = createSeededRandom(6);
const signal = Float64Array.from(
  a,
  (value, row) =>
    value + (Number.isNaN(b[row]!) ? 0.4 : 0) + (c[row] === 2 ? 0.5 : 0) + 0.2 * random(),
);
const two = signal.map((value) => Number(value > 0.8));
const three = signal.map((value) => Number(value > 0.6) + Number(value > 1));

const forests: Readonly<Record<string, ForestTraining>> = {
  binary: { table, labels: two, task: 'binary', parameters: { n_estimators: 30, oob_score: true } },
  multiclass: {
    table,
    labels: three,
    task: 'multiclass',
    parameters: { n_estimators: 30, oob_score: true },
  },
  regression: {
    table,
    labels: signal,
    task: 'regression',
    parameters: { n_estimators: 30, oob_score: true, max_features: 2 },
  },
};

/** Some rows as they are, with values missing, and with a category that no training row has. */
function inputs(): Float32Array {
  const values = new Float32Array(3 * rows * 4);
  for (let row = 0; row < 3 * rows; row++) {
    for (const [at, column] of table.columns.entries()) {
      values[row * 4 + at] = column.values[row % rows]!;
    }
    if (row >= rows) values[row * 4 + (row % 4)] = Number.NaN;
    if (row >= 2 * rows) values[row * 4 + 2] = 4;
  }
  return values;
}

function score(ensemble: TreeEnsemble): Float64Array {
  const scores = new Float64Array(3 * rows * ensemble.outputs);
  createTreeKernel(ensemble).predictRows(inputs(), 3 * rows, scores);
  return scores;
}

describe.each(Object.entries(forests))('a %s forest', (_, training) => {
  it('is the same from WebAssembly and from plain JavaScript', async () => {
    const fast = await trainForest(training);
    const plain = await trainForest(training, 'javascript');
    expect(fast.trees).toEqual(plain.trees);
    expect(fast.outOfBag).toEqual(plain.outOfBag);
    expect(fast.booster).toEqual(plain.booster);
  });

  it.each(['json', 'ubjson'] as const)(
    'answers the same bits from its file in %s',
    async (encoding) => {
      const { booster, ensemble } = await trainForest(training);
      const read = readArtifact(Buffer.from(writeBooster(booster, { encoding }))).pipeline;
      expect(score(read.model as TreeEnsemble)).toEqual(score(ensemble));
      expect(read.model).toMatchObject({ link: ensemble.link, outputs: ensemble.outputs });
    },
  );

  it('answers out-of-bag rows about as well as its score says', async () => {
    const { outOfBag } = await trainForest(training);
    expect(outOfBag!.without).toBe(0);
    expect(outOfBag!.score).toBeGreaterThan(0.7);
    expect(outOfBag!.score).toBeLessThan(1);
  });

  it('says which column is of no use, and how much the others are', async () => {
    const { importance, warnings } = await trainForest(training);
    expect(warnings).toEqual(['d: every value is the same; the forest does not use it']);
    expect(importance[3]).toBe(0);
    expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(importance[0]).toBeGreaterThan(0.2);
  });

  it('keeps on every node what reached it', async () => {
    const { trees } = await trainForest(training);
    for (const { left, rows: reached, sums, weight } of trees) {
      expect(weight[0]).toBe(rows);
      const width = sums.length / left.length;
      for (const [node, child] of left.entries()) {
        if (child === -1) continue;
        expect(weight[child]! + weight[child + 1]!).toBe(weight[node]);
        expect(reached[child]! + reached[child + 1]!).toBe(reached[node]);
        for (let at = 0; at < width; at++) {
          expect(sums[child * width + at]! + sums[(child + 1) * width + at]!).toBe(
            sums[node * width + at],
          );
        }
      }
    }
  });
});

it('answers probabilities from 0 to 1 exactly, for pure leaves too', async () => {
  for (const n_estimators of [3, 10, 700]) {
    const { ensemble } = await trainForest({
      ...forests['binary']!,
      parameters: { n_estimators, max_depth: 4 },
    });
    const scores = score(ensemble);
    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
    expect(Math.max(...scores)).toBeGreaterThan(0.999);
  }
});

it('grows the same first trees however many follow', async () => {
  const few = await trainForest({ ...forests['binary']!, parameters: { n_estimators: 3 } });
  const many = await trainForest({ ...forests['binary']!, parameters: { n_estimators: 8 } });
  expect(many.trees.slice(0, 3)).toEqual(few.trees);
});

it('grows other trees from another seed', async () => {
  const one = await trainForest({ ...forests['binary']!, parameters: { n_estimators: 2 } });
  const other = await trainForest({
    ...forests['binary']!,
    parameters: { n_estimators: 2, random_state: 1 },
  });
  expect(other.trees[0]).not.toEqual(one.trees[0]);
  expect(one.trees[1]).not.toEqual(one.trees[0]);
});

it('leaves rows of weight 0 out as if they were not there', async () => {
  const half = rows / 2;
  const first: TrainingTable = {
    rows: half,
    columns: table.columns.map((column) => ({ ...column, values: column.values.slice(0, half) })),
  };
  const parameters = { n_estimators: 5 };
  const weights = two.map((_, row) => Number(row < half));
  const weighted = await trainForest({ table, labels: two, weights, task: 'binary', parameters });
  const alone = await trainForest({
    table: first,
    labels: two.slice(0, half),
    task: 'binary',
    parameters,
  });
  expect(weighted.ensemble.value).toEqual(alone.ensemble.value);
});

it('draws rows by their weights and those of their classes, and counts them alike then', async () => {
  const weights = two.map((_, row) => (row % 4 === 0 ? 3 : 1));
  const { trees } = await trainForest({
    ...forests['binary']!,
    weights,
    parameters: { n_estimators: 200, class_weight: { 1: 2 }, max_depth: 1 },
  });
  const chances = weights.map((weight, row) => weight * (two[row] === 1 ? 2 : 1));
  const sum = chances.reduce((total, chance) => total + chance, 0);
  const expected = chances.reduce((total, chance, row) => total + chance * two[row]!, 0) / sum;
  const distinct = chances.reduce((total, chance) => total + 1 - (1 - chance / sum) ** rows, 0);
  let positives = 0;
  let reached = 0;
  for (const tree of trees) {
    expect(tree.weight[0]).toBe(rows);
    positives += tree.sums[1]! / rows / trees.length;
    reached += tree.rows[0]! / trees.length;
  }
  // within four standard errors of the mean of the trees
  const error = Math.sqrt((expected * (1 - expected)) / rows / trees.length);
  expect(Math.abs(positives - expected)).toBeLessThan(4 * error);
  expect(Math.abs(reached - distinct)).toBeLessThan(3);
});

it('stops between two trees when the signal is aborted', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const training = trainForest({
    ...forests['binary']!,
    signal: controller.signal,
    onTree: (done) => {
      seen.push(done);
      if (done === 3) controller.abort();
    },
  });
  await expect(training).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(seen).toEqual([1, 2, 3]);
});

describe('what cannot be trained on is refused with all faults', () => {
  const refusals: [string, Partial<ForestTraining>, string, number][] = [
    ['one class', { labels: two.map(() => 1) }, 'INVALID_DATA', 1],
    [
      'a label that is missing',
      { labels: two.map((l, row) => (row ? l : Number.NaN)) },
      'INVALID_DATA',
      1,
    ],
    [
      'null as a label and as a weight',
      {
        labels: [...two.slice(1), null] as number[],
        weights: [...two.slice(1), null] as number[],
      },
      'INVALID_DATA',
      2,
    ],
    [
      'a name that stands twice',
      {
        table: {
          ...forests['binary']!.table,
          columns: forests['binary']!.table.columns.map((column) => ({ ...column, name: 'x' })),
        },
      },
      'INVALID_DATA',
      forests['binary']!.table.columns.length - 1,
    ],
    [
      'a weight of a class that is a text',
      { parameters: { class_weight: { 0: '2' } } as object },
      'INVALID_CONFIG',
      1,
    ],
    ['labels and weights of other lengths', { labels: [0, 1], weights: [1] }, 'INVALID_DATA', 2],
    ['weights that are all 0', { weights: two.map(() => 0) }, 'INVALID_DATA', 1],
    ['a constant target', { task: 'regression', labels: two.map(() => 4) }, 'INVALID_DATA', 1],
    ['no rows', { table: { rows: 0, columns: [] }, labels: [] }, 'INVALID_DATA', 2],
    [
      'parameters that are unknown or impossible',
      {
        parameters: {
          n_estimators: 0,
          max_samples: -1,
          ...({ trees: 5, n_jobs: 2 } as object),
          class_weight: { 0: -1 },
          max_features: 1.5,
        },
      },
      'INVALID_CONFIG',
      6,
    ],
    [
      'parameters that contradict each other',
      {
        parameters: {
          bootstrap: false,
          oob_score: true,
          max_samples: 0.5,
          criterion: 'squared_error',
          max_features: 9,
          class_weight: { 2: 1 },
        },
      },
      'INVALID_CONFIG',
      5,
    ],
  ];
  it.each(refusals)('%s', async (_, change, code, faults) => {
    const error: unknown = await trainForest({ ...forests['binary']!, ...change }).catch(
      (thrown: unknown) => thrown,
    );
    expect(SpillwayError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code });
    expect((error as SpillwayError).faults).toHaveLength(faults);
  });
});

it('says what is thin: three rows, a column without values, a class without rows', async () => {
  const { warnings } = await trainForest({
    table: {
      rows: 3,
      columns: [
        { name: 'x', type: 'number', values: Float32Array.of(1, 2, 3), categories: [] },
        { name: 'y', type: 'number', values: new Float32Array(3).fill(Number.NaN), categories: [] },
      ],
    },
    labels: [0, 2, 2],
    task: 'multiclass',
    parameters: { n_estimators: 4, max_features: 1 },
  });
  expect(warnings).toEqual([
    'only 3 rows: what is learned from so few says little',
    'class 1 has no rows',
    'y: every value is missing; the forest does not use it',
    'max_features 1 is one column per split; null is all of them',
  ]);
});
