// Files made to take as much memory or time as they can for their bytes; most are sound.
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { bytesField, floatsField, integersField, numberField, textField } from './protobuf.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const million = 1_000_000;

/** JSON of a fixture as text around what stands in it for `"HERE"`. */
function around(document, middle) {
  const [before, after] = JSON.stringify(document).split('"HERE"');
  return Buffer.from(`${before}${middle}${after}`);
}

function parse(path) {
  return JSON.parse(readFileSync(new URL(path, fixtures), 'utf8'));
}

function repeat(count, write) {
  return Array.from({ length: count }, (_, index) => write(index));
}

function json(count, write) {
  return Buffer.from(`{"learner":[${repeat(count, write).join(',')}]}`);
}

function xgboost(trees, { features = 1, classes = 0, outputs = [] } = {}) {
  return {
    version: [3, 4, 1],
    learner: {
      feature_names: [],
      attributes: {},
      objective: { name: classes > 0 ? 'multi:softprob' : 'reg:squarederror' },
      learner_model_param: {
        base_score: '0',
        num_class: `${classes}`,
        num_feature: `${features}`,
        num_target: '1',
      },
      gradient_booster: {
        name: 'gbtree',
        model: {
          gbtree_model_param: { num_trees: `${trees.length}`, num_parallel_tree: '1' },
          tree_info: trees.map((_, index) => outputs[index] ?? 0),
          trees,
        },
      },
    },
  };
}

/** A tree whose node 2n leads to the leaf 2n + 1 and the node 2n + 2. */
function chain(inner) {
  const nodes = 2 * inner + 1;
  const isInner = (node) => node % 2 === 0 && node < nodes - 1;
  const list = (write) => repeat(nodes, write);
  return {
    tree_param: { num_nodes: `${nodes}`, size_leaf_vector: '1' },
    left_children: list((node) => (isInner(node) ? node + 1 : -1)),
    right_children: list((node) => (isInner(node) ? node + 2 : -1)),
    split_indices: list(() => 0),
    split_conditions: list(() => 0),
    default_left: list(() => 0),
    sum_hessian: list(() => 0),
    base_weights: list(() => 0),
  };
}

function categoryTree(nodes) {
  const tree = chain(nodes);
  const inner = repeat(nodes, (node) => 2 * node);
  return {
    ...tree,
    split_type: tree.left_children.map((left) => (left === -1 ? 0 : 1)),
    categories: inner.map((_, index) => index),
    categories_nodes: inner,
    categories_segments: inner.map((_, index) => index),
    categories_sizes: inner.map(() => 1),
  };
}

function lightgbm(features, trees, names = repeat(features, (index) => `f${index}`)) {
  return Buffer.from(
    [
      'tree',
      'version=v4',
      'num_class=1',
      'num_tree_per_iteration=1',
      'label_index=0',
      `max_feature_idx=${features - 1}`,
      'objective=regression',
      `feature_names=${names.join(' ')}`,
      `feature_infos=${repeat(features, () => '0').join(' ')}`,
      '',
      ...trees,
      'end of trees',
      '',
    ].join('\n'),
  );
}

function catboost(key, trees, options = {}) {
  const document = parse('catboost/1.2.10/rmse.model.json');
  delete document.oblivious_trees;
  return around({ ...document, [key]: 'HERE', ...options }, `[${trees.join(',')}]`);
}

/** A list of rows of float32, as inputs and outputs are declared. */
const floatRows = (name, width) => [
  textField(1, name),
  bytesField(2, [
    bytesField(1, [
      numberField(1, 1),
      bytesField(2, [bytesField(1, [numberField(1, 1)]), bytesField(1, [numberField(1, width)])]),
    ]),
  ]),
];

function onnx(attributes, operator, version) {
  const node = [
    textField(1, 'X'),
    textField(2, 'Y'),
    textField(4, operator),
    ...attributes,
    textField(7, 'ai.onnx.ml'),
  ];
  return Buffer.concat([
    numberField(1, 8),
    textField(2, 'by hand'),
    bytesField(7, [
      bytesField(1, node),
      textField(2, 'g'),
      bytesField(11, floatRows('X', 1)),
      bytesField(12, floatRows('Y', 1)),
    ]),
    bytesField(8, [textField(1, 'ai.onnx.ml'), numberField(2, version)]),
    bytesField(8, [textField(1, ''), numberField(2, 17)]),
  ]);
}

function attribute(name, type, content) {
  return bytesField(5, [textField(1, name), ...content, numberField(20, type)]);
}
const ints = (name, list) => attribute(name, 7, [integersField(8, list)]);
const floats = (name, list) => attribute(name, 6, [floatsField(7, list)]);
const words = (name, list) =>
  attribute(
    name,
    8,
    list.map((word) => textField(9, word)),
  );

