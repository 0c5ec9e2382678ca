import { describe, expect, test } from 'vitest';
import { type ReadOptions, readArtifact } from '../../src/formats/index.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { editJson } from './edit-json.ts';
import { loadMlJs, readMlJs } from './ml-js-fixtures.ts';

const cases = ['forest-binary', 'forest-multiclass', 'forest-regression'];
describeModelReader(
  'ml-random-forest',
  cases.map((name) => ({ name, bytes: loadMlJs(name).bytes })),
);

const binary = loadMlJs('forest-binary');
const multiclass = loadMlJs('forest-multiclass');
const regression = loadMlJs('forest-regression');

function readForest(bytes: Uint8Array, options: ReadOptions = {}): TreeEnsemble {
  const { model } = readArtifact(bytes, options).pipeline;
  if (model.kind !== 'tree-ensemble') throw new Error('not trees');
  return model;
}

function refusal(bytes: Uint8Array, options: ReadOptions = {}): unknown {
  try {
    return readArtifact(bytes, options);
  } catch (error) {
    return error;
  }
}

describe('a classifier', () => {
  test('of two classes has the probability of class 1 as its one output', () => {
    const artifact = readArtifact(binary.bytes);
    expect(artifact).toMatchObject({
      libraryVersion: null,
      objective: 'RFClassifier',
      pipeline: {
        task: 'binary',
        labels: [0, 1],
        model: { outputs: 1, leafSize: 1, divisor: 7, link: 'probability', arithmetic: 'float64' },
      },
    });
    expect(artifact.warnings).toEqual([]);
  });

  test('of three classes has an output for each', () => {
    expect(readArtifact(multiclass.bytes).pipeline).toMatchObject({
      task: 'multiclass',
      labels: [0, 1, 2],
      model: { outputs: 3, leafSize: 3 },
    });
  });

  test('has fractions in its leaves that sum to 1, also where the last classes never came', () => {
    const { left, value } = readForest(multiclass.bytes);
    for (const [node, child] of left.entries()) {
      if (child !== -1) continue;
      const [a, b, c] = value.subarray(3 * node);
      expect(a! + b! + c!).toBeCloseTo(1, 15);
    }
  });

  test('that was loaded and saved again is the same model', () => {
    const again = readForest(readMlJs('forest-binary-saved-again.json'));
    expect(again).toEqual(readForest(binary.bytes));
  });
});

describe('a regression', () => {
  test('is the mean of its leaves', () => {
    expect(readArtifact(regression.bytes)).toMatchObject({
      objective: 'RFRegression',
      pipeline: {
        task: 'regression',
        labels: [],
        model: { outputs: 1, divisor: 7, link: 'identity' },
      },
      warnings: [],
    });
  });

  test('by the median is refused by name', () => {
    expect(refusal(readMlJs('refused-median.json'))).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: expect.stringContaining('selection method other than "mean"'),
    });
  });
});

describe('columns', () => {
  test('are those of the whole table, not those that a tree was given', () => {
    expect(readForest(binary.bytes).columns).toEqual(['f0', 'f1', 'f2', 'f3']);
    const columns = new Set(readForest(binary.bytes).column);
    expect(columns).toEqual(new Set([0, 1, 2, 3]));
  });

  test('may be more than the trees look at when the caller names them', () => {
    const columns = ['a', 'b', 'c', 'd', 'e'];
    expect(readForest(binary.bytes, { columns }).columns).toEqual(columns);
  });

  test('are refused when the caller names too few', () => {
    expect(() => readForest(binary.bytes, { columns: ['a', 'b', 'c'] })).toThrow(
      'the model has 4 columns; 3 names were given',
    );
  });
});

