import { describe, expect, test } from 'vitest';
import { type ReadOptions, readArtifact } from '../../src/formats/index.ts';
import { parseJson } from '../../src/formats/json/parse-json.ts';
import { readXgboostDocument } from '../../src/formats/xgboost/read-xgboost-document.ts';
import { createModel, createPredictor } from '../../src/inference/index.ts';
import type { LinearModel, TreeEnsemble } from '../../src/model/index.ts';
import { describeModelReader, type Sample } from '../contracts/model-reader.ts';
import { editJson, type Loose } from './edit-json.ts';
import {
  baseMarginsOf,
  fixturesOf,
  loadFixture,
  refusedFilesOf,
  versions,
} from './xgboost-fixtures.ts';

const names = ['binary-logistic-pruned', 'multi-softprob'];
describeModelReader('xgboost', [
  ...names.flatMap((name) => ['1.7.6', '3.4.1'].map((version) => sampleOf(version, name))),
  sampleOf('3.2.0', 'multi-softprob-dart'),
  sampleOf('3.4.1', 'reg-squarederror-vector'),
  sampleOf('3.2.0', 'reg-squarederror-categorical'),
  sampleOf('3.4.1', 'reg-squarederror-words'),
  sampleOf('3.4.1', 'reg-expectileerror-one'),
  sampleOf('3.2.0', 'multi-softprob-gblinear'),
  sampleOf('3.4.1', 'binary-logistic-wrapper'),
]);

function sampleOf(version: string, name: string): Sample {
  return { name: `${name} of ${version}`, bytes: loadFixture(version, name).bytes };
}

const binary = loadFixture('3.4.1', 'binary-logistic').bytes;
const multiclass = loadFixture('3.4.1', 'multi-softprob').bytes;

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

describe.each(versions)('files of XGBoost %s', (version) => {
  test.each(fixturesOf(version))('$case says what it is', (fixture) => {
    const artifact = readArtifact(fixture.bytes);
    const { objective } = fixture.parameters;
    const [kind] = objective.split(':');
    expect(artifact.libraryVersion).toBe(version);
    expect(artifact.objective).toBe(objective);
    expect(artifact.pipeline.model.columns).toEqual(fixture.columns);
    expect(artifact.pipeline.model.outputs).toBe(fixture.margins[0]!.length);
    expect(artifact.pipeline.task).toBe(
      kind === 'binary' ? 'binary' : kind === 'multi' ? 'multiclass' : 'regression',
    );
    expect(artifact.pipeline.labels).toEqual({ binary: [0, 1], multi: [0, 1, 2] }[kind!] ?? []);
    expect(artifact.pipeline.decisionThreshold).toBe(0.5 + 2 ** -53);
    expect(artifact.warnings).toHaveLength(/early-stopped|wrapper/.test(fixture.case) ? 1 : 0);
    const isLinear = fixture.case.endsWith('gblinear');
    expect(artifact.pipeline.model.kind).toBe(isLinear ? 'linear-model' : 'tree-ensemble');
    if (isLinear) return;
    const hasCovers = !(fixture.case.includes('vector') && version.startsWith('2.'));
    expect(readTrees(fixture.bytes).cover !== null).toBe(hasCovers);
    const hasCategories = /categorical|words/.test(fixture.case);
    expect(readTrees(fixture.bytes).categorical !== null).toBe(hasCategories);
  });

  test.each(refusedFilesOf(version))('%s is refused by the name of what it uses', (name, bytes) => {
    const features: Record<string, string> = {
      'multi-label.json': 'several binary targets',
      'old-binary.model': 'the binary format before JSON',
    };
    expect(refusal(bytes)).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: features[name] },
    });
  });

  test('a base score becomes the margin of XGBoost, up to the rounding of logf', () => {
    for (const [objective, pairs] of Object.entries(baseMarginsOf(version))) {
      const margins = pairs.map(([score]) => {
        const bytes = editJson(binary, ({ learner }) => {
          learner.objective.name = objective;
          learner.learner_model_param.base_score = `${score}`;
        });
        return readTrees(bytes).base[0]!;
      });
      const equal = pairs.filter(([, margin], index) =>
        Object.is(margins[index], Math.fround(margin)),
      );
      expect(equal.length).toBeGreaterThanOrEqual(0.97 * pairs.length);
      for (const [index, [, margin]] of pairs.entries()) {
        expect(Math.abs(margins[index]! - margin)).toBeLessThanOrEqual(Math.abs(margin) * 2 ** -23);
      }
    }
  });
});

