import { describe, expect, it } from 'vitest';
import { createExplainer } from '../../src/explain/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createRowReader } from '../../src/model/index.ts';
import { fixtures } from '../formats/catboost-fixtures.ts';

const tolerance = 1e-12;

describe('ShapValues of CatBoost', () => {
  it.each(fixtures.filter(({ shap }) => shap !== undefined))('are ours on $case', (fixture) => {
    const { pipeline } = readArtifact(fixture.bytes);
    const explainer = createExplainer(pipeline);
    const reader = createRowReader(pipeline.schema, { allowInfinite: true });
    const values = new Float64Array(pipeline.schema.features.length);
    for (const [index, row] of fixture.rows.entries()) {
      expect(reader.read(row, values)).toBe(true);
      const { attributions, baseValue } = explainer.explain(values);
      const ours = [...Object.values(attributions), baseValue].map((part) => [part].flat());
      for (const [k, theirs] of fixture.shap![index]!.entries()) {
        const size = 1 + theirs.reduce((sum, part) => sum + Math.abs(part), 0);
        for (const [column, their] of theirs.entries()) {
          expect(
            Math.abs(ours[column]![k]! - their),
            `row ${index}, column ${column}`,
          ).toBeLessThan(tolerance * size);
        }
      }
    }
  });
});

describe('attributions of CatBoost models that CatBoost attributes in another way', () => {
  it.each([
    'ctr',
    'ctr-multiclass',
    'ctr-targets',
    'depthwise',
    'depthwise-one-hot',
    'lossguide-ctr',
  ])('add up on %s', (name) => {
    const { bytes, rows } = fixtures.find((fixture) => fixture.case === name)!;
    const { pipeline } = readArtifact(bytes);
    const explainer = createExplainer(pipeline);
    const reader = createRowReader(pipeline.schema, { allowInfinite: true });
    const values = new Float64Array(pipeline.schema.features.length);
    for (const row of rows) {
      expect(reader.read(row, values)).toBe(true);
      expect(explainer.explain(values).additivityResidual).toBeLessThan(tolerance);
    }
  });

  it.each(['ctr-combinations', 'ctr-combinations-missing', 'ctr-combinations-means'])(
    'are refused on %s, whose columns are of several features',
    (name) => {
      const { bytes } = fixtures.find((fixture) => fixture.case === name)!;
      expect(() => createExplainer(readArtifact(bytes).pipeline)).toThrow(
        /made from several features at once/,
      );
    },
  );
});