describe('covers', () => {
  test('are none without a file of them', () => {
    expect(readForest(binary.bytes).cover).toBeNull();
  });

  test('come in preorder, as the nodes do', () => {
    const { cover, roots } = readForest(binary.bytes, { covers: binary.covers });
    expect(cover).toEqual(Float64Array.from(binary.covers.flat()));
    expect(Array.from(roots, (root) => cover![root])).toEqual(Array(7).fill(120));
  });

  test.each<[string, unknown, RegExp]>([
    ['not arrays', { covers: [] }, /^covers: expected an array, got an object/],
    ['for too few trees', binary.covers.slice(1), /^covers: expected 7 arrays, one per tree/],
    [
      'for too few nodes',
      binary.covers.map((tree) => tree.slice(1)),
      /^covers\/0: expected an array of \d+ numbers/,
    ],
    [
      'in another order',
      binary.covers.map((tree) => tree.toReversed()),
      /^covers\/0: expected in entry 0 the sum/,
    ],
    [
      'not numbers',
      binary.covers.map((tree) => tree.map(String)),
      /^covers\/0\/0: expected a number/,
    ],
    ['negative', binary.covers.map((tree) => tree.map((cover) => -cover)), /^covers\/0: /],
    ['endless', binary.covers.map((tree) => tree.map(() => Infinity)), /^covers\/0: /],
  ])('are refused when they are %s', (_name, covers, message) => {
    expect(refusal(binary.bytes, { covers })).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });
});

// oxlint-disable-next-line typescript/no-explicit-any
function leafOf(baseModel: any): any {
  let node = baseModel.estimators[0].root;
  while (node.left !== undefined) node = node.left;
  return node;
}

describe('a broken file is refused with what is wrong', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  type Edit = (json: any) => unknown;

  test.each<[string, Edit, string, RegExp]>([
    [
      'no trees',
      ({ baseModel }) => (baseModel.estimators = []),
      'INVALID_MODEL',
      /estimators: expected at least one tree/,
    ],
    [
      'a tree without columns',
      ({ baseModel }) => baseModel.indexes.pop(),
      'INVALID_MODEL',
      /indexes: expected 7 arrays/,
    ],
    [
      'a column beyond those of the tree',
      ({ baseModel }) => (baseModel.indexes[0] = [0]),
      'INVALID_MODEL',
      /looks at column NaN/,
    ],
    [
      'a column between two',
      ({ baseModel }) => (baseModel.indexes[0][1] = 0.5),
      'INVALID_MODEL',
      /indexes\/0: expected whole numbers/,
    ],
    [
      'a column far away',
      ({ baseModel }) => (baseModel.indexes[0][1] = 2e9),
      'UNSUPPORTED_MODEL',
      /2000000001 columns/,
    ],
    [
      'an inner node without a child',
      ({ baseModel }) => delete baseModel.estimators[0].root.left,
      'INVALID_MODEL',
      /root: expected an object with "left"/,
    ],
    [
      'a threshold that was NaN',
      ({ baseModel }) => (baseModel.estimators[0].root.splitValue = null),
      'INVALID_MODEL',
      /splitValue: expected a number, got null/,
    ],
    [
      'a leaf of two rows',
      ({ baseModel }) => (leafOf(baseModel).distribution = [[1], [1]]),
      'INVALID_MODEL',
      /distribution: expected one row of fractions/,
    ],
    [
      'fractions that sum to 2',
      ({ baseModel }) => (leafOf(baseModel).distribution = [[1, 1]]),
      'INVALID_MODEL',
      /fractions from 0 to 1 that sum to 1/,
    ],
    [
      'a negative fraction',
      ({ baseModel }) => (leafOf(baseModel).distribution = [[-1, 2]]),
      'INVALID_MODEL',
      /fractions from 0 to 1 that sum to 1/,
    ],
    [
      'a leaf of a million classes',
      ({ baseModel }) => (leafOf(baseModel).distribution = [[1, ...Array(1e6).fill(0)]]),
      'UNSUPPORTED_MODEL',
      /nodes of 1000001 values/,
    ],
  ])('%s', (_name, edit, code, message) => {
    const changed = editJson(binary.bytes, (json) => void edit(json));
    expect(refusal(changed)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
