import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ReadOptions, readArtifact } from '../../src/formats/index.ts';
import { readLightgbmText } from '../../src/formats/lightgbm/read-lightgbm-text.ts';
import { aboveZeroThreshold, zeroThreshold } from '../../src/formats/lightgbm/zero-threshold.ts';
import { describeModelReader, type Sample } from '../contracts/model-reader.ts';
import { editJson } from './edit-json.ts';
import { lightgbmFixtures, loadLightgbm, readTrees } from './lightgbm-fixtures.ts';

describeModelReader(
  'lightgbm',
  [
    ...['binary-categorical', 'linear', 'multiclass', 'pandas'].map((name) => textSample(name)),
    textSample('binary-rf', '3.3.5'),
    ...['binary-categorical', 'linear'].map((name) => ({
      name: `${name} as JSON`,
      bytes: loadLightgbm(name).json!,
    })),
  ],
  {
    'a changed word'(bytes, random) {
      const words = Buffer.from(bytes)
        .toString()
        .split(/([ =\n])/);
      const hostile = ['', '-1', '1e999', 'nan', '-inf', '4294967296', '1073741824', '0.5', '0x1'];
      words[2 * Math.floor((random() * words.length) / 2)] =
        hostile[Math.floor(random() * hostile.length)]!;
      return Buffer.from(words.join(''));
    },
    'a missing line'(bytes, random) {
      const lines = Buffer.from(bytes).toString().split('\n');
      lines.splice(Math.floor(random() * Math.min(lines.length, 60)), 1);
      return Buffer.from(lines.join('\n'));
    },
  },
);

/** A text whose lines are lists of words, for the tests that change a value of JSON. */
function textSample(name: string, version = '4.7.0'): Sample {
  const bytes = loadLightgbm(name, version).text;
  // without the parameters, in which nothing can break
  const [model = ''] = bytes.toString().split('\nparameters:');
  const lines = model.split('\n').map((line) => line.split(/[ =]/));
  return {
    name: `${name} of ${version}`,
    bytes,
    text: Buffer.from(JSON.stringify(lines)),
    encode: (json) =>
      Buffer.from(
        (json as unknown[])
          .map((line) => {
            if (!Array.isArray(line)) return String(line);
            const [key, ...words] = line as string[];
            return words.length === 0 ? key : `${key}=${words.join(' ')}`;
          })
          .join('\n'),
      ),
  };
}

const binary = loadLightgbm('binary').text;

function edit(bytes: Uint8Array, from: string | RegExp, to: string): Buffer {
  const text = Buffer.from(bytes).toString();
  expect(text).toMatch(from);
  return Buffer.from(text.replace(from, to));
}

function refusal(bytes: Uint8Array, options: ReadOptions = {}): unknown {
  try {
    return readArtifact(bytes, options);
  } catch (error) {
    return error;
  }
}

test.each(lightgbmFixtures())('$version $case says what it is', (fixture) => {
  const artifact = readArtifact(fixture.text);
  const { task, labels, model, schema, decisionThreshold } = artifact.pipeline;
  const objective = fixture.parameters.objective;
  if (objective !== undefined) expect(artifact.objective).toBe(objective);
  expect(artifact.libraryVersion).toBeNull();
  expect(schema.features.map(({ name }) => name)).toEqual(fixture.columns);
  expect(model.columns.slice(0, fixture.columns.length)).toEqual(fixture.columns);
  expect(model.outputs).toBe(fixture.raw[0]!.length);
  expect(task).toBe(
    objective === 'binary'
      ? 'binary'
      : objective?.startsWith('multiclass') === true
        ? 'multiclass'
        : 'regression',
  );
  expect(labels).toEqual({ binary: [0, 1], multiclass: [0, 1, 2], regression: [] }[task]);
  expect(decisionThreshold).toBe(0.5000000000000001);
  expect(readTrees(fixture.text).cover).not.toBeNull();
  const isWarned = fixture.case.startsWith('pandas') || fixture.case.startsWith('custom');
  expect(artifact.warnings).toHaveLength(isWarned ? 1 : 0);
});

const twice = lightgbmFixtures().filter((fixture) => fixture.json !== null);
test.each(twice.filter((fixture) => fixture.case !== 'pandas'))(
  '$version $case is the same as text and as JSON',
  ({ text, json }) => {
    expect(readArtifact(json!)).toEqual(readArtifact(text));
  },
);

