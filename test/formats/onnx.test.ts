import { describe, expect, test } from 'vitest';
import type { Random } from '../../src/core/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';
import { describeModelReader, type Sample } from '../contracts/model-reader.ts';
import type { Loose } from './edit-json.ts';
import { cases, loadFixture, loadModel, refusedFiles } from './onnx-fixtures.ts';
import { attributeOf, decodeOnnx, editOnnx, encodeOnnx } from './onnx-json.ts';

describeModelReader(
  'onnx',
  ['boosting-multiclass', 'frame-ordinal', 'logistic-binary-double', 'unified'].map(sampleOf),
  {
    'a huge varint'(bytes, random) {
      const changed = Buffer.from(bytes);
      changed.fill(0xff, pick(bytes.length, random), pick(bytes.length, random));
      return changed;
    },
  },
);

function sampleOf(name: string): Sample {
  const bytes = loadModel(name);
  const text = Buffer.from(JSON.stringify(decodeOnnx(bytes)));
  return { name, bytes, text, encode: encodeOnnx };
}

function pick(limit: number, random: Random): number {
  return Math.floor(limit * random());
}

function readTrees(bytes: Uint8Array): TreeEnsemble {
  const { model } = readArtifact(bytes).pipeline;
  if (model.kind !== 'tree-ensemble') throw new Error('not trees');
  return model;
}

function refusal(bytes: Uint8Array): unknown {
  try {
    return readArtifact(bytes);
  } catch (error) {
    return error;
  }
}

test.each(cases)('%s says what it is', (name) => {
  const { answers, bytes, from, inputs, labels } = loadFixture(name);
  const { libraryVersion, pipeline, warnings } = readArtifact(bytes);
  expect(libraryVersion).toBe(from);
  expect(pipeline.schema.features).toHaveLength(
    inputs.reduce((sum, [, , width]) => sum + width, 0),
  );
  expect(pipeline.task === 'regression').toBe(labels === null && !name.endsWith('softmax-zero'));
  const { outputs } = pipeline.model;
  expect(pipeline.task === 'binary' ? 2 : outputs).toBe(answers[0]!.length);
  expect(warnings.length > 0).toBe(
    [
      'two-columns',
      'two-columns-softmax',
      'logistic-of-one-target',
      'unified-logistic',
      'unified-softmax',
    ].includes(name),
  );
});

test('the model is named by its operator', () => {
  const objectives = [
    'forest-words',
    'lightgbm-poisson',
    'unified',
    'frame-logistic',
    'linear-double',
    'gemm',
  ];
  expect(objectives.map((name) => readArtifact(loadModel(name)).objective)).toEqual([
    'TreeEnsembleClassifier',
    'TreeEnsembleRegressor',
    'TreeEnsemble',
    'LinearClassifier',
    'MatMul',
    'Gemm',
  ]);
});