describe('layouts', () => {
  const model = readTrees(binary);

  test('of 1.0 have booleans and fewer fields', () => {
    const old = editJson(binary, (json) => {
      json.version = [1, 0, 2];
      delete json.learner.feature_names;
      delete json.learner.feature_types;
      delete json.learner.learner_model_param.num_target;
      delete json.learner.learner_model_param.boost_from_average;
      const booster = json.learner.gradient_booster.model;
      delete booster.cats;
      delete booster.iteration_indptr;
      booster.gbtree_model_param.size_leaf_vector = '0';
      for (const tree of booster.trees) {
        for (const field of Object.keys(tree)) {
          if (field.startsWith('categories') || field === 'split_type') delete tree[field];
        }
        tree.leaf_child_counts = tree.left_children.map(() => 0);
        tree.default_left = tree.default_left.map(Boolean);
        tree.tree_param.size_leaf_vector = '0';
      }
    });
    const artifact = readArtifact(old);
    expect(artifact.libraryVersion).toBe('1.0.2');
    expect(artifact.pipeline.model).toEqual({ ...model, columns: ['f0', 'f1', 'f2', 'f3', 'f4'] });
  });

  test('of dart have their weights in one of three places', () => {
    const weights = [0.5, 0.1, 0];
    const places: ((booster: Loose) => unknown)[] = [
      ({ model: forest }) => ({
        name: 'dart',
        gbtree: { name: 'gbtree', model: forest },
        weight_drop: weights,
      }),
      ({ model: forest }) => ({ name: 'gbtree', model: forest, weight_drop: weights }),
      ({ model: forest }) => ({ name: 'gbtree', model: { ...forest, weight_drop: weights } }),
    ];
    const [until32, in33, since34] = places.map((edit) =>
      readTrees(
        editJson(binary, ({ learner }) => {
          learner.gradient_booster = edit(learner.gradient_booster);
        }),
      ),
    );
    // trees that have no weight have weight 1, and covers have none
    const node = model.left.indexOf(-1, model.roots[1]);
    expect(in33!.value[node]).toBe(Math.fround(model.value[node]! * Math.fround(0.1)));
    expect(in33!.value.subarray(model.roots[3])).toEqual(model.value.subarray(model.roots[3]));
    expect(in33!.cover).toEqual(model.cover);
    expect(until32).toEqual(in33);
    expect(since34).toEqual(in33);
  });

  test('of vectors may hold trees of single numbers, which change no other output', () => {
    const { bytes } = loadFixture('3.4.1', 'reg-squarederror-vector-mixed');
    const mixed = readTrees(bytes);
    expect(mixed.leafSize).toBe(2);
    expect(mixed.roots).toHaveLength(3);
    const leaf = mixed.left.indexOf(-1, mixed.roots[2]);
    expect(mixed.value[2 * leaf]).toBe(-0);
    expect(mixed.value[2 * leaf + 1]).not.toBe(0);
  });

  test('of vectors count their iterations by where each begins', () => {
    const { bytes } = loadFixture('3.4.1', 'reg-squarederror-vector');
    const warningsFor = (best: number) =>
      readArtifact(
        editJson(bytes, ({ learner }) => void (learner.attributes.best_iteration = `${best}`)),
      ).warnings;
    expect(warningsFor(2)).toEqual([]);
    expect(warningsFor(1)).toEqual([expect.stringContaining('iteration 1 of 3 as its best')]);
  });

  test.each([
    [[2, 1, 4], 'identity'],
    [[3, 3, 9], 'identity'],
    [[3, 4, 0], 'ascending'],
    [[4, 0, 0], 'ascending'],
    [undefined, 'identity'],
  ])('of version %j leave quantiles as %s', (version, link) => {
    const { bytes } = loadFixture('3.4.1', 'reg-quantileerror');
    expect(readTrees(editJson(bytes, (json) => void (json.version = version))).link).toBe(link);
  });

  test('may be without a version', () => {
    const artifact = readArtifact(editJson(binary, (json) => void delete json.version));
    expect(artifact.libraryVersion).toBeNull();
    expect(artifact.pipeline.model).toEqual(model);
  });

  test('may be indented, in another order, and after a byte order mark', () => {
    const { version, learner } = JSON.parse(Buffer.from(binary).toString());
    const text = `\uFEFF \n${JSON.stringify({ version, extra: null, learner }, null, 2)}\n`;
    expect(readArtifact(Buffer.from(text)).pipeline.model).toEqual(model);
  });

  test('of a memory snapshot are unwrapped with a warning', () => {
    const artifact = readArtifact(editJson(binary, (json) => ({ Config: {}, Model: json })));
    expect(artifact.pipeline.model).toEqual(model);
    expect(artifact.warnings).toEqual([expect.stringContaining('memory snapshot')]);
  });

  test('may name numbers that JSON has no word for, where no answer hangs on them', () => {
    const text = Buffer.from(binary)
      .toString()
      .replace(/"loss_changes":\[[^,]+,[^,]+,[^,]+/, '"loss_changes":[NaN,Infinity,-Infinity')
      .replace('"age"', '"NaN Infinity \\" NaN"');
    const columns = ['NaN Infinity " NaN', ...model.columns.slice(1)];
    expect(readArtifact(Buffer.from(text)).pipeline.model).toEqual({ ...model, columns });
  });

  test.each([
    ['-Infinity', false],
    ['Infinity', true],
  ])('may have the threshold %s, which tells missing values from all others', (word, isLeft) => {
    const text = Buffer.from(
      editJson(binary, ({ learner }) => {
        const { model: forest } = learner.gradient_booster;
        forest.trees = [forest.trees[0]];
        forest.tree_info = [0];
        forest.gbtree_model_param.num_trees = '1';
        Object.assign(forest.trees[0], {
          tree_param: { num_nodes: '3', size_leaf_vector: '1' },
          left_children: [1, -1, -1],
          right_children: [2, -1, -1],
          split_indices: [0, 0, 0],
          split_conditions: [7777, 1, 2],
          default_left: [isLeft ? 0 : 1, 0, 0],
          split_type: [0, 0, 0],
          sum_hessian: [2, 1, 1],
        });
        learner.learner_model_param.base_score = '0.5';
      }),
    ).toString();
    const known = createModel(readArtifact(Buffer.from(text.replace('7777', word))).pipeline);
    const values = [Number.NaN, 0, 3e38, -3e38].map((age) => Float64Array.of(age, 0, 0, 0, 0));
    const margins = values.map((row) => known.predictValues(row).margin);
    const [missing, present] = isLeft ? [2, 1] : [1, 2];
    expect(margins).toEqual([missing, present, present, present]);
    const batch = known.predictBatch(Float64Array.from(values.flatMap((row) => [...row])), 4);
    expect(batch.map(({ margin }) => margin)).toEqual(margins);
  });

  test.each(['sum_hessian', 'split_conditions', 'left_children'])(
    'never have NaN in %s',
    (field) => {
      const text = Buffer.from(binary)
        .toString()
        .replace(new RegExp(`"${field}":\\[[^,]+`), `"${field}":[NaN`);
      expect(refusal(Buffer.from(text))).toMatchObject({
        code: 'INVALID_MODEL',
        message: expect.stringContaining(`/trees/0/${field}/0: expected a number`),
      });
    },
  );

  test('newer than those tested are read with a warning', () => {
    const newer = editJson(binary, (json) => void (json.version = [3, 5, 0]));
    expect(readArtifact(newer).warnings).toEqual([expect.stringContaining('XGBoost 3.5')]);
  });

  test('may hold keys that every object has', () => {
    const text = Buffer.from(binary)
      .toString()
      .replace(
        '{"learner":{',
        '{"__proto__":{"version":1},"learner":{"constructor":1,"__proto__":[],',
      );
    expect(readArtifact(Buffer.from(text)).pipeline.model).toEqual(model);
  });
});

function baseOf(score: string, bytes = binary): number[] {
  const changed = editJson(bytes, ({ learner }) => {
    learner.learner_model_param.base_score = score;
  });
  return [...readTrees(changed).base];
}

describe('a base score', () => {
  test.each(['2.5E-1', '[2.5E-1]', '(0.25)', '0.25', '[.25]'])('may be spelt %s', (score) => {
    expect(baseOf(score)).toEqual([-Math.fround(Math.log(3))]);
  });

  test('stands for every output when there is one, and for its own when there are several', () => {
    expect(baseOf('5E-1', multiclass)).toEqual([0.5, 0.5, 0.5]);
    expect(baseOf('[1E-1,-2E0,3E0]', multiclass)).toEqual([Math.fround(0.1), -2, 3]);
  });

  test('at the end of the scale is moved inside, as XGBoost does since 3.2', () => {
    const [lowest, low, highest] = ['[0E0]', '[1E-7]', '[1E0]'].map((score) => baseOf(score)[0]!);
    expect(lowest).toBeCloseTo(Math.log(1e-6), 5);
    expect(low).toBe(lowest);
    expect(highest).toBeGreaterThan(13);
    const older = editJson(binary, (json) => void (json.version = [3, 0, 5]));
    expect(baseOf('1E-7', older)).toEqual([-16.11809539794922]);
    expect(() => baseOf('0E0', older)).toThrow(/base_score: expected a number between 0 and 1/);
  });

  test.each(['', '[]', 'NaN', '[1E400]', '-0.1', '1.5', '[0.1,0.2]', '0x1', '1_0', '[[0.5]]'])(
    'is refused when it is "%s"',
    (score) => {
      expect(() => baseOf(score)).toThrow(/base_score/);
    },
  );
});

describe('columns', () => {
  const unnamed = loadFixture('3.4.1', 'binary-logistic-unnamed').bytes;
  const given = ['a', 'b', 'c', 'd', 'e'];

  test('take the given names when the file has none', () => {
    expect(readArtifact(unnamed, { columns: given }).pipeline.model.columns).toEqual(given);
    expect(readArtifact(unnamed).pipeline.model.columns).toEqual(['f0', 'f1', 'f2', 'f3', 'f4']);
  });

  test('must agree with the given names when the file has them', () => {
    const columns = ['age', 'tenure', 'monthly', 'balance', 'sign'];
    expect(readArtifact(binary, { columns }).pipeline.model.columns).toEqual(columns);
    expect(() =>
      readArtifact(binary, { columns: columns.with(1, 'balance').with(3, 'tenure') }),
    ).toThrow('column 1 is "tenure" in the file and "balance" for the caller');
  });

  test.each([[['a']], [[...given, 'f']]])('are as many as the names given, not %j', (columns) => {
    expect(() => readArtifact(unnamed, { columns })).toThrow(/5 columns; \d names/);
    expect(() => readArtifact(binary, { columns })).toThrow(/5 columns; \d names/);
  });

  test('are no more than limits allow when the file only counts them', () => {
    const counting = (count: number): Uint8Array =>
      editJson(unnamed, (json: Loose) => {
        json.learner.learner_model_param.num_feature = `${count}`;
      });
    expect(readArtifact(counting(65_536)).pipeline.model.columns).toHaveLength(65_536);
    expect(refusal(counting(65_537))).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: expect.stringContaining('65537 columns'),
    });
  });
});

