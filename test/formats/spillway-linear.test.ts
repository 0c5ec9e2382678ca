import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readArtifact, writeLinear } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { LinearModel, Pipeline } from '../../src/model/index.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { editJson, type Loose } from './edit-json.ts';
import { linearCases, linearRows } from './linear-cases.ts';
import { loadFixture } from './xgboost-fixtures.ts';

const [[, binary]] = linearCases as [readonly [string, Pipeline]];
const bytes = writeLinear(binary);

describeModelReader('spillway-linear', [
  { name: 'binary', bytes },
  { name: 'regression', bytes: writeLinear(linearCases[5]![1]) },
]);

test.each(linearCases)('%s is the same model when it is read again', (_, pipeline) => {
  const again = readArtifact(writeLinear(pipeline));
  expect(again.pipeline).toEqual(pipeline);
  expect((again.pipeline.model as LinearModel).intercepts[0]).toBe(-0);
  const [model, copy] = [createModel(pipeline), createModel(again.pipeline)];
  for (const row of linearRows()) expect(copy.predict(row)).toEqual(model.predict(row));
});

test.each(['binary', 'multinomial', 'regression-two'])('%s is written as it always was', (name) => {
  const [, pipeline] = linearCases.find(([known]) => known === name)!;
  const file = `test/fixtures/spillway-linear/${name}.model.json`;
  expect(Buffer.from(writeLinear(pipeline)).toString()).toBe(readFileSync(file, 'utf8'));
});

test('every kind of step that looks at one number, or several, is kept', () => {
  const pipeline: Pipeline = {
    ...binary,
    steps: {
      features: 5,
      steps: [
        { kind: 'first', of: [0, 1] },
        { kind: 'forget', of: 0, value: -1, tolerance: 0.5 },
        { kind: 'clip', of: 0, min: Number.NEGATIVE_INFINITY, max: 3 },
        { kind: 'round', of: 0 },
        { kind: 'floor', of: 0 },
        { kind: 'truncate', of: 0 },
        { kind: 'above', of: 0, operand: 2 },
        {
          kind: 'recode',
          of: 2,
          keys: Float64Array.of(0, 2),
          values: Float64Array.of(0.5, -0),
          other: 7,
        },
        { kind: 'normalize', of: 0, norm: 'l2', among: [0, 1] },
      ],
      columns: [5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1, 4],
    },
  };
  expect(readArtifact(writeLinear(pipeline)).pipeline).toEqual(pipeline);
});

describe('what it does not hold is refused', () => {
  test.each<[string, Pipeline]>([
    [
      'something other than a weighted sum',
      readArtifact(loadFixture('3.4.1', 'binary-logistic').bytes).pipeline,
    ],
    [
      'a weighted sum in float32',
      readArtifact(loadFixture('3.4.1', 'binary-logistic-gblinear').bytes).pipeline,
    ],
    [
      'a table of several categories',
      {
        ...binary,
        steps: {
          ...binary.steps,
          steps: [
            {
              kind: 'recode-together',
              of: [2],
              terms: [new Uint32Array(2)],
              keys: new Uint32Array(2),
              values: new Float64Array(1),
              other: 0,
            },
          ],
        },
      },
    ],
  ])('%s', (feature, pipeline) => {
    expect(() => writeLinear(pipeline)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MODEL', details: { feature } }),
    );
  });
});

describe('a broken file is refused with what is wrong', () => {
  test.each<[(file: Loose) => unknown, RegExp]>([
    [(file) => (file.format_version = 2), /version 2 of spillway-linear: versions up to 1/],
    [(file) => (file.link = 'softmax'), /link: expected one of logistic, /],
    [(file) => (file.steps[0].of = 5), /steps\/0\/of: expected a whole number from 0 to 4/],
    [(file) => (file.columns[0].from = 25), /from: expected a whole number from 0 to 24/],
    [(file) => (file.labels = ['a']), /labels: expected 2 labels that differ/],
    [(file) => (file.labels = ['a', 'a']), /labels: expected 2 labels that differ/],
    [(file) => (file.coefficients[0] = [1]), /coefficients\/0: expected 12 numbers/],
    [(file) => (file.coefficients = []), /coefficients: expected one row/],
    [(file) => (file.intercepts = [1, 2]), /intercepts: expected 1 numbers/],
    [(file) => (file.steps[0].kind = 'log'), /steps\/0\/kind: expected a kind of step/],
    [(file) => (file.steps[0].of = -1), /steps\/0\/of: expected a whole number/],
    [(file) => (file.steps[0].value = 'x'), /steps\/0\/value: expected a number/],
    [(file) => (file.features[0].type = 'word'), /features\/0\/type: expected one of number/],
    [(file) => (file.features[0].categories = ['a']), /features\/0: expected categories for/],
    [(file) => (file.features[2].categories[1] = 'basic'), /categories: expected values that/],
    [(file) => (file.features[1].required = 'yes'), /required: expected true or false/],
    [(file) => (file.features[1].name = 'age'), /two columns share a name/],
    [(file) => (file.columns[1].name = 'age'), /two columns share a name/],
  ])('%s', (edit, message) => {
    const broken = editJson(bytes, (file) => void edit(file));
    expect(() => readArtifact(broken)).toThrow(message);
  });
});