describe('rows', () => {
  test('of a data frame are numbers, words and whole numbers', () => {
    const { features } = readArtifact(loadModel('frame-logistic')).pipeline.schema;
    expect(features).toEqual([
      { name: 'age', type: 'number', required: false, nullable: true },
      { name: 'pay', type: 'number', required: false, nullable: true },
      {
        name: 'city',
        type: 'category',
        categories: ['Bergen', 'Oslo', 'Å'],
        otherCategories: true,
        required: false,
        nullable: false,
      },
      {
        name: 'plan',
        type: 'category',
        categories: ['basic', 'plus'],
        otherCategories: true,
        required: false,
        nullable: false,
      },
      {
        name: 'visits',
        type: 'integer',
        required: false,
        nullable: false,
        min: -(2 ** 63),
        max: 2 ** 63 - 1024,
      },
    ]);
  });

  test('have only the categories that the encoder knows, where it fails for others', () => {
    const { pipeline } = readArtifact(loadModel('frame-logistic-strict'));
    const [, , city, , visits] = pipeline.schema.features;
    expect(city).toMatchObject({ categories: ['Bergen', 'Oslo', 'Å'], otherCategories: false });
    expect(visits).toMatchObject({
      type: 'category',
      categories: [0, 1, 2, 3],
      otherCategories: false,
    });
    const model = createModel(pipeline);
    expect(() => model.predict([30, 1, 'Rome', 'plus', 2])).toThrow('/2: expected one of "Bergen"');
    expect(() => model.predict([30, 1, 'Oslo', 'plus', 7])).toThrow('/4: expected one of 0, 1');
  });

  test('may miss a value where an imputer or a tree takes it, and not before a sum', () => {
    const nullable = (name: string) =>
      readArtifact(loadModel(name)).pipeline.schema.features.map((feature) => feature.nullable);
    expect(nullable('imputer-scaler')).toEqual([true, true, true, true]);
    expect(nullable('forest-binary')).toEqual([true, true, true, true]);
    expect(nullable('logistic-binary')).toEqual([false, false, false, false]);
    expect(nullable('imputer-of-minus-one')).toEqual([false, false, false, false]);
  });

  test('take the names that are given, of inputs that have none', () => {
    const columns = ['a', 'b', 'c', 'd'];
    const artifact = readArtifact(loadModel('forest-binary'), { columns });
    expect(artifact.pipeline.model.columns).toEqual(columns);
    expect(readTrees(loadModel('forest-binary')).columns).toEqual(['f0', 'f1', 'f2', 'f3']);
    expect(() => readArtifact(loadModel('frame-logistic'), { columns: [...columns, 'e'] })).toThrow(
      'column 0 is "age" in the file and "a" for the caller',
    );
  });

  test('are as wide as the names given when the file does not say', () => {
    const open = editOnnx(loadModel('forest-binary'), (json) => {
      json.graph.input[0].type.tensor.shape.dim[1] = { parameter: 'C' };
    });
    expect(refusal(open)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: 'input "X" of no fixed width' },
    });
    expect(
      readArtifact(open, { columns: ['a', 'b', 'c', 'd'] }).pipeline.model.columns,
    ).toHaveLength(4);
  });

  test('go to trees as they are: the trees round them themselves', () => {
    const { steps } = readArtifact(loadModel('forest-binary')).pipeline;
    expect(steps).toEqual({ features: 4, steps: [], columns: [0, 1, 2, 3] });
  });
});

describe('trees', () => {
  test('compare with < where all nodes can, else with <= the number below', () => {
    const strict = readTrees(loadModel('xgboost-binary'));
    expect(strict.comparison).toBe('<');
    const mixed = readTrees(loadModel('modes-mixed'));
    expect(mixed.comparison).toBe('<=');
    expect([...new Set(mixed.threshold)]).toContain(-(2 ** -149));
    expect([...new Set(readTrees(loadModel('modes-mixed-double')).threshold)]).toContain(
      -Number.MIN_VALUE,
    );
  });

  test('that ask for equality look at columns of 0 and 1, each made once', () => {
    const { model, steps } = readArtifact(loadModel('modes-mixed')).pipeline;
    expect(model.columns).toEqual(['f0', 'column 1', 'column 2']);
    expect(steps.steps).toEqual([
      { kind: 'round', of: 0 },
      { kind: 'equals', of: 1, operand: 0 },
      { kind: 'equals', of: 1, operand: 2.5 },
    ]);
  });

  test('have no covers, which converters leave out', () => {
    expect(readTrees(loadModel('forest-regression')).cover).toBeNull();
  });
});

