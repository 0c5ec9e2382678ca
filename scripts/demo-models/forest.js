// v1.0: a random forest from ml-random-forest 2.1.0, which bags features once per tree and draws no sample of its own
// when `maxSamples` is set (it takes the first rows, the same for every tree). So each tree is trained as a forest of
// one on rows drawn here, and the trees are put together in one forest, which the package then writes.
// Cost: the package tries every split by counting all rows, O(rows^2 * columns) for a node.
import { RandomForestClassifier } from 'ml-random-forest';
import { mean } from './metrics.js';
import { createRandom, sampleIndexes } from './random.js';

/**
 * Trains on `inputs` (one array of numbers per row, no NaN) and `labels` (0 or 1).
 * @returns the forest as the package writes it to JSON
 */
export function trainForest(inputs, labels, parameters) {
  const { trees, rowsPerTree, columnsPerTree, maxDepth, minNumSamples, gainThreshold, seed } =
    parameters;
  const options = (treeSeed) => ({
    nEstimators: 1,
    maxFeatures: columnsPerTree,
    replacement: false,
    useSampleBagging: false,
    seed: treeSeed,
    treeOptions: { maxDepth, minNumSamples, gainThreshold },
  });
  const random = createRandom(seed);
  const forest = new RandomForestClassifier({ ...options(seed), nEstimators: trees });
  forest.estimators = [];
  forest.indexes = [];
  for (let tree = 0; tree < trees; tree++) {
    // In order of label, so that rows with equal values change label once and give few splits to try.
    const drawn = sampleIndexes(inputs.length, rowsPerTree, random);
    drawn.sort((a, b) => labels[a] - labels[b] || a - b);
    const one = new RandomForestClassifier(options(Math.floor(random() * 2 ** 31)));
    one.train(
      drawn.map((index) => inputs[index]),
      drawn.map((index) => labels[index]),
    );
    forest.n = one.n;
    forest.estimators.push(one.estimators[0]);
    forest.indexes.push(one.indexes[0]);
  }
  return JSON.parse(JSON.stringify(forest));
}

const isLeaf = (node) => node.left === undefined;

// `splitColumn` counts within the columns that the tree was given.
const goesLeft = (node, columns, input) => input[columns[node.splitColumn]] < node.splitValue;

/** Mean over the trees of the share of label 1 in the leaf; the package's own predictProbability starts its sum from a label. */
export function forestProbability({ baseModel: { estimators, indexes } }, input) {
  const shares = estimators.map(({ root }, tree) => {
    let node = root;
    while (!isLeaf(node)) node = goesLeft(node, indexes[tree], input) ? node.left : node.right;
    // The leaf lists labels up to the largest that it has seen.
    return node.distribution[0][1] ?? 0;
  });
  return mean(shares);
}

/** Per tree the number of `inputs` that reach each node, in preorder, left before right. */
export function forestCovers({ baseModel: { estimators, indexes } }, inputs) {
  return estimators.map(({ root }, tree) => {
    const covers = [];
    const visit = (node, reaching) => {
      covers.push(reaching.length);
      if (isLeaf(node)) return;
      const left = reaching.filter((input) => goesLeft(node, indexes[tree], input));
      const right = reaching.filter((input) => !goesLeft(node, indexes[tree], input));
      visit(node.left, left);
      visit(node.right, right);
    };
    visit(root, inputs);
    return covers;
  });
}
