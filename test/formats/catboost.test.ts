import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';
import { describeModelReader } from '../contracts/model-reader.ts';
import { fixtures, loadFixture, refusedFiles } from './catboost-fixtures.ts';
import { editJson, type Loose } from './edit-json.ts';

describeModelReader(
  'catboost',
  ['binary-missing-first', 'ctr-combinations-missing', 'one-hot', 'lossguide-ctr'].map((name) => ({
    name,
    bytes: loadFixture(name).bytes,
  })),
);

const binary = loadFixture('binary').bytes;
const ctr = loadFixture('ctr').bytes;
const nested = loadFixture('depthwise').bytes;

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

describe('files of CatBoost 1.2.10', () => {
  test.each(fixtures)('$case says what it is', (fixture) => {
    const { format, libraryVersion, objective, pipeline, warnings } = readArtifact(fixture.bytes);
    const loss = (fixture.parameters.loss_function ?? 'Logloss').split(':')[0];
    expect({ format, objective, warnings }).toEqual({
      format: 'catboost',
      objective: loss,
      warnings: [],
    });
    // a sum of models is of no version
    expect(libraryVersion).toBe(fixture.case === 'binary-sum' ? null : '1.2.10');
    const names = fixture.case === 'binary-unnamed' ? ['f0', 'f1', 'f2', 'f3'] : fixture.columns;
    expect(pipeline.schema.features.map(({ name }) => name)).toEqual(names);
    expect(pipeline.task).toBe(
      fixture.labels === undefined
        ? 'regression'
        : loss?.includes('lass') || loss === 'MultiClassOneVsAll'
          ? 'multiclass'
          : 'binary',
    );
    expect(readTrees(fixture.bytes).cover).not.toBeNull();
  });

  test.each([
    ['binary', [0, 1]],
    ['binary-text', ['leaves', 'stays']],
    ['binary-truth', [false, true]],
    ['cross-entropy', [0, 1]],
    ['multiclass', ['high', 'low', 'middle']],
    ['multiclass-absent', [0, 2, 4]],
    ['rmse', []],
  ])('the labels of %s are those of the training table', (name, labels) => {
    expect(readArtifact(loadFixture(name).bytes).pipeline.labels).toEqual(labels);
  });

  test('a positive label needs more than the threshold', () => {
    expect(readArtifact(binary).pipeline.decisionThreshold).toBe(0.5 + 2 ** -53);
    const stated = readArtifact(loadFixture('binary-text').bytes).pipeline.decisionThreshold;
    expect(stated).toBeGreaterThan(0.7);
    expect(stated).toBeLessThan(0.7 + 2e-16);
  });

  test('a category is one of those that the model tells apart, in any spelling, or another', () => {
    const counted = loadFixture('ctr-counter');
    const { features } = readArtifact(counted.bytes).pipeline.schema;
    const code = features.find(({ name }) => name === 'code');
    expect(code).toMatchObject({ type: 'category', otherCategories: true, nullable: false });
    expect(code?.categories).toEqual(expect.arrayContaining(['-1', '1', '13', -1, 1, 13, true]));
    expect(code?.categories).not.toContain('north');
    const model = createModel(readArtifact(counted.bytes).pipeline);
    const [first] = counted.rows;
    const margins = [1, '1', true, '01', 1.5].map(
      (value) => model.predict([...first!.slice(0, -1), value]).margin,
    );
    expect(margins[1]).toBe(margins[0]);
    expect(margins[2]).toBe(margins[0]);
    expect(margins[4]).toBe(margins[3]);
    expect(() => model.predict([...first!.slice(0, -1), null])).toThrow(/may not be missing/);
  });

  test('names that are given are held against those of the file', () => {
    const columns = ['age', 'tenure', 'balance', 'height'];
    expect(() => readArtifact(binary, { columns })).toThrow(/column 3 is "sign" in the file/);
    const unnamed = loadFixture('binary-unnamed').bytes;
    expect(readArtifact(unnamed, { columns }).pipeline.schema.features[3]?.name).toBe('height');
  });

  test('covers are those of the rows, summed upwards', () => {
    for (const bytes of [binary, nested, loadFixture('one-hot').bytes]) {
      const { cover, left, right, roots } = readTrees(bytes);
      for (const root of roots) expect(cover?.[root]).toBe(320);
      for (const [node, child] of left.entries()) {
        if (child === -1) continue;
        expect(cover![node]).toBe(cover![child]! + cover![right[node]!]!);
      }
    }
  });
});

