import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createExplainer } from '../../src/explain/index.ts';
import { readArtifact } from '../../src/formats/index.ts';

const numbers = z.array(z.number());
const expected = z.object({
  rows: z.array(
    z.array(
      z.union([z.number(), z.string(), z.null()]).transform((value) => Number(value ?? Number.NaN)),
    ),
  ),
  // per row, output and column, the base value last; null for a row that XGBoost does not explain
  contribs: z.array(z.array(numbers).nullable()),
});

// XGBoost attributes in float32
const tolerance = 1e-5;

const directory = new URL('../fixtures/xgboost/', import.meta.url);

for (const version of readdirSync(directory)) {
  const files = new URL(`${version}/`, directory);
  const cases = readdirSync(files)
    .filter((file) => file.endsWith('.model.json'))
    .map((file) => file.replace('.model.json', ''));

  describe(`pred_contribs of XGBoost ${version}`, () => {
    it.each(cases)('are ours on %s', (name) => {
      const model = readArtifact(readFileSync(new URL(`${name}.model.json`, files)));
      const pipeline = model.pipeline;
      if (pipeline.model.kind === 'tree-ensemble' && pipeline.model.cover === null) {
        expect(() => createExplainer(pipeline)).toThrow(/the trees carry no covers/);
        return;
      }
      // XGBoost explains gblinear against a row of zeros
      const columnMeans =
        pipeline.model.kind === 'linear-model' ? pipeline.model.columns.map(() => 0) : undefined;
      const explainer = createExplainer(pipeline, { columnMeans });
      const { rows, contribs } = expected.parse(
        JSON.parse(readFileSync(new URL(`${name}.expected.json`, files), 'utf8')),
      );
      expect(contribs).toHaveLength(rows.length);
      for (const [index, row] of rows.entries()) {
        if (columnMeans !== undefined && contribs[index] === null) continue;
        const { baseValue, attributions, additivityResidual } = explainer.explain(
          Float64Array.from(row),
        );
        for (const [k, theirs] of (contribs[index] ?? []).entries()) {
          const ours = [...Object.values(attributions), baseValue].map((parts) =>
            typeof parts === 'number' ? parts : parts[k]!,
          );
          const size = Math.max(
            1,
            ours.slice(0, -1).reduce((sum, part) => sum + Math.abs(part), 0),
          );
          expect(ours).toHaveLength(theirs.length);
          const errors = ours.map((part, column) => Math.abs(part - theirs[column]!));
          expect(Math.max(...errors)).toBeLessThan(tolerance * size);
          expect(additivityResidual).toBeLessThan(1e-9 * size);
        }
      }
    });
  });
}
