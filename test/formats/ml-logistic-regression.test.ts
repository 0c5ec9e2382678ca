import { describe, expect, test } from 'vitest';
import { type ReadOptions, readArtifact } from '../../src/formats/index.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { editJson } from './edit-json.ts';
import { loadMlJs } from './ml-js-fixtures.ts';

const binary = loadMlJs('logistic-binary');
const multiclass = loadMlJs('logistic-multiclass');
describeModelReader('ml-logistic-regression', [
  { name: 'logistic-binary', bytes: binary.bytes },
  { name: 'logistic-multiclass', bytes: multiclass.bytes },
]);

function refusal(bytes: Uint8Array, options: ReadOptions = {}): unknown {
  try {
    return readArtifact(bytes, options);
  } catch (error) {
    return error;
  }
}

function weightsIn(bytes: Uint8Array): number[][] {
  const { classifiers } = JSON.parse(Buffer.from(bytes).toString());
  return classifiers.map(({ weights }: { weights: number[][] }) => weights[0]);
}

test('two classes give one margin, from the classifier of class 1, turned round', () => {
  const features = ['f0', 'f1', 'f2', 'f3'];
  expect(readArtifact(binary.bytes)).toEqual({
    format: 'ml-logistic-regression',
    libraryVersion: null,
    objective: 'LogisticRegression',
    warnings: [],
    pipeline: {
      schema: {
        features: features.map((name) => ({
          name,
          type: 'number',
          required: false,
          nullable: false,
        })),
      },
      steps: { features: 4, steps: [], columns: [0, 1, 2, 3] },
      task: 'binary',
      labels: [0, 1],
      decisionThreshold: 0.5,
      model: {
        kind: 'linear-model',
        columns: features,
        outputs: 1,
        arithmetic: 'float64',
        weights: Float64Array.from(weightsIn(binary.bytes)[1]!, (weight) => -weight),
        intercepts: Float64Array.of(0),
        link: 'logistic',
        slope: 1,
      },
    },
  });
});

test('more classes give one margin each', () => {
  expect(readArtifact(multiclass.bytes).pipeline).toMatchObject({
    task: 'multiclass',
    labels: [0, 1, 2],
    model: {
      outputs: 3,
      weights: Float64Array.from(weightsIn(multiclass.bytes).flat(), (weight) => -weight),
      intercepts: Float64Array.of(0, 0, 0),
      link: 'one-vs-rest',
    },
  });
});

test('columns take the names that the caller gives', () => {
  const columns = ['a', 'b', 'c', 'd'];
  expect(readArtifact(binary.bytes, { columns }).pipeline.model.columns).toEqual(columns);
  expect(() => readArtifact(binary.bytes, { columns: ['a'] })).toThrow(/4 columns; 1 names/);
});

describe('a broken file is refused with what is wrong', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  type Edit = (json: any) => unknown;

  test.each<[string, Edit, RegExp]>([
    [
      'one class',
      (j) => ((j.numberClasses = 1), j.classifiers.pop()),
      /numberClasses: expected a whole number from 2/,
    ],
    [
      'a classifier too few',
      (j) => j.classifiers.pop(),
      /classifiers: expected 3 classifiers, got an array of 2/,
    ],
    [
      'never trained',
      (j) => (j.classifiers[0].weights = null),
      /classifiers\/0\/weights: expected an array, got null/,
    ],
    ['no weights', (j) => (j.classifiers[1].weights = []), /weights: expected one row of numbers/],
    [
      'rows of weights',
      (j) => (j.classifiers[1].weights = [[1], [2]]),
      /weights: expected one row of numbers/,
    ],
    [
      'a weight too few',
      (j) => j.classifiers[2].weights[0].pop(),
      /classifiers\/2\/weights: expected one row of 4 numbers/,
    ],
    [
      'a weight that overflowed',
      (j) => (j.classifiers[2].weights[0][0] = null),
      /weights\/0\/0: expected a number, got null/,
    ],
  ])('%s', (_name, edit, message) => {
    const changed = editJson(multiclass.bytes, (json) => void edit(json));
    expect(refusal(changed)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });

  test('an endless weight', () => {
    const text = Buffer.from(binary.bytes)
      .toString()
      .replace(/"weights":\[\[[^,]+/, '"weights":[[-Infinity');
    expect(refusal(Buffer.from(text))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('weights/0: expected finite numbers'),
    });
  });
});