describe('columns', () => {
  test('of features that count 0 as missing are made from them', () => {
    const { steps, model } = readArtifact(loadLightgbm('binary-zero-as-missing').text).pipeline;
    expect(model.columns).toEqual(['amount', 'balance', 'level', 'kind', 'a=b']);
    expect(steps.steps).toHaveLength(5);
    expect(steps.steps[0]).toEqual({ kind: 'forget', of: 0, value: 0, tolerance: zeroThreshold });
    expect(steps.columns).toEqual([5, 6, 7, 8, 9]);
  });

  test('are two for a feature that is looked at in two ways', () => {
    const { steps, model } = readArtifact(loadLightgbm('binary-continued').text).pipeline;
    expect(model.columns.slice(4)).toEqual([
      'a=b',
      'amount (zero-missing)',
      'balance (zero-missing)',
      'level (zero-missing)',
      'kind (zero-missing)',
    ]);
    expect(steps.columns).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('are the features where no step is needed', () => {
    const { steps, model } = readArtifact(binary).pipeline;
    expect(steps).toEqual({ features: 5, steps: [], columns: [0, 1, 2, 3, 4] });
    expect(model.columns).toEqual(['amount', 'balance', 'level', 'kind', 'a=b']);
  });

  test('that LightGBM named itself may be given names', () => {
    const { text } = loadLightgbm('binary-unnamed');
    const columns = ['a', 'b', 'c', 'd', 'e'];
    expect(readTrees(text).columns[1]).toBe('Column_1');
    expect(readArtifact(text, { columns }).pipeline.model.columns).toEqual(columns);
    expect(refusal(text, { columns: ['a'] })).toMatchObject({ code: 'INVALID_MODEL' });
    expect(refusal(binary, { columns })).toMatchObject({
      message: 'column 0 is "amount" in the file and "a" for the caller',
    });
  });

  test('have one threshold for all values that count as 0', () => {
    const next = new Float64Array([zeroThreshold]);
    const bits = new BigUint64Array(next.buffer);
    bits[0]! += 1n;
    expect(aboveZeroThreshold).toBe(next[0]);
    const thresholds = new Set(readTrees(loadLightgbm('regression-near-zero').text).threshold);
    expect([...thresholds].toSorted((a, b) => a - b)).toEqual([
      -aboveZeroThreshold,
      0,
      zeroThreshold,
    ]);
  });
});

describe('categories', () => {
  const { text, json } = loadLightgbm('pandas');
  const colours = ['grey é', 'red', 'green', 'blue', 'never seen'];

  test('of a data frame are features in words, a constant one too', () => {
    const artifact = readArtifact(text);
    const category = { type: 'category', required: false, nullable: true, otherCategories: true };
    expect(artifact.pipeline.schema.features).toEqual([
      { name: 'amount', type: 'number', required: false, nullable: true },
      { name: 'colour', ...category, categories: colours },
      { name: 'alike', ...category, categories: ['same'] },
      { name: 'size', ...category, categories: [10, 20, 35] },
      { name: 'yes', ...category, categories: [false, true] },
    ]);
    expect(artifact.warnings).toEqual([
      expect.stringMatching(/taken for .*: colour, alike, size, yes$/),
    ]);
  });

  test('in JSON are codes when one is constant, since JSON does not tell that it is categorical', () => {
    const features = (bytes: Uint8Array) =>
      readArtifact(bytes).pipeline.schema.features.map(({ type }) => type);
    expect(new Set(features(json!))).toEqual(new Set(['number']));
    const without = editJson(json!, (model) => void model.pandas_categorical.splice(1, 1));
    expect(features(without)).toEqual(['number', 'category', 'number', 'category', 'category']);
  });

  test.each([
    ['an ordered one, which is a number', loadLightgbm('pandas-ordered').text],
    ['more codes than words', edit(text, '[10, 20, 35]', '[10, 20]')],
    ['fewer lists', edit(text, ', [10, 20, 35]', '')],
  ])('are codes when the lists may belong to other features: %s', (_name, bytes) => {
    const artifact = readArtifact(bytes);
    expect(artifact.pipeline.schema.features.every(({ type }) => type === 'number')).toBe(true);
    expect(artifact.warnings).toEqual([expect.stringContaining('does not say which is whose')]);
  });

  test('that repeat are refused', () => {
    expect(refusal(edit(text, '[10, 20, 35]', '[10, 20, 20]'))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining('a category repeats'),
    });
  });

  test('are looked for as the bits say', () => {
    const { categorical } = readTrees(loadLightgbm('binary-categorical').text);
    const [word = '', other = ''] = /cat_threshold=(\d+) (\d+)/
      .exec(loadLightgbm('binary-categorical').text.toString())!
      .slice(1);
    const bits = [word, other].flatMap((digits, index) =>
      Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => (BigInt(digits) >> BigInt(bit)) & 1n)
        .map((bit) => 32 * index + bit),
    );
    expect([...categorical!.categories.subarray(0, bits.length)]).toEqual(bits);
  });
});

