import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLimeExplainer } from '../../src/explain/index.ts';
import type { FeatureSchema } from '../../src/model/index.ts';
import { opaqueClassifier, opaqueRegression } from './opaque-model.ts';

const table = z.array(z.array(z.number()));
const distribution = z.object({ mean: table, deviation: table });
const fixture = z
  .object({
    samples: z.number(),
    seeds: z.number(),
    background: table,
    rows: table,
    classification: distribution,
    regression: distribution,
  })
  .parse(
    JSON.parse(readFileSync(new URL('../fixtures/lime/tabular.json', import.meta.url), 'utf8')),
  );

const schema: FeatureSchema = {
  features: [
    { name: 'normal', type: 'number', required: true },
    { name: 'skewed', type: 'number', required: true },
    { name: 'mostly-zero', type: 'number', required: true },
    { name: 'three', type: 'category', categories: ['a', 'b', 'c'], required: true },
    { name: 'two', type: 'category', categories: ['a', 'b'], required: true },
  ],
};

/** As in scripts/fixtures/lime_values.py. */
function target([normal, skewed, zero, three]: ArrayLike<number> & Iterable<number>): number {
  const slope = 1 + (three === 1 ? 1 : 0);
  return normal! * slope - Math.min(skewed!, 3) + 0.3 * zero! + 1.5 * (three === 2 ? 1 : 0) + 0.2;
}

const models = {
  classification: opaqueClassifier(schema, (row) => 1 / (1 + Math.exp(-target(row)))),
  regression: opaqueRegression(schema, target),
};

describe.each(['classification', 'regression'] as const)('a %s', (mode) => {
  const { background, rows, samples, seeds } = fixture;
  const values = Float64Array.from(background.flat());
  const lime = createLimeExplainer(models[mode], { values, count: background.length }, { samples });

  it.each([...rows.keys()])(
    'has the coefficients, intercept, fit and prediction of the real lime for row %d, and they vary as much over seeds',
    (index) => {
      const row = Float64Array.from(rows[index]!);
      const results = Array.from({ length: seeds }, (_, seed) => {
        const { attributions, baseValue, fit } = lime.explain(row, seed);
        return [...Object.values(attributions), baseValue, fit!.r2, fit!.localPrediction].map(
          Number,
        );
      });
      const theirs = fixture[mode];
      for (const [k, mean] of theirs.mean[index]!.entries()) {
        const ours = results.map((result) => result[k]!);
        const ourMean = ours.reduce((sum, value) => sum + value, 0) / seeds;
        const squares = ours.reduce((sum, value) => sum + (value - ourMean) ** 2, 0);
        const ourDeviation = Math.sqrt(squares / (seeds - 1));
        const deviation = theirs.deviation[index]![k]!;
        // two means of 40 each: four of their standard errors; the ratio of two deviations of 40 each lies
        // between these with a probability of 0.999
        const error = Math.sqrt((ourDeviation ** 2 + deviation ** 2) / seeds);
        expect(Math.abs(ourMean - mean), `mean ${k}`).toBeLessThan(4 * error);
        expect(ourDeviation / deviation, `deviation ${k}`).toBeGreaterThan(0.58);
        expect(ourDeviation / deviation, `deviation ${k}`).toBeLessThan(1.72);
      }
    },
  );
});
