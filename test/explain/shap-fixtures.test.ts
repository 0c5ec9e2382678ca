import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Attributor } from '../../src/explain/attributor.ts';
import { createLinearShap } from '../../src/explain/linear-shap.ts';
import { createTreeShap } from '../../src/explain/tree-shap.ts';
import { createTreeEnsemble, type LinearModel } from '../../src/model/index.ts';

const numbers = z.array(z.number());
const expected = {
  rows: z.array(
    z.array(
      z
        .number()
        .nullable()
        .transform((value) => value ?? Number.NaN),
    ),
  ),
  baseValue: numbers,
  // per row, column and output
  shap: z.array(z.array(numbers)),
};
const tree = z.object({
  output: z.number(),
  left: numbers,
  right: numbers,
  column: numbers,
  threshold: numbers,
  missingLeft: z.array(z.boolean()),
  value: numbers,
  cover: numbers,
});
const ensemble = z.object({
  columns: z.array(z.string()),
  outputs: z.number(),
  leafSize: z.number(),
  arithmetic: z.enum(['float32', 'float64']),
  base: numbers,
  divisor: z.number(),
  link: z.enum(['logistic', 'softmax', 'probability', 'identity']),
  trees: z.array(tree),
});
const treeFixture = z.object({ ensemble, ...expected });
const linearFixture = z.object({
  weights: numbers,
  intercepts: numbers,
  outputs: z.number(),
  columnMeans: numbers,
  ...expected,
});

// shap computes in float64, but by an algorithm that divides; XGBoost computes in float32
const float64 = 1e-12;
const float32 = 1e-5;

describe('attributions of the real shap', () => {
  it.each([
    ['forest-binary', float64],
    ['forest-multiclass', float64],
    ['forest-deep', float64],
    ['histogram-boosting', float64],
    ['boosting-multiclass', float32],
  ])('are ours on %s, within %d of the sum of their sizes', (name, tolerance) => {
    const fixture = treeFixture.parse(read(name));
    compare(createTreeShap(createTreeEnsemble(fixture.ensemble)), fixture, tolerance);
  });

  it.each(['linear-binary', 'linear-multiclass'])('are ours on %s', (name) => {
    const fixture = linearFixture.parse(read(name));
    const { weights, intercepts, outputs, columnMeans } = fixture;
    const model: LinearModel = {
      kind: 'linear-model',
      arithmetic: 'float64',
      slope: 1,
      columns: columnMeans.map((_, c) => `c${c}`),
      outputs,
      weights: Float64Array.from(weights),
      intercepts: Float64Array.from(intercepts),
      link: outputs === 1 ? 'logistic' : 'softmax',
    };
    compare(createLinearShap(model, columnMeans), fixture, float64);
  });
});

function read(name: string): unknown {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/shap/${name}.json`, import.meta.url), 'utf8'),
  );
}

interface Expected {
  readonly rows: readonly (readonly number[])[];
  readonly baseValue: readonly number[];
  readonly shap: readonly (readonly (readonly number[])[])[];
}

/** Also: base and attributions are the score, far closer than any oracle says. */
function compare(
  attributor: Attributor,
  { rows, baseValue, shap }: Expected,
  tolerance: number,
): void {
  const outputs = baseValue.length;
  for (const [index, values] of rows.entries()) {
    const row = Float64Array.from(values);
    const attributions = new Float64Array(row.length * outputs);
    const scores = new Float64Array(outputs);
    attributor.attribute(row, attributions);
    attributor.score(row, scores);
    for (let k = 0; k < outputs; k++) {
      const ours = [...row.keys()].map((c) => attributions[c * outputs + k]!);
      const size = Math.max(1, sum(ours.map(Math.abs)));
      for (const [c, attribution] of ours.entries()) {
        expect(Math.abs(attribution - shap[index]![c]![k]!)).toBeLessThan(tolerance * size);
      }
      expect(Math.abs(attributor.base[k]! - baseValue[k]!)).toBeLessThan(tolerance * size);
      expect(Math.abs(attributor.base[k]! + sum(ours) - scores[k]!)).toBeLessThan(1e-9 * size);
    }
  }
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