describe('what is not known is refused by name', () => {
  const features: Record<string, string> = {
    'boosting-raw-scores': 'scores of classes that are no probabilities',
    minimum: 'operator TreeEnsemble with aggregate_function MIN',
    'normalizer-max': 'operator Normalizer with norm MAX',
    perceptron: 'operator Relu',
    'probit-classifier': 'post_transform PROBIT of a classifier',
    'raw-scores': 'scores of classes that are no probabilities',
    svm: 'operator SVMClassifier',
    'two-base-values': '2 base values for two classes',
    'votes-for-some': 'leaves without a vote for each class and votes of 0 or less',
  };

  test.each(refusedFiles)('%s', (name) => {
    const bytes = loadModel(`refused/${name}`);
    expect(refusal(bytes)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: features[name] },
    });
  });

  test('with advice that names the runtime for other graphs', () => {
    expect(refusal(loadModel('refused/perceptron'))).toMatchObject({
      message: expect.stringMatching(/onnxruntime-node.* promise.* gateway/),
    });
  });

  type Edit = (json: Loose) => unknown;
  test.each<[string, string, Edit, string]>([
    ['external data', 'gemm', (j) => (j.graph.initializer[0].location = 1), 'external data'],
    [
      'the place of external data',
      'gemm',
      (j) => (j.graph.initializer[0].external = [{ key: 'location', value: 'a' }]),
      'external data',
    ],
    ['functions', 'gemm', (j) => (j.function = [{}]), 'functions of its own'],
    ['sparse constants', 'gemm', (j) => (j.graph.sparse = [{}]), 'sparse initializers'],
    [
      'a foreign set',
      'unified',
      (j) => (j.graph.node[0].domain = 'com.me'),
      'operator TreeEnsemble',
    ],
    ['a type of tensors', 'gemm', (j) => (j.graph.initializer[0].type = 10), 'tensors of type 10'],
    [
      'a type of inputs',
      'unified',
      (j) => (j.graph.input[0].type.tensor.element = 9),
      'input "X" of type 9',
    ],
    [
      'an encoder that fails',
      'one-hot-of-fractions',
      (j) => (attributeOf(j, 'zeros').i = 0),
      'operator OneHotEncoder that fails for other numbers (handle_unknown="error")',
    ],
    [
      'a maximum',
      'unified',
      (j) => (attributeOf(j, 'aggregate_function').i = 3),
      'operator TreeEnsemble with aggregate_function MAX',
    ],
    [
      'columns beyond all limits',
      'unified',
      (j) => (attributeOf(j, 'n_targets').i = 70_000),
      '70000 outputs',
    ],
  ])('%s', (_name, file, edit, feature) => {
    expect(refusal(editOnnx(loadModel(file), edit))).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature },
    });
  });
});