function onnxForest(trees, perTree, modes, children) {
  const count = trees * perTree;
  const list = (write) => repeat(count, (at) => write(at % perTree, Math.floor(at / perTree)));
  const leaves = repeat(count, (at) => at % perTree).map((node) => modes[node] === 'LEAF');
  const voting = leaves.flatMap((is, at) => (is ? [at] : []));
  return onnx(
    [
      numberAttribute('n_targets', 1),
      ints(
        'nodes_treeids',
        list((_, tree) => tree),
      ),
      ints(
        'nodes_nodeids',
        list((node) => node),
      ),
      ints(
        'nodes_featureids',
        list(() => 0),
      ),
      words(
        'nodes_modes',
        list((node) => modes[node]),
      ),
      floats(
        'nodes_values',
        list((node, tree) => (modes[node] === 'LEAF' ? 0 : tree)),
      ),
      ints(
        'nodes_truenodeids',
        list((node) => children[node]?.[0] ?? 0),
      ),
      ints(
        'nodes_falsenodeids',
        list((node) => children[node]?.[1] ?? 0),
      ),
      ints(
        'target_ids',
        voting.map(() => 0),
      ),
      ints(
        'target_nodeids',
        voting.map((at) => at % perTree),
      ),
      ints(
        'target_treeids',
        voting.map((at) => Math.floor(at / perTree)),
      ),
      floats(
        'target_weights',
        voting.map(() => 0),
      ),
    ],
    'TreeEnsembleRegressor',
    1,
  );
}

function numberAttribute(name, value) {
  return attribute(name, 2, [numberField(3, value)]);
}

const obliviousZeros = (depth) =>
  `{"leaf_values":[${'0,'.repeat(2 ** depth - 1)}0],"splits":[${repeat(depth, () => '{"split_index":0}').join(',')}]}`;

const nestedChain = (depth) =>
  `${'{"left":{"value":0},"split":{"split_index":0},"right":'.repeat(depth)}{"value":0}${'}'.repeat(depth)}`;

const forestChain = (depth) =>
  `${'{"splitValue":0,"splitColumn":0,"left":{"distribution":[[1,0]]},"right":'.repeat(depth)}{"distribution":[[1,0]]}${'}'.repeat(depth)}`;

