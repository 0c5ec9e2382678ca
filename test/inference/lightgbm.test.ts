import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel, createPredictor } from '../../src/inference/index.ts';
import { lightgbmFixtures, loadLightgbm, valuesOf } from '../formats/lightgbm-fixtures.ts';

// the exponential of V8 and that of the C library are each within an ulp
const tolerance = 1e-15;

const files = lightgbmFixtures().flatMap((fixture) => [
  { name: `${fixture.version} ${fixture.case}`, bytes: fixture.text, fixture },
  ...(fixture.json === null
    ? []
    : [{ name: `${fixture.version} ${fixture.case} as JSON`, bytes: fixture.json, fixture }]),
]);

describe.each(files)('LightGBM $name', ({ bytes, fixture }) => {
  const { pipeline } = readArtifact(bytes);
  const predictor = createPredictor(pipeline);
  const values = valuesOf(fixture);
  const { raw, predictions, parameters } = fixture;

  test('raw scores are equal bit for bit', () => {
    expect(values.length).toBeGreaterThan(19);
    for (const [index, row] of values.entries()) {
      // raw scores of a forest are sums, ours are the means that its answers are made from
      const { divisor } = pipeline.model as { divisor: number };
      expect(divisor === 1).toBe(parameters.boosting !== 'rf');
      const expected = raw[index]!.map((sum) => (sum ?? Number.NaN) / divisor);
      expect([...predictor.margins(row)], `row ${index}`).toEqual(expected);
    }
  });

  test('answers are equal up to the rounding of e^x', () => {
    for (const [index, row] of values.entries()) {
      const { probability, probabilities, value } = predictor.predictValues(row);
      const answers = [probability ?? probabilities ?? value ?? []].flat();
      expect(answers).toHaveLength(predictions[index]!.length);
      for (const [output, answer] of answers.entries()) {
        const theirs = predictions[index]![output] ?? Number.NaN;
        if (Object.is(answer, theirs)) continue;
        expect(Math.abs(answer / theirs - 1), `row ${index}`).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});

test('the positive label is predicted above one half, as the scikit-learn wrapper does', () => {
  const text = loadLightgbm('regression-constant').text.toString();
  const binary = (score: string) =>
    Buffer.from(
      text
        .replace('objective=regression', 'objective=binary sigmoid:1')
        .replace(/leaf_value=.*/, `leaf_value=${score}`),
    );
  const predict = (score: string) =>
    createModel(readArtifact(binary(score)).pipeline).predict([1, 1, 1, 1, 1]);
  expect(predict('0')).toMatchObject({ probability: 0.5, prediction: 0 });
  expect(predict('4.5e-16')).toMatchObject({ probability: 0.5000000000000001, prediction: 1 });
});

test('rows of a data frame are given in words, and an unknown word is a missing value', () => {
  const { text } = loadLightgbm('pandas');
  const model = createModel(readArtifact(text).pipeline);
  const row = { amount: 0.3, colour: 'red', alike: 'same', size: 10, yes: true };
  const missing = model.predict({ ...row, colour: null });
  expect(model.predict({ ...row, colour: 'unknown' })).toEqual(missing);
  expect(model.predict(row)).not.toEqual(missing);
  expect(model.predict({ ...row, size: 21 })).toEqual(model.predict({ ...row, size: null }));
});