describe('a broken file is refused with what is wrong', () => {
  type Edit = (json: Loose) => unknown;
  const model = (json: Loose) => json.learner.gradient_booster.model;

  test.each<[string, Edit, string, RegExp]>([
    [
      'objective',
      (j) => (j.learner.objective.name = 'multi:foo'),
      'UNSUPPORTED_MODEL',
      /objective "multi:foo": the objectives that can be read are binary:logistic,/,
    ],
    [
      'prototype objective',
      (j) => (j.learner.objective.name = 'constructor'),
      'UNSUPPORTED_MODEL',
      /objective "constructor"/,
    ],
    [
      'booster',
      (j) => (j.learner.gradient_booster.name = 'gbforest'),
      'INVALID_MODEL',
      /gradient_booster\/name: expected "gbtree", "dart" or "gblinear"/,
    ],
    [
      'more weights than trees',
      (j) => (model(j).weight_drop = Array(9).fill(0.5)),
      'INVALID_MODEL',
      /weight_drop has 9 numbers for 8 trees/,
    ],
    [
      'weight that is no number',
      (j) => (model(j).weight_drop = [0.5, '1']),
      'INVALID_MODEL',
      /weight_drop\/1: expected a number/,
    ],
    [
      'weight beyond float32',
      (j) => (model(j).weight_drop = [1, 1e39]),
      'INVALID_MODEL',
      /tree 1, node \d+: leaf value -?Infinity/,
    ],
    [
      'no model',
      (j) => void delete j.learner.gradient_booster.model,
      'INVALID_MODEL',
      /expected an object with "model"/,
    ],
    [
      'num_trees',
      (j) => (model(j).gbtree_model_param.num_trees = '7'),
      'INVALID_MODEL',
      /num_trees says 7, trees has 8 and tree_info 8/,
    ],
    ['tree_info', (j) => model(j).tree_info.pop(), 'INVALID_MODEL', /tree_info 7/],
    [
      'tree of a class that does not exist',
      (j) => (model(j).tree_info[2] = 1),
      'INVALID_MODEL',
      /tree 2: adds to output 1 of 1/,
    ],
    [
      'trees out of order',
      (j) => (model(j).trees = model(j).trees.toReversed()),
      'INVALID_MODEL',
      /trees\/0\/id: expected 0, got 7/,
    ],
    [
      'num_nodes',
      (j) => (model(j).trees[1].tree_param.num_nodes = '3'),
      'INVALID_MODEL',
      /num_nodes says 3/,
    ],
    [
      'short array',
      (j) => model(j).trees[1].right_children.pop(),
      'INVALID_MODEL',
      /tree 1: 14 entries of right, expected 15/,
    ],
    [
      'number as a string',
      (j) => (model(j).trees[0].split_indices[0] = '0'),
      'INVALID_MODEL',
      /split_indices\/0: expected a number, got a string of 1 characters/,
    ],
    [
      'default_left',
      (j) => (model(j).trees[0].default_left[3] = 2),
      'INVALID_MODEL',
      /default_left\/3: expected true, false, 1 or 0, got 2/,
    ],
    [
      'num_feature below the columns used',
      (j) => ((j.learner.learner_model_param.num_feature = '2'), (j.learner.feature_names = [])),
      'INVALID_MODEL',
      /looks at column \d of 2/,
    ],
    [
      'num_feature beyond the names',
      (j) => (j.learner.learner_model_param.num_feature = '6'),
      'INVALID_MODEL',
      /6 columns; 5 names/,
    ],
    [
      'huge num_feature',
      (j) => (
        (j.learner.learner_model_param.num_feature = '4000000000'), (j.learner.feature_names = [])
      ),
      'UNSUPPORTED_MODEL',
      /4000000000 columns/,
    ],
    [
      'huge num_class',
      (j) => (j.learner.learner_model_param.num_class = '4000000000'),
      'INVALID_MODEL',
      /num_class: expected a whole number from 0 to 16384/,
    ],
    [
      'num_class without classes',
      (j) => (j.learner.objective.name = 'multi:softprob'),
      'INVALID_MODEL',
      /num_class: expected at least 2/,
    ],
    [
      'repeated names',
      (j) => (j.learner.feature_names[1] = 'age'),
      'INVALID_MODEL',
      /two columns share a name/,
    ],
    ['version', (j) => (j.version = [3]), 'INVALID_MODEL', /version: expected three numbers/],
    [
      'learner',
      (j) => (j.learner = []),
      'INVALID_MODEL',
      /learner: expected an object with "objective", got an array of 0/,
    ],
    [
      'vector leaf',
      (j) => (model(j).trees[0].tree_param.size_leaf_vector = '2'),
      'INVALID_MODEL',
      /trees\/0: leaves of 2 values for 1 outputs/,
    ],
    [
      'node without its categories',
      (j) => (model(j).trees[3].split_type[0] = 1),
      'INVALID_MODEL',
      /trees\/3: no categories for node 0, which asks for some/,
    ],
  ])('%s', (_name, edit, code, message) => {
    const changed = editJson(binary, (json) => void edit(json));
    expect(refusal(changed)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a broken file of vectors is refused with what is wrong', () => {
  const newest = loadFixture('3.4.1', 'reg-squarederror-vector').bytes;
  const before32 = loadFixture('2.1.4', 'reg-squarederror-vector').bytes;
  const mixed = loadFixture('3.4.1', 'reg-squarederror-vector-mixed').bytes;

  test.each<[string, Uint8Array, (forest: Loose) => unknown, string, RegExp]>([
    [
      'a vector missing',
      newest,
      ({ trees }) => trees[1].leaf_weights.splice(-2),
      'INVALID_MODEL',
      /trees\/1\/right_children\/\d+: expected the place of a leaf/,
    ],
    [
      'a place below the first',
      newest,
      ({ trees: [tree] }) => (tree.right_children[tree.left_children.indexOf(-1)] = -1),
      'INVALID_MODEL',
      /expected the place of a leaf/,
    ],
    [
      'a place between two',
      newest,
      ({ trees: [tree] }) => (tree.right_children[tree.left_children.indexOf(-1)] = 0.5),
      'INVALID_MODEL',
      /expected the place of a leaf/,
    ],
    [
      'no vectors at all',
      newest,
      ({ trees: [tree] }) => (delete tree.leaf_weights, delete tree.base_weights),
      'INVALID_MODEL',
      /trees\/0: expected an object with "base_weights"/,
    ],
    [
      'too few vectors',
      before32,
      ({ trees: [tree] }) => tree.base_weights.pop(),
      'INVALID_MODEL',
      /tree 0: \d+ entries of value, expected \d+/,
    ],
    [
      'a threshold that is no number',
      before32,
      ({ trees: [tree] }) => (tree.split_conditions[0] = 'N'),
      'INVALID_MODEL',
      /tree 0, node 0: threshold NaN/,
    ],
    [
      'an output that does not exist',
      mixed,
      (forest) => (forest.tree_info[2] = 2),
      'INVALID_MODEL',
      /tree_info: expected outputs from 0 to 1, got 2/,
    ],
    [
      'vectors of another length',
      newest,
      ({ trees: [tree] }) => (tree.tree_param.size_leaf_vector = '3'),
      'INVALID_MODEL',
      /trees\/0: leaves of 3 values for 2 outputs/,
    ],
    [
      'more values than can be read',
      newest,
      ({ trees: [tree] }) => (tree.tree_param.num_nodes = '40000000'),
      'UNSUPPORTED_MODEL',
      /400000\d\d nodes of 2 values/,
    ],
  ])('%s', (_name, bytes, edit, code, message) => {
    const text = Buffer.from(bytes).toString().replaceAll('NaN', '"N"');
    const changed = editJson(
      Buffer.from(text),
      ({ learner }) => void edit(learner.gradient_booster.model),
    );
    expect(refusal(changed)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('categories by their code', () => {
  const { bytes } = loadFixture('3.4.1', 'reg-squarederror-categorical');
  const { pipeline } = readArtifact(bytes);

  test('are numbers in a row, rounded down after float32', () => {
    expect(pipeline.schema.features.map(({ type }) => type)).toEqual(Array(5).fill('number'));
    expect(pipeline.steps).toEqual({
      features: 5,
      steps: [
        { kind: 'round', of: 0 },
        { kind: 'floor', of: 5 },
        { kind: 'round', of: 2 },
        { kind: 'floor', of: 7 },
      ],
      columns: [6, 1, 8, 3, 4],
    });
  });

  test('are numbers as they are in files of 1.7 to 3.4 that do not look for them', () => {
    const plain = readArtifact(loadFixture('3.4.1', 'reg-squarederror').bytes).pipeline;
    expect(plain.steps.steps).toEqual([]);
  });

  test('go left where XGBoost sends them right, and what is missing changes its side with them', () => {
    const first = JSON.parse(Buffer.from(bytes).toString()).learner.gradient_booster.model.trees[0];
    const trees = readTrees(bytes);
    const { categories, count, start } = trees.categorical!;
    expect(first.split_type[0]).toBe(1);
    const size = first.categories_sizes[0];
    expect(count[0]).toBe(size);
    expect([...categories.subarray(start[0], start[0]! + size)]).toEqual(
      first.categories.slice(0, size),
    );
    expect(trees.missingLeft[0]).toBe(1 - first.default_left[0]);
    expect(trees.cover![1]).toBe(Math.fround(first.sum_hessian[first.right_children[0]]));
  });

  test.each<[string, (tree: Loose) => unknown, string, RegExp]>([
    [
      'a category too large for a float32',
      (tree) => (tree.categories[0] = 2 ** 24),
      'INVALID_MODEL',
      /trees\/0\/categories\/0: expected a whole number below 16777216/,
    ],
    [
      'a category below 0',
      (tree) => (tree.categories[0] = -1),
      'INVALID_MODEL',
      /categories\/0: expected a whole number/,
    ],
    [
      'lists that overlap',
      (tree) => (tree.categories_segments[1] = 0),
      'INVALID_MODEL',
      /trees\/0: categories of node \d+ are not where those before it end/,
    ],
    [
      'a list beyond the end',
      (tree) => (tree.categories_sizes[0] = 1e6),
      'INVALID_MODEL',
      /trees\/0: categories of node 0 are not where/,
    ],
    [
      'a list without a size',
      (tree) => tree.categories_sizes.splice(0),
      'INVALID_MODEL',
      /trees\/0: categories of node 0/,
    ],
    [
      'types of fewer nodes',
      (tree) => tree.split_type.pop(),
      'INVALID_MODEL',
      /trees\/0: \d+ entries of split_type, expected \d+/,
    ],
    [
      'fewer right children than left ones',
      (tree) => tree.right_children.splice(1),
      'INVALID_MODEL',
      /tree 0: 1 entries of right, expected \d+/,
    ],
    [
      'fewer directions than nodes',
      (tree) => tree.default_left.pop(),
      'INVALID_MODEL',
      /tree 0: \d+ entries of missingLeft, expected \d+/,
    ],
    [
      'no lists',
      (tree) => void delete tree.categories,
      'INVALID_MODEL',
      /expected an object with "categories"/,
    ],
    [
      'a column that is a number too',
      (tree) => (
        (tree.split_type = tree.split_type.with(0, 0)),
        (tree.split_conditions = tree.split_conditions.with(0, 0.5))
      ),
      'UNSUPPORTED_MODEL',
      /column "(age|monthly)" as a number and as a category/,
    ],
  ])('are refused with %s', (_name, edit, code, message) => {
    const changed = editJson(
      bytes,
      ({ learner }) => void edit(learner.gradient_booster.model.trees[0]),
    );
    expect(refusal(changed)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe.each(['3.2.0', '3.4.1'])('categories of a dataframe, XGBoost %s', (version) => {
  const { bytes, named, margins } = loadFixture(version, 'reg-squarederror-words');
  const model = createModel(readArtifact(bytes).pipeline);

  test('are features with the words and numbers of the training table', () => {
    const words = ['zeta', 'alpha', '', 'b c', 'Alpha', 'never'];
    expect(model.schema.features.map(({ categories }) => categories)).toEqual([
      version === '3.4.1' ? [...words, 'm\u00fcnchen'] : words,
      undefined,
      [30, -7, 1000, 5],
      undefined,
      undefined,
    ]);
  });

  test('are answered as XGBoost answers a dataframe', () => {
    expect(named!.length).toBeGreaterThan(30);
    for (const [index, row] of named!.entries()) {
      expect(model.predict([...row]).margin).toBe(Math.fround(margins[index]![0]!));
    }
  });

  test('that were not in training are refused', () => {
    const row = [...named![0]!];
    expect(() => model.predict(row.with(0, 'new'))).toThrow(/\/0: expected one of "zeta", /);
    expect(() => model.predict(row.with(2, 1))).toThrow(/\/2: expected one of 30, -7, 1000, 5/);
  });
});

describe('categories of a dataframe', () => {
  const { bytes } = loadFixture('3.4.1', 'reg-squarederror-words');
  const edited = (edit: (cats: Loose, json: Loose) => unknown): Uint8Array =>
    editJson(bytes, (json) => void edit(json.learner.gradient_booster.model.cats, json));

  test.each([
    [9, [-128, 0, 127, 5], [-128, 0, 127, 5]],
    [10, [-1, 3, 200, 5], [255, 3, 200, 5]],
    [12, [-5536, 3, 65535, 5], [60_000, 3, 65_535, 5]],
    [14, [-294_967_296, 3, 4, 5], [4_000_000_000, 3, 4, 5]],
    [16, [200, 3, 4, 5], [200, 3, 4, 5]],
  ])('may be of type %d, the unsigned ones written as signed', (type, values, categories) => {
    const artifact = readArtifact(edited(({ enc }) => Object.assign(enc[2], { type, values })));
    expect(artifact.pipeline.schema.features[2]!.categories).toEqual(categories);
  });

  test.each<[string, (cats: Loose, json: Loose) => unknown, string, RegExp]>([
    ['a type that is not whole', ({ enc }) => (enc[2].type = 8), 'INVALID_MODEL', /type from 9/],
    [
      'numbers beyond their type',
      ({ enc }) => Object.assign(enc[2], { type: 9 }),
      'INVALID_MODEL',
      /enc\/2\/values: expected whole numbers of 8 bits/,
    ],
    [
      'numbers that no float64 tells apart',
      ({ enc }) => (enc[2].values[0] = 2 ** 60),
      'UNSUPPORTED_MODEL',
      /beyond 2\^53/,
    ],
    [
      'a repeated one',
      ({ enc }) => (enc[2].values[0] = 5),
      'INVALID_MODEL',
      /enc\/2: expected categories that differ/,
    ],
    [
      'offsets that descend',
      ({ enc }) => (enc[0].offsets[1] = 100),
      'INVALID_MODEL',
      /enc\/0\/offsets: expected offsets that ascend/,
    ],
    [
      'what is no byte',
      ({ enc }) => (enc[0].values[0] = 0.5),
      'INVALID_MODEL',
      /enc\/0\/values: expected bytes/,
    ],
    [
      'what is not UTF-8',
      ({ enc }) => (enc[0].values[0] = -1),
      'INVALID_MODEL',
      /enc\/0\/values: expected words in UTF-8/,
    ],
    [
      'another number of columns',
      ({ enc }) => enc.pop(),
      'INVALID_MODEL',
      /cats: 4 encodings for 5 columns/,
    ],
    [
      'words that XGBoost cut wrongly before 3.4',
      (_cats, json) => (json.version = [3, 3, 0]),
      'UNSUPPORTED_MODEL',
      /category words beyond ASCII: XGBoost before 3.4 counts/,
    ],
  ])('are refused with %s', (_name, edit, code, message) => {
    expect(refusal(edited(edit))).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a gblinear booster', () => {
  const { bytes } = loadFixture('3.4.1', 'multi-softprob-gblinear');
  const { pipeline } = readArtifact(bytes);

  test('adds nothing for a missing value', () => {
    const predictor = createPredictor(pipeline);
    const nothing = predictor.margins(new Float64Array(5).fill(Number.NaN));
    expect([...nothing]).toEqual([...(pipeline.model as LinearModel).intercepts]);
    expect(pipeline.schema.features.every(({ nullable }) => nullable)).toBe(true);
  });

  test('starts every output from the base score of the first, as XGBoost does', () => {
    const weights = JSON.parse(Buffer.from(bytes).toString()).learner.gradient_booster.model
      .weights;
    const moved = readArtifact(
      editJson(bytes, ({ learner }) => {
        learner.learner_model_param.base_score = '[1E0,7E0,9E0]';
      }),
    );
    expect([...(moved.pipeline.model as LinearModel).intercepts]).toEqual(
      weights.slice(-3).map((bias: number) => Math.fround(Math.fround(bias) + 1)),
    );
  });

  test.each([
    [[1, 2, 3], /weights: expected 18 numbers, for 5 columns, a bias and 3 outputs/],
    [Array(18).fill(1e39), /weights: expected finite numbers/],
  ])('is refused with weights like %j', (weights, message) => {
    const changed = editJson(bytes, ({ learner }) => {
      learner.gradient_booster.model.weights = weights;
    });
    expect(refusal(changed)).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(message),
    });
  });

  test('has no iterations to choose from', () => {
    const best = editJson(bytes, ({ learner }) => {
      learner.attributes = { best_iteration: '0', scikit_learn: '{}' };
    });
    expect(readArtifact(best).warnings).toEqual([]);
    expect(() => readArtifact(best, { iterations: 'best' })).toThrow(/the gblinear booster keeps/);
  });
});

describe('a best iteration', () => {
  const booster = loadFixture('3.4.1', 'binary-logistic-early-stopped').bytes;
  const wrapper = loadFixture('3.4.1', 'binary-logistic-wrapper').bytes;
  const rootsOf = (bytes: Uint8Array, options: ReadOptions = {}): number =>
    (readArtifact(bytes, options).pipeline.model as TreeEnsemble).roots.length;
  const file = (bytes: Uint8Array): Loose => JSON.parse(Buffer.from(bytes).toString()).learner;
  const treesOf = (bytes: Uint8Array): number => file(bytes).gradient_booster.model.trees.length;
  const bestOf = (bytes: Uint8Array): number => Number(file(bytes).attributes.best_iteration);

  test('is not the end for a Booster, whose predict uses all', () => {
    expect(rootsOf(booster)).toBe(treesOf(booster));
    expect(readArtifact(booster).warnings).toEqual([
      expect.stringMatching(
        /iteration \d of \d+ as its best; all are used, as Booster.predict does/,
      ),
    ]);
  });

  test('is the end for the scikit-learn wrapper', () => {
    expect(rootsOf(wrapper)).toBe(2 * (bestOf(wrapper) + 1));
    expect(rootsOf(wrapper)).toBeLessThan(treesOf(wrapper));
    expect(readArtifact(wrapper).warnings).toEqual([
      expect.stringMatching(/those up to it are used, as the scikit-learn wrapper does/),
    ]);
  });

  test('is the end where it is asked for, and only there', () => {
    expect(rootsOf(booster, { iterations: 'best' })).toBe(bestOf(booster) + 1);
    expect(rootsOf(wrapper, { iterations: 'all' })).toBe(treesOf(wrapper));
    expect(readArtifact(wrapper, { iterations: 'all' }).warnings).toEqual([
      expect.stringMatching(/all are used, as was asked/),
    ]);
  });

  test('is counted in trees where the file does not say where iterations begin', () => {
    const old = editJson(wrapper, ({ learner }) => {
      delete learner.gradient_booster.model.iteration_indptr;
    });
    expect(rootsOf(old)).toBe(rootsOf(wrapper));
  });

  test('that is the last one says nothing', () => {
    const last = editJson(booster, ({ learner }) => {
      learner.attributes.best_iteration = `${treesOf(booster) - 1}`;
    });
    expect(readArtifact(last, { iterations: 'best' }).warnings).toEqual([]);
    expect(rootsOf(last, { iterations: 'best' })).toBe(treesOf(booster));
  });

  test('that the file does not name cannot be asked for', () => {
    for (const iterations of ['all', 'best'] as const) {
      expect(() => readArtifact(binary, { iterations })).toThrow(
        'no iterations can be chosen: the file names no best iteration',
      );
    }
  });

  test('is refused when it is no number, or ends at no tree', () => {
    const edited = (edit: (learner: Loose) => unknown) =>
      refusal(editJson(wrapper, ({ learner }) => void edit(learner)));
    expect(edited(({ attributes }) => (attributes.best_iteration = 'x'))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('best_iteration: expected a whole number'),
    });
    expect(
      edited(({ gradient_booster: { model } }) => model.iteration_indptr.fill(0.5)),
    ).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringMatching(/iteration_indptr\/\d+: expected a number of trees/),
    });
  });

  test('of a snapshot is the end when its holder says that the wrapper made it', () => {
    const document = parseJson(
      editJson(wrapper, (json) => {
        delete json.learner.attributes.scikit_learn;
        return { Config: {}, Model: json };
      }),
    );
    const trees = (isByWrapper?: boolean): number =>
      (readXgboostDocument(document, {}, isByWrapper).pipeline.model as TreeEnsemble).roots.length;
    expect(trees()).toBe(treesOf(wrapper));
    expect(trees(true)).toBe(rootsOf(wrapper));
    expect(readXgboostDocument(document, {}).warnings).toHaveLength(1);
  });
});

test('one expectile is answered as it is', () => {
  expect(readTrees(loadFixture('3.4.1', 'reg-expectileerror-one').bytes).link).toBe('identity');
  expect(readTrees(loadFixture('3.4.1', 'reg-expectileerror').bytes).link).toBe(
    'cumulative-softplus',
  );
});

test('expectiles that begin level are kept apart', () => {
  const { bytes } = loadFixture('3.4.1', 'reg-expectileerror');
  // what XGBoost 3.4.1 makes of these base scores
  const level = Math.fround(-13.81551);
  expect(baseOf('[0E0,0E0,0E0]', bytes)).toEqual([0, level, level]);
  expect(baseOf('[0E0,5E0,5.5E0]', bytes)).toEqual(
    [0, 4.99323844909668, -0.4327546954154968].map(Math.fround),
  );
});