describe('an objective', () => {
  test.each([
    ['binary sigmoid:1', { link: 'logistic', slope: 1 }],
    ['binary sigmoid:2.5e-05', { link: 'logistic', slope: 2.5e-5 }],
    ['binary sigmoid:1e+06', { link: 'logistic', slope: 1e6 }],
    // LightGBM adds 12 and 0.3457
    ['binary sigmoid:12.3457', { link: 'logistic', slope: 12 + 0.3457 }],
    ['cross_entropy', { link: 'logistic', slope: 1 }],
    ['cross_entropy_lambda', { link: 'softplus' }],
    ['fair sqrt', { link: 'signed-square' }],
    ['huber sqrt', { link: 'identity' }],
    ['rank_xendcg', { link: 'identity' }],
    ['tweedie', { link: 'exponential' }],
    ['custom', { link: 'identity' }],
  ])('%s is read', (objective, expected) => {
    const bytes = edit(binary, 'objective=binary sigmoid:1', `objective=${objective}`);
    expect(readArtifact(bytes).pipeline.model).toMatchObject(expected);
  });

  test('that is unknown is refused by name, with those that can be read', () => {
    const bytes = edit(binary, 'objective=binary sigmoid:1', 'objective=my_loss');
    const error = refusal(bytes);
    expect(error).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature: 'objective "my_loss"' },
    });
    const readable = (error as Error).message.split(' are ')[1]!.split(', ');
    const page = readFileSync('docs/formats/lightgbm.md', 'utf8');
    const rows = page.match(/^\| `[^|]+/gm)!.flatMap((row) => row.match(/\w+/g)!);
    expect(rows.toSorted()).toEqual(readable.toSorted());
  });

  test.each([
    'binary',
    'binary sigmoid:0',
    'binary sigmoid:-1',
    'binary sigmoid:x',
    'multiclass',
    'multiclass num_class:3',
    'multiclass num_class:1',
    'multiclassova num_class:1 sigmoid:1',
  ])('%s does not fit', (objective) => {
    const bytes = edit(binary, 'objective=binary sigmoid:1', `objective=${objective}`);
    expect(refusal(bytes)).toMatchObject({ code: 'INVALID_MODEL' });
  });

  test('that is not in the file leaves the raw score, with a warning', () => {
    const artifact = readArtifact(loadLightgbm('custom-two').text);
    expect(artifact.objective).toBe('custom');
    expect(artifact.pipeline).toMatchObject({ task: 'regression', model: { outputs: 2 } });
    expect(artifact.warnings).toEqual([expect.stringContaining('has no objective')]);
  });
});

describe('a text', () => {
  test('may have lines that end as on Windows', () => {
    const windows = Buffer.from(binary.toString().replaceAll('\n', '\r\n'));
    expect(readArtifact(windows)).toEqual(readArtifact(binary));
  });

  test('can be read from within another file, up to an iteration', () => {
    expect(readLightgbmText(binary.toString())).toEqual(readArtifact(binary));
    const whole = readTrees(binary);
    const { model } = readLightgbmText(binary, { iterations: 2 }).pipeline;
    expect(model).toMatchObject({ roots: whole.roots.subarray(0, 2) });
    const forest = loadLightgbm('binary-rf').text;
    expect(readLightgbmText(forest, { iterations: 3 }).pipeline.model).toMatchObject({
      divisor: 3,
    });
    expect(readLightgbmText(forest, { iterations: 30 })).toEqual(readArtifact(forest));
  });

  test('may lack what no answer hangs on', () => {
    const bare = binary
      .toString()
      .replaceAll(/^(split_gain|leaf_weight|internal_(value|weight|count)|shrinkage)=.*\n/gm, '')
      .replace(/^tree_sizes=.*\n/m, '')
      .split('\nfeature_importances')[0]!;
    expect(readTrees(Buffer.from(bare))).toEqual({ ...readTrees(binary), cover: null });
  });

  test.each([
    ['of another version of the layout', 'version=v4', 'version=v5', 'the layout v5'],
    ['of no version', 'version=v4\n', '', 'the layout without a version'],
  ])('%s is unsupported', (_name, from, to, feature) => {
    expect(refusal(edit(binary, from, to))).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      details: { feature },
    });
  });

  test.each([
    ['cut off inside a tree', /Tree=2[^]*/, 'Tree=2\nnum_leaves=6\n', 'no "end of trees"'],
    ['cut off inside the parameters', /end of parameters[^]*/, '', 'no "end of parameters"'],
    ['with a tree too few', /Tree=3[^]*?end of trees/, 'end of trees', 'tree_sizes: expected 3'],
    ['with its trees in another order', 'Tree=1', 'Tree=2', 'expected Tree=1 after 1 trees'],
    ['with a child that is no node', /left_child=\S+/, 'left_child=5', 'child 5 of 5 inner nodes'],
    ['with a child that is no leaf', /left_child=\S+/, 'left_child=-7', 'child -7'],
    ['with a node of two parents', /left_child=\S+/, 'left_child=0', 'its own ancestor'],
    ['with a feature too many', /split_feature=\d/, 'split_feature=5', 'feature 5 of 5'],
    ['with a short list', /threshold=\S+ /, 'threshold=', 'Tree=0, threshold: expected 5 numbers'],
    ['with a long list', /threshold=/, 'threshold=1 ', 'Tree=0, threshold: expected 5 numbers'],
    ['with a word for a number', /threshold=\S+/, 'threshold=nan', 'threshold: expected numbers'],
    ['with an infinite leaf', /leaf_value=\S+/, 'leaf_value=inf', 'leaf value Infinity'],
    ['with an unknown decision', /decision_type=\d+/, 'decision_type=12', 'decision type 12'],
    ['with no leaves', 'num_leaves=6', 'num_leaves=0', 'expected at least one leaf'],
    [
      'with more leaves than bytes',
      'num_leaves=6',
      'num_leaves=1e9',
      'expected 1000000000 numbers',
    ],
    ['with more features than names', 'max_feature_idx=4', 'max_feature_idx=5', 'expected 6 words'],
    ['with too many features', 'max_feature_idx=4', 'max_feature_idx=1e9', 'max_feature_idx'],
    ['with no trees per iteration', 'iteration=1', 'iteration=0', 'num_tree_per_iteration'],
    ['with names that are equal', 'balance', 'amount', 'two columns share a name'],
    ['with a category and no sets', /decision_type=\d+/, 'decision_type=1', 'num_cat'],
  ])('%s is broken', (_name, from, to, message) => {
    expect(refusal(edit(binary, from, to))).toMatchObject({
      code: 'INVALID_MODEL',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['boundaries that do not ascend', /cat_boundaries=0 2/, 'cat_boundaries=0 -2'],
    ['a word of more than 32 bits', /cat_threshold=\d+/, 'cat_threshold=4294967296'],
    ['a set that is not there', /(threshold=.*) 0 /, 'threshold=1 1 1 '],
  ])('with %s is broken', (_name, from, to) => {
    const { text } = loadLightgbm('binary-categorical');
    expect(refusal(edit(text, from, to))).toMatchObject({ code: 'INVALID_MODEL' });
  });

  test('whose nodes share a set of categories is broken, since few bytes would become many', () => {
    const tree = [
      'Tree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 0\nthreshold=0 0\ndecision_type=1 1',
      'left_child=1 -1\nright_child=-3 -2\nleaf_value=1 2 3\ncat_boundaries=0 1\ncat_threshold=7',
    ].join('\n');
    const bytes = edit(binary, /tree_sizes[^]*?end of trees/, `${tree}\n\nend of trees`);
    expect(refusal(bytes)).toMatchObject({
      message: 'Tree=0: two nodes look for categories 0',
    });
  });

  test('that is not UTF-8 is broken', () => {
    const bytes = Buffer.from(binary);
    bytes[bytes.indexOf('amount')] = 0xff;
    expect(refusal(bytes)).toMatchObject({ message: 'the text is not valid UTF-8' });
  });

  test('means over no trees are broken', () => {
    const bytes = edit(
      loadLightgbm('binary-rf').text,
      /tree_sizes=[^]*?end of trees/,
      'end of trees',
    );
    expect(refusal(bytes)).toMatchObject({ message: 'means over no trees' });
  });
});

describe('JSON', () => {
  const json = loadLightgbm('binary-categorical').json!;

  test.each([['without counts', (node: Record<string, unknown>) => delete node['internal_count']]])(
    '%s has no covers',
    (_name, change) => {
      const bytes = editJson(json, (model) => void change(model.tree_info[0].tree_structure));
      expect(readTrees(bytes).cover).toBeNull();
    },
  );

  test('spells an infinite threshold as 1e300', () => {
    const bytes = editJson(loadLightgbm('binary-rf').json!, ({ tree_info: trees }) => {
      trees[0].tree_structure.threshold = 1e300;
    });
    const trees = readTrees(bytes);
    expect(trees.threshold[trees.roots[0]!]).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    ['another kind of test', { decision_type: '<' }],
    ['another kind of missing values', { missing_type: 'none' }],
    ['a direction that is none', { default_left: 1 }],
    ['no threshold', { threshold: '0||1' }],
  ])('with %s is broken', (_name, change) => {
    const bytes = editJson(loadLightgbm('binary-rf').json!, ({ tree_info: trees }) => {
      Object.assign(trees[0].tree_structure, change);
    });
    expect(refusal(bytes)).toMatchObject({ code: 'INVALID_MODEL' });
  });
});
