import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findCuts } from '../../src/explain/counterfactuals/feature-cuts.ts';
import { firstNumberWhere } from '../../src/explain/counterfactuals/first-number-where.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import {
  createTreeEnsemble,
  type FeatureStep,
  type LinearModel,
  type Pipeline,
} from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { treeInput } from './random-ensemble.ts';

const fixtures = [
  'xgboost/3.4.1',
  'lightgbm/4.7.0',
  'catboost/1.2.10',
  'sklearn/1.7.2',
  'onnx',
  'ml-js',
].flatMap((folder) =>
  readdirSync(join('test/fixtures', folder))
    .filter((name) => /\.(model\.(json|txt)|onnx|pkl|joblib|skops)$/.test(name))
    .map((name) => join(folder, name)),
);

describe('firstNumberWhere', () => {
  it('finds the number itself, and the one after it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (limit) => {
        expect(firstNumberWhere((x) => x >= limit) === limit).toBe(true);
        const above = firstNumberWhere((x) => x > limit);
        if (limit === Number.MAX_VALUE) {
          expect(above).toBeNaN();
        } else {
          expect(above).toBeGreaterThan(limit);
          const between = limit / 2 + above / 2;
          expect(between === limit || between === above).toBe(true);
        }
      }),
      { examples: [[0], [-0], [5e-324], [-5e-324], [Number.MAX_VALUE], [-Number.MAX_VALUE]] },
    );
  });

  it('finds where rounding begins to reach a float32', () => {
    expect(firstNumberWhere((x) => Math.fround(x) >= 1)).toBe(1 - 2 ** -25);
    expect(firstNumberWhere((x) => Math.fround(x) > 1)).toBe(1 + 2 ** -24 + 2 ** -52);
  });

  it('knows when there is none', () => {
    expect(firstNumberWhere(() => false)).toBeNaN();
    expect(firstNumberWhere(() => true)).toBe(-Number.MAX_VALUE);
  });
});

