import { describe, expect, it } from 'vitest';
import { createExplainer } from '../../src/explain/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { lightgbmFixtures, loadLightgbm, valuesOf } from '../formats/lightgbm-fixtures.ts';

// of the sum of sizes; LightGBM attributes in float64
const tolerance = 1e-12;

const explained = lightgbmFixtures().filter(({ contribs }) => contribs !== undefined);

describe('pred_contrib of LightGBM', () => {
  it.each(explained)('is ours on $case', (fixture) => {
    const { pipeline } = readArtifact(fixture.text);
    const explainer = createExplainer(pipeline);
    // those of a forest add up to a sum over its trees, ours to the mean
    const { divisor } = pipeline.model as { divisor: number };
    const values = valuesOf(fixture);
    for (const [index, outputs] of fixture.contribs!.entries()) {
      const { baseValue, attributions, additivityResidual } = explainer.explain(values[index]!);
      for (const [k, theirs] of outputs.entries()) {
        const ours = [...Object.values(attributions), baseValue].map((parts) =>
          typeof parts === 'number' ? parts : parts[k]!,
        );
        const size = ours.reduce((sum, part) => sum + Math.abs(part), 0);
        expect(ours).toHaveLength(theirs.length);
        for (const [column, part] of ours.entries()) {
          expect(Math.abs(part - theirs[column]! / divisor)).toBeLessThanOrEqual(tolerance * size);
        }
        expect(additivityResidual).toBeLessThanOrEqual(tolerance * size);
      }
    }
  });

  it('does not explain linear trees, and neither do we', () => {
    const { pipeline } = readArtifact(loadLightgbm('linear').text);
    expect(() => createExplainer(pipeline)).toThrow(
      expect.objectContaining({ code: 'NOT_EXPLAINABLE' }),
    );
  });
});