describe('a broken file is refused with what is wrong', () => {
  type Edit = (json: Loose) => unknown;
  test.each<[string, string, Edit, RegExp]>([
    ['a missing input', 'gemm', (j) => (j.graph.node[0].input[0] = 'Z'), /nothing makes "Z"/],
    ['a missing output', 'gemm', (j) => (j.graph.output[0].name = 'Z'), /nothing makes "Z"/],
    ['no outputs', 'gemm', (j) => void delete j.graph.output, /no outputs/],
    ['a value made twice', 'gemm', (j) => (j.graph.node[1].output[0] = 'S'), /"S" is made twice/],
    [
      'a set without a version',
      'gemm',
      (j) => (j.operatorSet = [j.operatorSet[1]]),
      /no version of its set/,
    ],
    [
      'the shape of a constant',
      'gemm',
      (j) => (j.graph.initializer[0].dims = [3, 2_000_000_000]),
      /tensor "W": 6 values for the shape 3 x 2000000000/,
    ],
    [
      'columns that no file of this size has',
      'gemm',
      (j) => (j.graph.input[0].type.tensor.shape.dim[1].size = 1_000_000_000),
      /1000000000 columns in a file of \d+ bytes/,
    ],
    [
      'a mode',
      'modes-mixed',
      (j) => (attributeOf(j, 'nodes_modes').strings[0] = 'BRANCH_XOR'),
      /mode "BRANCH_XOR"/,
    ],
    [
      'a child',
      'modes-mixed',
      (j) => (attributeOf(j, 'nodes_truenodeids').ints[0] = 9),
      /node 9 of tree 0 is not there/,
    ],
    [
      'a node twice',
      'modes-mixed',
      (j) => (attributeOf(j, 'nodes_nodeids').ints[2] = 1),
      /node 1 of tree 0 twice/,
    ],
    [
      'a tree in two places',
      'modes-mixed',
      (j) => (attributeOf(j, 'nodes_treeids').ints[71] = 0),
      /tree 0 in two places/,
    ],
    [
      'a column',
      'modes-mixed',
      (j) => (attributeOf(j, 'nodes_featureids').ints[0] = 1),
      /column 1 of 1/,
    ],
    [
      'a short list',
      'modes-mixed',
      (j) => attributeOf(j, 'nodes_values').floats.pop(),
      /71 nodes_values|other lengths/,
    ],
    ['a vote', 'modes-mixed', (j) => (attributeOf(j, 'target_ids').ints[0] = 1), /output 1 of 1/],
    [
      'two votes of a leaf',
      'modes-mixed',
      (j) => (attributeOf(j, 'target_nodeids').ints[1] = 1),
      /leaf \d+ votes twice for output 0/,
    ],
    [
      'base values',
      'modes-mixed',
      (j) => attributeOf(j, 'base_values').floats.push(1),
      /2 base values for 1 outputs/,
    ],
    [
      'a cycle',
      'unified',
      (j) => {
        attributeOf(j, 'nodes_falseleafs').ints[8] = 0;
        attributeOf(j, 'nodes_falsenodeids').ints[8] = 7;
      },
      /node 7 has two parents or is its own ancestor/,
    ],
    ['a root', 'unified', (j) => (attributeOf(j, 'tree_roots').ints[0] = -1), /root -1 of 9 nodes/],
    [
      'a leaf',
      'unified',
      (j) => (attributeOf(j, 'nodes_truenodeids').ints[0] = 17),
      /leaf 17 of 17/,
    ],
    [
      'a set of members',
      'unified',
      (j) => (attributeOf(j, 'membership_values').t.dims = [7]),
      /8 values for the shape 7/,
    ],
    [
      'weights',
      'logistic-multiclass',
      (j) => attributeOf(j, 'coefficients').floats.pop(),
      /11 weights for 4 columns/,
    ],
    [
      'weights that are not finite',
      'logistic-multiclass',
      (j) => (attributeOf(j, 'coefficients').floats[0] = Number.NaN),
      /weights that are not finite/,
    ],
    [
      'classes',
      'logistic-multiclass',
      (j) => attributeOf(j, 'classlabels_ints').ints.pop(),
      /2 classes for 3 scores/,
    ],
    [
      'classes of a table',
      'logistic-multiclass',
      (j) => (attributeOf(j, 'classlabels_int64s').ints[0] = 7),
      /labels and probabilities name other classes/,
    ],
    ['an index', 'vectorizer', (j) => (j.graph.initializer[0].int64s = [2]), /index 2 of 2/],
  ])('%s', (_name, file, edit, message) => {
    expect(refusal(editOnnx(loadModel(file), edit))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });
});

describe('a small file cannot ask for much', () => {
  test('by columns that are put side by side again and again', () => {
    const bytes = editOnnx(loadModel('vectorizer'), (json) => {
      const [first] = json.graph.node;
      json.graph.node = Array.from({ length: 40 }, (_, index) => ({
        input: [index === 0 ? 'X' : `c${index - 1}`, index === 0 ? 'X' : `c${index - 1}`],
        output: [`c${index}`],
        operator: 'Concat',
        attribute: [{ name: 'axis', i: 1, type: 2 }],
      })).concat(first);
    });
    expect(refusal(bytes)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: 'too many columns between its operators' },
    });
  });

  test('by leaves of many outputs', () => {
    const bytes = editOnnx(loadModel('xgboost-regression'), (json) => {
      attributeOf(json, 'n_targets').i = 16_384;
      attributeOf(json, 'target_ids').ints[0] = 1;
      attributeOf(json, 'base_values').name = 'no_base_values';
    });
    expect(refusal(bytes)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: expect.stringMatching(/nodes that answer few of 16384 outputs/) },
    });
  });
});

describe('bytes of other formats are left to them', () => {
  test.each([
    ['a TensorFlow SavedModel', Buffer.from([0x08, 0x01, 0x12, 0x02, 0x0a, 0x00])],
    [
      'a graph without operator sets',
      editOnnx(loadModel('gemm'), (j) => void delete j.operatorSet),
    ],
    ['a version of 0', editOnnx(loadModel('gemm'), (json) => (json.version = 0))],
    ['a truncated file', loadModel('gemm').subarray(0, -1)],
  ])('%s', (_name, bytes) => {
    expect(refusal(bytes)).toMatchObject({ code: 'UNKNOWN_FORMAT' });
  });
});
