import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findCuts } from '../../src/explain/counterfactuals/feature-cuts.ts';
import { firstNumberWhere } from '../../src/explain/counterfactuals/first-number-where.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { Pipeline } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';

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