describe('findCuts', () => {
  const next = (limit: number): number => firstNumberWhere((x) => x > limit);

  // one feature, then one step after the other, and a tree that looks whether the last is below 2
  test.each<[string, Step[], number[]]>([
    ['nothing', [], [2]],
    ['add', [{ kind: 'add', operand: -1.5 }], [3.5]],
    ['multiply', [{ kind: 'multiply', operand: 4 }], [0.5]],
    ['multiply by a negative number', [{ kind: 'multiply', operand: -4 }], [next(-0.5)]],
    ['multiply by 0', [{ kind: 'multiply', operand: 0 }], []],
    ['divide', [{ kind: 'divide', operand: 4 }], [8]],
    ['divide by a negative number', [{ kind: 'divide', operand: -4 }], [next(-8)]],
    ['divide by 0', [{ kind: 'divide', operand: 0 }], [0, next(0)]],
    ['clip', [{ kind: 'clip', min: 0, max: 5 }], [2]],
    ['clip below it', [{ kind: 'clip', min: 0, max: 1 }], []],
    ['round', [{ kind: 'round' }], [2 - 2 ** -24]],
    ['floor', [{ kind: 'floor' }], [2]],
    ['truncate, then add', [{ kind: 'truncate' }, { kind: 'add', operand: 3 }], [next(-2)]],
    ['fill', [{ kind: 'fill', value: 7 }], [2]],
    ['forget', [{ kind: 'forget', value: 0, tolerance: 0.5 }], [-0.5, next(0.5), 2]],
    [
      'forget, then whether it is missing',
      [
        { kind: 'forget', value: 0, tolerance: 0.5 },
        { kind: 'is-missing' },
        { kind: 'multiply', operand: 2 },
      ],
      [-0.5, next(0.5)],
    ],
    [
      'equals',
      [
        { kind: 'equals', operand: 3 },
        { kind: 'add', operand: 1 },
      ],
      [3, next(3)],
    ],
    [
      'at least',
      [
        { kind: 'at-least', operand: 3 },
        { kind: 'add', operand: 1 },
      ],
      [3],
    ],
    [
      'above',
      [
        { kind: 'above', operand: 3 },
        { kind: 'add', operand: 1 },
      ],
      [next(3)],
    ],
    [
      'recode',
      [
        {
          kind: 'recode',
          keys: Float64Array.of(1, 4),
          values: Float64Array.of(5, 0),
          other: 1,
        },
      ],
      [1, next(1), 4, next(4)],
    ],
  ])('after %s', (_, chain, cuts) => {
    const steps = chain.map((step, of): FeatureStep => ({ ...step, of }));
    const pipeline = stumpBehind(steps);
    expect(findCuts(pipeline, () => true)).toEqual([{ cuts, varies: 'not' }]);
    const model = createModel(pipeline);
    // where there are more, some end where the value is missing, which goes left too
    for (const cut of cuts.length === 1 ? cuts : []) {
      const below = model.predictValues(Float64Array.of(firstNumberBelow(cut)));
      expect(model.predictValues(Float64Array.of(cut))).not.toEqual(below);
    }
    expect(findCuts(pipeline, () => false)).toEqual([{ cuts: [], varies: 'not' }]);
  });

  test('linear models move straight but for bends, and in steps where columns do', () => {
    const behind = (...chain: Step[]): unknown => {
      const pipeline = stumpBehind(chain.map((step, of): FeatureStep => ({ ...step, of })));
      const model: LinearModel = {
        kind: 'linear-model',
        columns: ['c'],
        outputs: 1,
        arithmetic: 'float64',
        weights: Float64Array.of(2),
        intercepts: Float64Array.of(1),
        link: 'logistic',
        slope: 1,
      };
      return findCuts({ ...pipeline, model }, () => true)[0];
    };
    expect(behind({ kind: 'add', operand: 1 })).toEqual({ cuts: [], varies: 'straight' });
    expect(behind({ kind: 'clip', min: 0, max: 1 })).toEqual({ cuts: [0, 1], varies: 'straight' });
    expect(behind({ kind: 'floor' })).toEqual({ cuts: [], varies: 'any' });
    expect(behind({ kind: 'at-least', operand: 3 })).toEqual({ cuts: [3], varies: 'not' });
  });

  test.each(fixtures)('%s: the answer does not change between two cuts', (file) => {
    const pipeline = tryToRead(file);
    if (pipeline === null) return;
    const { features } = pipeline.schema;
    const isNumber = (index: number): boolean => features[index]!.type !== 'category';
    const all = findCuts(pipeline, isNumber);
    const model = createModel(pipeline);
    const random = createSeededRandom(7);
    const pick = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random() * items.length)]!;
    const drawn = (index: number): number => {
      const { categories } = features[index]!;
      if (random() < 0.1) return Number.NaN;
      if (categories !== undefined) return Math.floor(random() * categories.length);
      const { cuts } = all[index]!;
      return cuts.length > 0 && random() < 0.8 ? pick(cuts) : Math.round((random() - 0.3) * 100);
    };
    for (let round = 0; round < 40; round++) {
      const row = Float64Array.from(features, (_, index) => drawn(index));
      for (const [index, { cuts, varies }] of all.entries()) {
        if (!isNumber(index) || varies !== 'not') continue;
        const ends = [-1e9, ...cuts.filter((cut) => Math.abs(cut) < 1e9), 1e9];
        const at = Math.floor(random() * (ends.length - 1));
        const end = ends[at + 1]!;
        row[index] = ends[at]!;
        const low = model.predictValues(row);
        row[index] = firstNumberBelow(end);
        expect(model.predictValues(row), `${features[index]!.name} up to ${end}`).toEqual(low);
      }
    }
  });

  test('most of the files are read, and of most of these the cuts say all', () => {
    const read = fixtures.flatMap((file) => tryToRead(file) ?? []);
    expect(read.length).toBeGreaterThan(150);
    const told = read.filter((pipeline) =>
      findCuts(pipeline, () => true).some(
        ({ cuts, varies }) => varies === 'not' && cuts.length > 1,
      ),
    );
    expect(told.length).toBeGreaterThan(read.length / 2);
  });
});

/** A step without what it works on. */
type Step = FeatureStep extends infer Each
  ? Each extends { readonly of: number }
    ? Omit<Each, 'of'>
    : never
  : never;

function stumpBehind(steps: readonly FeatureStep[]): Pipeline {
  return {
    schema: { features: [{ name: 'a', type: 'number', required: false }] },
    steps: { features: 1, steps, columns: [steps.length] },
    model: createTreeEnsemble({
      columns: ['c'],
      outputs: 1,
      leafSize: 1,
      arithmetic: 'float64',
      base: [0],
      link: 'logistic',
      trees: [
        treeInput({
          share: 1,
          column: 0,
          threshold: 2,
          missingLeft: true,
          left: { share: 0.5, leaf: [-1] },
          right: { share: 0.5, leaf: [1] },
        }),
      ],
    }),
    task: 'binary',
    labels: [0, 1],
    decisionThreshold: 0.5,
  };
}

function firstNumberBelow(end: number): number {
  const above = firstNumberWhere((x) => x >= -end);
  return -firstNumberWhere((x) => x > above);
}

/** Some files need a card to be read. */
function tryToRead(file: string): Pipeline | null {
  try {
    return readArtifact(readFileSync(join('test/fixtures', file))).pipeline;
  } catch {
    return null;
  }
}
