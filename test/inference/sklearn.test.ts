import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createPredictor } from '../../src/inference/index.ts';
import { createRowReader, type Pipeline, type Prediction } from '../../src/model/index.ts';
import { fixturesOf, rowsOf, versions } from '../formats/sklearn-fixtures.ts';

/** Relative, for what goes through logarithms, exponentials and dot products, which every platform rounds its own way. */
const tolerance = 1e-14;

const cases = versions.flatMap((version) =>
  fixturesOf(version).map((fixture) => ({ name: `${version} ${fixture.file}`, ...fixture })),
);

describe.each(cases)('scikit-learn $name', (fixture) => {
  const { answers, labels, predicted } = fixture;
  const { pipeline } = readArtifact(fixture.bytes);
  const predictions = rowsOf(fixture, pipeline.schema).map(predictRows(pipeline));

  test('answers are equal: of trees bit for bit, of others within 1e-14', () => {
    const isTrees = /^(?:skops-)?(?:tree|forest|extra)/.test(fixture.file);
    for (const [index, prediction] of predictions.entries()) {
      const actual = [
        prediction.probability ?? prediction.probabilities ?? prediction.value ?? [],
      ].flat();
      expect(apart(actual, answers[index]!), `row ${index}`).toBeLessThanOrEqual(
        isTrees ? 0 : tolerance,
      );
    }
  });

  test('labels are equal, in type too', () => {
    expect(pipeline.labels).toEqual(labels ?? []);
    if (predicted !== null) {
      expect(predictions.map(({ prediction }) => prediction)).toEqual(predicted);
    }
  });
});

function predictRows(pipeline: Pipeline): (row: unknown[]) => Prediction {
  const reader = createRowReader(pipeline.schema, { allowInfinite: true });
  const predictor = createPredictor(pipeline);
  const values = new Float64Array(pipeline.schema.features.length);
  return (row) => {
    expect(reader.faults(row)).toEqual([]);
    reader.read(row, values);
    return predictor.predictValues(values);
  };
}

/** The largest relative difference. */
function apart(actual: readonly number[], expected: readonly unknown[]): number {
  if (actual.length !== expected.length) return Number.NaN;
  return actual.reduce((most, item, index) => {
    const other = Number(expected[index]);
    return Math.max(most, item === other ? 0 : Math.abs(item - other) / Math.abs(other));
  }, 0);
}