const cases = {
  'json: empty arrays': () => json(2 * million, () => '[]'),
  'json: empty objects': () => json(2 * million, () => '{}'),
  'json: objects of one key': () => json(million / 2, (index) => `{"k${index}":0}`),
  'json: objects of many keys': () =>
    json(8, (index) => `{${repeat(65_000, (key) => `"${index}k${key}":0`).join(',')}}`),
  'json: decimals': () => json(million, () => '0.5'),
  'json: decimals among others': () => json(million, (index) => (index % 2 === 0 ? '0.5' : '""')),
  'json: nested': () => Buffer.from(`{"learner":${'['.repeat(990)}${']'.repeat(990)}}`),
  'json: short strings': () => json(million, (index) => `"${index % 9}a"`),
  'ubjson: empty arrays': () =>
    Buffer.concat([
      Buffer.from('{L\0\0\0\0\0\0\0\x01a['),
      Buffer.from('[]'.repeat(2 * million)),
      Buffer.from(']}'),
    ]),
  'ubjson: empty objects': () =>
    Buffer.concat([
      Buffer.from('{L\0\0\0\0\0\0\0\x01a['),
      Buffer.from('{}'.repeat(2 * million)),
      Buffer.from(']}'),
    ]),
  'ubjson: flags': () =>
    Buffer.concat([
      Buffer.from('{L\0\0\0\0\0\0\0\x01a['),
      Buffer.from('T'.repeat(4 * million)),
      Buffer.from(']}'),
    ]),
  'ubjson: floats one by one': () =>
    Buffer.concat([
      Buffer.from('{L\0\0\0\0\0\0\0\x01a[T'),
      Buffer.from('d?\0\0\x01'.repeat(million)),
      Buffer.from(']}'),
    ]),
  'xgboost: columns': () => Buffer.from(JSON.stringify(xgboost([], { features: 65_536 }))),
  'xgboost: outputs': () => Buffer.from(JSON.stringify(xgboost([], { classes: 16_384 }))),
  'xgboost: one leaf each': () =>
    Buffer.from(JSON.stringify(xgboost(repeat(20_000, () => chain(0))))),
  'xgboost: stumps': () => Buffer.from(JSON.stringify(xgboost(repeat(15_000, () => chain(1))))),
  'xgboost: one long chain': () => Buffer.from(JSON.stringify(xgboost([chain(100_000)]))),
  'xgboost: categories': () => Buffer.from(JSON.stringify(xgboost([categoryTree(40_000)]))),
  'xgboost: vectors and numbers': () => {
    const vector = {
      ...chain(0),
      tree_param: { num_nodes: '1', size_leaf_vector: '2000' },
      base_weights: Array(2000).fill(0),
      leaf_weights: Array(2000).fill(0),
    };
    return Buffer.from(
      JSON.stringify(xgboost([vector, ...repeat(8, () => chain(2000))], { classes: 2000 })),
    );
  },
  'lightgbm: one leaf each': () =>
    lightgbm(
      1,
      repeat(100_000, (tree) => `Tree=${tree}\nnum_leaves=1\nnum_cat=0\nleaf_value=0`),
    ),
  'lightgbm: stumps': () =>
    lightgbm(
      1,
      repeat(
        40_000,
        (tree) =>
          `Tree=${tree}\nnum_leaves=2\nnum_cat=0\nleaf_value=0 0\nsplit_feature=0\nthreshold=0\nleft_child=-1\nright_child=-2`,
      ),
    ),
  'lightgbm: full bitsets': () =>
    lightgbm(1, [
      'Tree=0',
      'num_leaves=2',
      'num_cat=1',
      'leaf_value=0 0',
      'split_feature=0',
      'threshold=0',
      'decision_type=1',
      'left_child=-1',
      'right_child=-2',
      'cat_boundaries=0 400000',
      `cat_threshold=${Array(400_000).fill('4294967295').join(' ')}`,
    ]),
  'lightgbm: full bitsets of many nodes': () =>
    lightgbm(
      1,
      repeat(200, (tree) =>
        [
          `Tree=${tree}`,
          'num_leaves=2',
          'num_cat=1',
          'leaf_value=0 0',
          'split_feature=0',
          'threshold=0',
          'decision_type=1',
          'left_child=-1',
          'right_child=-2',
          'cat_boundaries=0 2000',
          `cat_threshold=${Array(2000).fill('4294967295').join(' ')}`,
        ].join('\n'),
      ),
    ),
  'lightgbm: one long chain': () => {
    const inner = 200_000;
    return lightgbm(1, [
      'Tree=0',
      `num_leaves=${inner + 1}`,
      'num_cat=0',
      `leaf_value=${'0 '.repeat(inner + 1)}`,
      `split_feature=${'0 '.repeat(inner)}`,
      `threshold=${'0 '.repeat(inner)}`,
      `left_child=${repeat(inner, (node) => ~node).join(' ')}`,
      `right_child=${repeat(inner, (node) => (node + 1 < inner ? node + 1 : ~inner)).join(' ')}`,
    ]);
  },
  'lightgbm: columns': () =>
    lightgbm(
      65_000,
      [],
      repeat(65_000, (index) => index.toString(36)),
    ),
  'lightgbm-json: one leaf each': () => {
    const document = parse('lightgbm/4.7.0/binary-rf.model.json');
    document.tree_info = 'HERE';
    return around(
      document,
      `[${repeat(60_000, (tree) => `{"tree_index":${tree},"tree_structure":{"leaf_value":0}}`).join(',')}]`,
    );
  },
  'catboost: empty leaves': () =>
    catboost(
      'oblivious_trees',
      repeat(32, () => obliviousZeros(16)),
    ),
  'catboost: many small trees': () =>
    catboost(
      'oblivious_trees',
      repeat(50_000, () => obliviousZeros(1)),
    ),
  'catboost: one leaf each': () =>
    catboost(
      'oblivious_trees',
      repeat(100_000, () => '{"leaf_values":[0]}'),
    ),
  'catboost: nested': () =>
    catboost(
      'trees',
      repeat(100, () => nestedChain(480)),
    ),
  'onnx: one leaf each': () => onnxForest(100_000, 1, ['LEAF'], []),
  'onnx: equalities': () => onnxForest(50_000, 3, ['BRANCH_EQ', 'LEAF', 'LEAF'], [[1, 2]]),
  'onnx: stumps': () => onnxForest(50_000, 3, ['BRANCH_LEQ', 'LEAF', 'LEAF'], [[1, 2]]),
  'onnx: columns': () =>
    onnx(
      [floats('coefficients', Array(500_000).fill(0)), numberAttribute('targets', 1)],
      'LinearRegressor',
      1,
    ),
  'ml-random-forest: chains': () => {
    const document = parse('ml-js/forest-binary.model.json');
    document.baseModel.estimators = 'HERE';
    const root = forestChain(480);
    document.baseModel.nEstimators = 100;
    document.baseModel.indexes = repeat(100, () => [0, 1, 2]);
    return around(
      document,
      `[${repeat(100, () => `{"options":{"kind":"classifier"},"root":${root}}`).join(',')}]`,
    );
  },
  'ml-logistic-regression: columns': () => {
    const document = parse('ml-js/logistic-binary.model.json');
    for (const classifier of document.classifiers) classifier.weights = [Array(million).fill(0)];
    return Buffer.from(JSON.stringify(document));
  },
  'zlib: zeros': () =>
    deflateSync(Buffer.concat([Buffer.from('\x80\x04'), Buffer.alloc(200 * million, 'N')])),
  'pickle: empty lists': () => Buffer.from(`\x80\x04(${']'.repeat(4 * million)}l.`, 'latin1'),
  'pickle: empty dicts': () => Buffer.from(`\x80\x04(${'}'.repeat(900_000)}l.`, 'latin1'),
};

export const worstCases = Object.keys(cases);

/** The bytes of one case. */
export function createWorstCase(name) {
  return cases[name]();
}
