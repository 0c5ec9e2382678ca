import { describe, expect, test } from 'vitest';
import { readArtifact, writeOnnx } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { FeatureStep, LinearModel, Pipeline, Prediction } from '../../src/model/index.ts';
import { linearCases, linearRows } from './linear-cases.ts';
import { onnxRowOf } from './onnx-row.ts';
import { loadFixture } from './xgboost-fixtures.ts';

const [[, binary]] = linearCases as [readonly [string, Pipeline]];

test.each(linearCases)('%s answers from its file within what float32 leaves', (_, pipeline) => {
  const { format, libraryVersion, pipeline: read } = readArtifact(writeOnnx(pipeline));
  expect([format, libraryVersion]).toEqual(['onnx', expect.stringMatching(/^spillway \d/)]);
  expect([read.task, read.labels]).toEqual([pipeline.task, pipeline.labels]);
  const [model, copy] = [createModel(pipeline), createModel(read)];
  for (const row of linearRows()) {
    const [ours, theirs] = [model.predict(row), copy.predict(onnxRowOf(row))];
    for (const [index, number] of numbersOf(theirs).entries()) {
      const exact = numbersOf(ours)[index]!;
      expect(Math.abs(number - exact)).toBeLessThan(2e-6 * Math.max(1, Math.abs(exact)));
    }
    if (pipeline.task !== 'regression') expect(theirs.prediction).toBe(ours.prediction);
  }
});

function numbersOf({ probabilities, probability, value }: Prediction): readonly number[] {
  return probabilities ?? [probability ?? value ?? []].flat();
}

test('the inputs are the features, each of its type', () => {
  const { features } = readArtifact(writeOnnx(binary)).pipeline.schema;
  expect(features.map(({ name, type }) => [name, type])).toEqual([
    ['age', 'number'],
    ['charges', 'number'],
    ['plan', 'category'],
    ['region', 'integer'],
    ['label', 'number'],
  ]);
});

describe('what cannot be written is refused', () => {
  const weights = binary.model as LinearModel;
  const withStep = (...steps: FeatureStep[]): Pipeline => ({
    ...binary,
    steps: { features: 5, steps, columns: Array.from({ length: 12 }, () => 4 + steps.length) },
  });

  test.each<[string, Pipeline]>([
    [
      'something other than a weighted sum',
      readArtifact(loadFixture('3.4.1', 'binary-logistic').bytes).pipeline,
    ],
    ['a step of kind first', withStep({ kind: 'first', of: [0, 1] })],
    ['a step of kind floor on a number', withStep({ kind: 'floor', of: 0 })],
    ['a step of kind above on what may be missing', withStep({ kind: 'above', of: 0, operand: 1 })],
    ['the number 1e+39', withStep({ kind: 'add', of: 1, operand: 1e39 })],
    [
      'coefficients beyond float32',
      { ...binary, model: { ...weights, weights: new Float64Array(12).fill(1e39) } },
    ],
    ['the link hinge of a classification', { ...binary, model: { ...weights, link: 'hinge' } }],
    [
      'labels that are neither all words nor all whole numbers',
      { ...binary, labels: [false, true] },
    ],
  ])('%s', (feature, pipeline) => {
    expect(() => writeOnnx(pipeline)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MODEL', details: { feature } }),
    );
  });
});
