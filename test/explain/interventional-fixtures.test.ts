import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Attributor } from '../../src/explain/attributor.ts';
import { createInterventionalShap } from '../../src/explain/interventional-shap.ts';
import { readArtifact } from '../../src/formats/index.ts';

const numbers = z.array(z.number());
const rows = z.array(
  z.array(
    z.union([z.number(), z.string(), z.null()]).transform((value) => Number(value ?? Number.NaN)),
  ),
);
// per row, column and output
const answer = z.object({ base: numbers, values: z.array(z.array(numbers)) });
const fixtures = z.array(
  z.object({
    model: z.string(),
    columns: z.array(z.string()),
    background: rows,
    rows,
    score: answer,
    probability: answer.optional(),
  }),
);

// of the sum of sizes; shap keeps the leaves and weights of trees in float32
const tolerances = { 'tree-ensemble': 1e-7, 'linear-model': 1e-12, 'calibrated-model': 0 };

describe.each(['xgboost', 'lightgbm', 'sklearn'])(
  'interventional values of shap for %s',
  (name) => {
    for (const fixture of fixtures.parse(read(`shap/interventional-${name}.json`))) {
      const { pipeline } = readArtifact(readFileSync(urlOf(fixture.model)));
      const background = {
        values: Float64Array.from(fixture.background.flat()),
        count: fixture.background.length,
      };
      for (const output of ['score', 'probability'] as const) {
        const expected = fixture[output];
        if (expected === undefined) continue;
        it(`are ours on the ${output} of ${fixture.model}`, () => {
          const tolerance = tolerances[pipeline.model.kind];
          const attributor = createInterventionalShap(pipeline, background, { output });
          expect(expected.values).toHaveLength(fixture.rows.length);
          for (const [index, row] of fixture.rows.entries()) {
            compare(
              attributor,
              Float64Array.from(row),
              expected.base,
              expected.values[index]!,
              tolerance,
            );
          }
        });
      }
    }
  },
);

function urlOf(path: string): URL {
  return new URL(`../fixtures/${path}`, import.meta.url);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(urlOf(path), 'utf8'));
}

/** Also: base and attributions are the score, far closer than any oracle says. */
function compare(
  attributor: Attributor,
  row: Float64Array,
  base: readonly number[],
  shap: readonly (readonly number[])[],
  tolerance: number,
): void {
  const outputs = base.length;
  const attributions = new Float64Array(row.length * outputs);
  const scores = new Float64Array(outputs);
  attributor.attribute(row, attributions);
  attributor.score(row, scores);
  expect(attributor.base).toHaveLength(outputs);
  for (let k = 0; k < outputs; k++) {
    const ours = [...row.keys()].map((c) => attributions[c * outputs + k]!);
    const size = ours.reduce((sum, value) => sum + Math.abs(value), 1);
    for (const [c, attribution] of ours.entries()) {
      expect(Math.abs(attribution - shap[c]![k]!)).toBeLessThan(tolerance * size);
    }
    expect(Math.abs(attributor.base[k]! - base[k]!)).toBeLessThan(tolerance * size);
    const sum = ours.reduce((total, value) => total + value, attributor.base[k]!);
    expect(Math.abs(sum - scores[k]!)).toBeLessThan(1e-12 * size);
  }
}