describe('refused by the name of what it uses', () => {
  const lostTables =
    'statistics of categories for several targets, or for one that is cut in several ways';
  const features: Record<string, string> = {
    custom: 'loss function "PythonUserDefinedPerObject"',
    'multi-logloss': 'loss function "MultiLogloss"',
    uncertainty: 'loss function "RMSEWithUncertainty"',
    'model.cbm': 'the binary format of CatBoost (.cbm)',
    'ctr-without-pool': 'categories that the file does not name',
    'ctr-with-another-pool': 'categories that the file does not name',
    'one-hot-without-pool': 'categories that the file does not name',
    'one-hot-with-another-pool': 'categories that the file does not name',
  };

  test.each(refusedFiles)('%s', (name, bytes) => {
    expect(refusal(bytes)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: features[name] },
    });
  });

  test.each<[string, Uint8Array, (json: Loose) => void]>([
    [
      'text features',
      binary,
      (json) => (json.features_info.text_features = [{ feature_index: 0 }]),
    ],
    [
      'embedding features',
      binary,
      (json) => (json.features_info.embedding_features = [{ feature_index: 0 }]),
    ],
    ['CTR type "Mystery"', ctr, (json) => (json.features_info.ctrs[0].ctr_type = 'Mystery')],
    [
      'combination element "mystery"',
      ctr,
      (json) => (json.features_info.ctrs[0].elements[0].combination_element = 'mystery'),
    ],
    [lostTables, ctr, ({ features_info: { ctrs } }) => ctrs.push(ctrs[0])],
    [lostTables, ctr, ({ model_info: { params } }) => (params.loss_function.type = 'MultiRMSE')],
    ['no loss function of its own', binary, (json) => delete json.model_info.params],
    ['no class_params', binary, (json) => delete json.model_info.class_params],
  ])('%s', (feature, bytes, edit) => {
    const edited = editJson(bytes, (json) => {
      edit(json);
    });
    expect(refusal(edited)).toMatchObject({ code: 'UNSUPPORTED_MODEL', details: { feature } });
  });

  test('tables that are used too often for their size', () => {
    const edited = editJson(ctr, (json) => {
      const [first] = json.features_info.ctrs;
      json.ctr_data[first.identifier].hash_map = Array.from({ length: 60_000 }, (_, at) =>
        at % 3 === 0 ? `${at}` : 1,
      );
      json.features_info.ctrs = Array.from({ length: 2000 }, () => first);
    });
    expect(refusal(edited)).toMatchObject({ code: 'UNSUPPORTED_MODEL' });
  });
});

describe('broken files are refused', () => {
  test.each<[string, Uint8Array, (json: Loose) => void, RegExp]>([
    [
      'a split that no feature has',
      binary,
      (json) => (json.oblivious_trees[0].splits[0].split_index = 9999),
      /oblivious_trees\/0\/splits\/0\/split_index: the features have/,
    ],
    [
      'a leaf too few',
      binary,
      (json) => json.oblivious_trees[1].leaf_values.pop(),
      /oblivious_trees\/1\/leaf_values: expected 8 numbers/,
    ],
    [
      'a weight too many',
      binary,
      (json) => json.oblivious_trees[0].leaf_weights.push(1),
      /leaf_weights: expected 8 numbers/,
    ],
    [
      'a tree of 17 levels',
      binary,
      (json) => {
        const [tree] = json.oblivious_trees;
        tree.splits = Array.from({ length: 17 }, () => tree.splits[0]);
      },
      /at most 16 splits/,
    ],
    [
      'another number of outputs in its bias',
      binary,
      (json) => json.scale_and_bias[1].push(0),
      /2 numbers of bias for 1 outputs/,
    ],
    [
      'two features in one place',
      binary,
      (json) => (json.features_info.float_features[1].flat_feature_index = 0),
      /there are two features 0/,
    ],
    [
      'a missing value that is treated in another way',
      binary,
      (json) => (json.features_info.float_features[1].nan_value_treatment = 'AsLeft'),
      /expected AsIs, AsFalse, AsTrue/,
    ],
    [
      'a table of another shape than its type',
      ctr,
      (json) => (Object.values<Loose>(json.ctr_data)[0].hash_stride = 1),
      /hash_stride/,
    ],
    ['no table', ctr, (json) => (json.ctr_data = {}), /ctr_data/],
    [
      'a leaf of another width',
      loadFixture('lossguide-ctr').bytes,
      (json) => {
        let node = json.trees[1];
        while (node.left !== undefined) node = node.left;
        node.value = [1, 2];
      },
      /expected 3 numbers/,
    ],
    [
      'another number of labels',
      loadFixture('multiclass').bytes,
      (json) => json.model_info.class_params.class_to_label.pop(),
      /class_to_label: expected 3 numbers/,
    ],
    [
      'no threshold between 0 and 1',
      binary,
      (json) => (json.model_info.binclass_probability_threshold = 'high'),
      /binclass_probability_threshold: expected a number between 0 and 1/,
    ],
  ])('%s', (_name, bytes, edit, message) => {
    const edited = editJson(bytes, (json) => {
      edit(json);
    });
    expect(refusal(edited)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message) as unknown,
    });
  });
});

test('a file newer than those of the tests is read with a warning', () => {
  const newer = editJson(binary, (json) => {
    const information = json.model_info;
    information.catboost_version_info = information.catboost_version_info.replaceAll(
      '1.2.10',
      '1.3.0',
    );
  });
  expect(readArtifact(newer).warnings).toEqual([
    'the file is from CatBoost 1.3.0; files are tested up to 1.2',
  ]);
});

test('a tree without splits is one leaf', () => {
  const stump = editJson(binary, (json) => {
    json.oblivious_trees = [{ leaf_values: [0.25], leaf_weights: [320], splits: null }];
  });
  expect(createModel(readArtifact(stump).pipeline).predict([1, 2, 3, 4]).margin).toBe(0.25);
});

describe('symmetric trees of empty leaves, 2 bytes each', () => {
  const emptyTrees = (count: number, depth: number): Uint8Array =>
    editJson(binary, (json: Loose) => {
      const splits = Array.from({ length: depth }, () => ({ split_index: 0 }));
      json.oblivious_trees = Array.from({ length: count }, () => ({
        leaf_values: Array(2 ** depth).fill(0),
        splits,
      }));
    });

  test('are read as far as memory stays in proportion to the file', () => {
    expect(readTrees(emptyTrees(1, 16)).left).toHaveLength(2 ** 17 - 1);
    expect(refusal(emptyTrees(4, 16))).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: expect.stringContaining('524316 nodes of 1 values in a file of'),
    });
  });

  test('are read when they ask nothing', () => {
    expect([...readTrees(emptyTrees(3, 0)).left]).toEqual([-1, -1, -1]);
    expect(refusal(emptyTrees(100_000, 0))).toMatchObject({ code: 'UNSUPPORTED_MODEL' });
  });
});
