import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coverRatios } from '../../src/explain/cover-ratios.ts';
import { createInteractions } from '../../src/explain/create-interactions.ts';
import { annotateTrees } from '../../src/explain/kernels/annotate-trees.ts';
import { createLaneInteractionKernel } from '../../src/explain/kernels/lane-interaction-kernel.ts';
import { createTreeInteractions } from '../../src/explain/tree-interactions.ts';
import { createTreeShap } from '../../src/explain/tree-shap.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createRowEncoder } from '../../src/inference/index.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';
import { bruteForceInteractions } from './brute-force.ts';
import { chain } from './chain.ts';
import { drawRows, fixtureEnsembles } from './fixture-ensembles.ts';
import { largestError } from './largest-error.ts';
import { randomEnsemble, randomRow } from './random-ensemble.ts';

const columns = 4;
const ensembles = randomEnsemble(columns, { varied: true });

function interact(ensemble: TreeEnsemble, rows: Float64Array): Float64Array {
  const width = ensemble.columns.length;
  const interactions = new Float64Array(rows.length * width * ensemble.outputs).fill(Number.NaN);
  createInteractions(ensemble).interactRows(rows, rows.length / width, interactions);
  return interactions;
}

/** Of pairs only, by the kernel and plainly. */
function interactTwice(ensemble: TreeEnsemble, rows: Float64Array) {
  const width = ensemble.columns.length;
  const ratios = coverRatios(ensemble);
  const annotations = annotateTrees(ensemble, ratios);
  const ways = [
    createLaneInteractionKernel(ensemble, ratios, annotations, 2 ** 28)!,
    createTreeInteractions(ensemble, ratios, annotations),
  ];
  return ways.map((way) => {
    const interactions = new Float64Array(rows.length * width * ensemble.outputs).fill(Number.NaN);
    way(rows, rows.length / width, interactions);
    return interactions;
  }) as [Float64Array, Float64Array];
}

describe('interactions of random ensembles', () => {
  it('are sums over all coalitions, by the kernel and plainly', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), (ensemble, row) => {
        const expected = bruteForceInteractions(ensemble, row);
        const size = expected.length;
        expect(largestError(interact(ensemble, row), expected, size)).toBeLessThan(1e-12);
        const [fast, plain] = interactTwice(ensemble, row);
        const pairs = expected.map((value, index) => {
          const pair = Math.floor(index / ensemble.outputs);
          return pair % columns === Math.floor(pair / columns) ? 0 : value;
        });
        expect(largestError(fast, pairs, size)).toBeLessThan(1e-12);
        expect(largestError(plain, pairs, size)).toBeLessThan(1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same by the kernel and plainly for many columns in deep trees', () => {
    fc.assert(
      fc.property(
        randomEnsemble(12, { depth: 14, varied: true }),
        randomRow(12),
        (ensemble, row) => {
          const [fast, plain] = interactTwice(ensemble, row);
          expect(largestError(fast, plain, plain.length)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('add up to the attributions, and are those of a pair in either order', () => {
    fc.assert(
      fc.property(ensembles, randomRow(columns), (ensemble, row) => {
        const { outputs } = ensemble;
        const interactions = interact(ensemble, row);
        const attributions = new Float64Array(columns * outputs);
        createTreeShap(ensemble).attribute(row, attributions);
        const sums = attributions.map((_, index) => {
          let sum = 0;
          for (let j = 0; j < columns; j++) {
            const i = Math.floor(index / outputs);
            const value = interactions[(i * columns + j) * outputs + (index % outputs)]!;
            expect(value).toBe(interactions[(j * columns + i) * outputs + (index % outputs)]!);
            sum += value;
          }
          return sum;
        });
        expect(largestError(sums, attributions, sums.length)).toBeLessThan(1e-12);
      }),
    );
  });

  it('are the same bits for a row alone, in any place and beside any rows', () => {
    const rowsOfAny = fc.array(randomRow(columns), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ensembles, rowsOfAny, fc.nat(), (ensemble, rows, nth) => {
        const at = nth % rows.length;
        const size = columns * columns * ensemble.outputs;
        const together = interact(ensemble, Float64Array.from(rows.flatMap((row) => [...row])));
        const alone = interact(ensemble, rows[at]!);
        expect(alone).toEqual(together.slice(at * size, (at + 1) * size));
      }),
    );
  });
});

describe('interactions of models of real libraries', () => {
  it.each(fixtureEnsembles())('are the same by the kernel and plainly: %s', (_path, ensemble) => {
    const rows = drawRows(ensemble, 5, createSeededRandom(1));
    const [fast, plain] = interactTwice(ensemble, rows);
    expect(largestError(fast, plain, plain.length / 5)).toBeLessThan(1e-12);
  });
});

describe('pred_interactions of XGBoost 3.4.1', () => {
  const files = new URL('../fixtures/xgboost/3.4.1/', import.meta.url);
  const numbers = z.array(z.number());
  const expected = z.record(
    z.string(),
    z.object({
      rows: z.array(
        z.array(
          z
            .number()
            .nullable()
            .transform((value) => value ?? Number.NaN),
        ),
      ),
      // per row and output a square with the bias last
      interactions: z.array(z.array(z.array(numbers))),
    }),
  );
  const cases = expected.parse(
    JSON.parse(readFileSync(new URL('interactions.json', files), 'utf8')),
  );

  it.each(Object.entries(cases))('are ours on %s', (name, { rows, interactions }) => {
    const file = readFileSync(new URL(`${name}.model.json`, files));
    const { model, steps } = readArtifact(file).pipeline;
    const encode = createRowEncoder(steps);
    const ensemble = model as TreeEnsemble;
    const width = ensemble.columns.length;
    const { outputs } = ensemble;
    for (const [index, row] of rows.entries()) {
      const encoded = new Float64Array(width);
      encode(Float64Array.from(row), encoded);
      const ours = interact(ensemble, encoded);
      const theirs = ours.map((_, at) => {
        const pair = Math.floor(at / outputs);
        return interactions[index]![at % outputs]![Math.floor(pair / width)]![pair % width]!;
      });
      // XGBoost attributes in float32
      expect(largestError(ours, theirs, ours.length)).toBeLessThan(1e-5);
    }
  });
});

describe('interactions of long chains', () => {
  it('are the same by the kernel and plainly for 60 columns on one path', () => {
    const random = createSeededRandom(1);
    const ensemble = chain(72, 60, random, random);
    const [fast, plain] = interactTwice(ensemble, new Float64Array(60).fill(1).with(40, 0));
    expect(largestError(fast, plain, plain.length)).toBeLessThan(1e-12);
  });

  it('are computed plainly where trees are too deep for the kernel', () => {
    const random = createSeededRandom(2);
    const ensemble = chain(300, 3, random, () => 0.99);
    const row = Float64Array.of(0.9, 0.2, 0.8);
    expect(
      largestError(interact(ensemble, row), bruteForceInteractions(ensemble, row), 9),
    ).toBeLessThan(1e-12);
  });
});

describe('interactions', () => {
  it('are refused for trees without covers', () => {
    const random = createSeededRandom(3);
    const ensemble = { ...chain(3, 2, random, random), cover: null };
    expect(() => createInteractions(ensemble)).toThrow(
      expect.objectContaining({ code: 'NOT_EXPLAINABLE' }),
    );
  });
});
