import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createPredictor } from '../../src/inference/index.ts';
import { fixturesOf, loadFixture, versions } from '../formats/xgboost-fixtures.ts';

const cases = versions.flatMap((version) =>
  fixturesOf(version).map((fixture) => ({ name: `${version} ${fixture.case}`, ...fixture })),
);

describe.each(cases)('XGBoost $name', ({ bytes, rows, ...expected }) => {
  const { labels, margins, parameters, predictions } = expected;
  const predictor = createPredictor(readArtifact(bytes).pipeline);

  test('margins are equal bit for bit', () => {
    for (const [index, row] of rows.entries()) {
      expect(stepsApart([...predictor.margins(row)], margins[index]!), `row ${index}`).toBe(0);
    }
  });

  test('answers are equal bit for bit', () => {
    for (const [index, row] of rows.entries()) {
      const answer = predictor.predictValues(row);
      const numbers = {
        'multi:softmax': answer.prediction,
        'binary:logitraw': answer.margin,
      }[parameters.objective];
      const { probability, probabilities, value } = answer;
      const steps = stepsApart(
        [numbers ?? probability ?? probabilities ?? value].flat(),
        predictions[index]!,
      );
      expect(steps, `row ${index}`).toBe(0);
    }
  });

  if (labels === undefined) return;
  test('labels are those of the scikit-learn wrapper', () => {
    expect(rows.map((row) => predictor.predictValues(row).prediction)).toEqual([...labels]);
  });
});

test('a probability of one half is the negative label, as for the scikit-learn wrapper', () => {
  const { bytes, rows, predictions } = loadFixture('3.4.1', 'binary-logistic-even');
  expect(predictions.every(([probability]) => probability === 0.5)).toBe(true);
  const predictor = createPredictor(readArtifact(bytes).pipeline);
  expect(predictor.predictValues(rows[0]!)).toMatchObject({ probability: 0.5, prediction: 0 });
});

test.each([
  ['2.1.4', true],
  ['3.2.0', true],
  ['3.4.1', false],
])('quantiles of a file of XGBoost %s cross: %s, as they did there', (version, cross) => {
  const { bytes, rows, margins } = loadFixture(version, 'reg-quantileerror');
  const predictor = createPredictor(readArtifact(bytes).pipeline);
  const isCrossed = (list: ArrayLike<number>) =>
    Array.from(list).some((quantile, index) => quantile < (list[index - 1] ?? quantile));
  expect(margins.some(isCrossed)).toBe(true);
  expect(
    rows.some((row) => isCrossed([predictor.predictValues(row).value].flat() as number[])),
  ).toBe(cross);
});

/** The largest number of float32 steps between two lists; NaN when one has what the other cannot equal. */
function stepsApart(actual: readonly unknown[], expected: Float64Array): number {
  if (actual.length !== expected.length) return Number.NaN;
  return actual.reduce<number>((most, item, index) => {
    if (Number.isNaN(item) && Number.isNaN(expected[index])) return most;
    if (typeof item !== 'number' || !Object.is(Math.fround(item), item)) return Number.NaN;
    const [first, second] = new Int32Array(Float32Array.of(item, expected[index]!).buffer);
    return Math.max(most, Math.abs(first! - second!));
  }, 0);
}
