// Makes models/churn from the IBM Telco table; README.md beside this file says how to run it.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainBoosting } from './boosting.js';
import { cardOf } from './card.js';
import { readableJson, reference, write } from './files.js';
import { forestCovers, forestProbability, trainForest } from './forest.js';
import { writeGoldenRows } from './golden.js';
import { logisticProbability, trainLogistic } from './logistic.js';
import { mean, measure } from './metrics.js';
import { createRandom } from './random.js';
import { readTelco, threeFieldRow, toColumns, withBlankedCopies } from './rows.js';
import { rulesFrom } from './rules.js';
import { boostingColumns, constantColumn, forestColumns, linearColumns } from './schema.js';

const seed = 20261120;
const modelsDirectory = fileURLToPath(new URL('../../models/churn', import.meta.url));

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    output: { type: 'string', default: modelsDirectory },
  },
});
if (options.data === undefined) {
  process.stderr.write('usage: node train.js --data CSV [--python PYTHON] [--output DIR]\n');
  process.exit(2);
}

const { training, holdOut } = readTelco(options.data);
const samples = withBlankedCopies(training, createRandom(seed));
const labels = samples.map(({ churned }) => churned);
const rules = rulesFrom(training);
const counts = { rows: training.length, rows_with_copies: samples.length };

const inputsOf = (columns) => samples.map(({ row }) => toColumns(row, columns));
const heldOutInputs = (columns) => ({
  full_rows: holdOut.map(({ row }) => toColumns(row, columns)),
  three_field_rows: holdOut.map(({ row }) => toColumns(threeFieldRow(row), columns)),
});
const mapValues = (object, map) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
const measured = (probabilities) =>
  measure(
    holdOut.map(({ churned }) => churned),
    probabilities,
  );

const require = createRequire(import.meta.url);
const library = (name) => ({ name, version: require(`${name}/package.json`).version });

/** Writes a version's card and says how good it is. */
function finish(version, card) {
  const text = `${readableJson(cardOf({ ...card, rules }))}\n`;
  write(join(options.output, version, 'card.json'), text);
  const report = Object.entries(card.metrics).map(
    ([rows, { auc, log_loss, brier }]) =>
      `${rows}: AUC ${auc}, log-loss ${log_loss}, Brier ${brier}`,
  );
  process.stdout.write(`${version} ${card.format}\n  ${report.join('\n  ')}\n`);
}

function makeForest() {
  const directory = join(options.output, 'v1.0');
  const parameters = {
    trees: 25,
    rowsPerTree: 2_000,
    columnsPerTree: 24,
    maxDepth: 7,
    minNumSamples: 60,
    gainThreshold: 0.003,
  };
  const inputs = inputsOf(forestColumns);
  const forest = trainForest(inputs, labels, { ...parameters, seed });
  write(join(directory, 'model.json'), `${JSON.stringify(forest)}\n`);
  write(join(directory, 'covers.json'), `${JSON.stringify(forestCovers(forest, inputs))}\n`);
  finish('v1.0', {
    description: 'Customer churn, random forest. An unknown field is -1 to the trees.',
    format: 'ml-random-forest',
    files: {
      artifact: reference(directory, 'model.json'),
      covers: reference(directory, 'covers.json'),
    },
    weight: 0.3,
    columns: forestColumns,
    training: {
      ...counts,
      library: library('ml-random-forest'),
      seed,
      parameters,
      how: 'Each tree is trained as a forest of one, on rows drawn without replacement from all training rows and their copies, and on columns drawn once per tree; the trees are put together in one forest. Covers are the counts of all training rows and their copies at each node, per tree in preorder, left before right. The probability is the mean over the trees of the share of churners in the leaf.',
    },
    metrics: mapValues(heldOutInputs(forestColumns), (rows) =>
      measured(rows.map((row) => forestProbability(forest, row))),
    ),
  });
}

function makeBoosting() {
  const directory = join(options.output, 'v1.1');
  mkdirSync(directory, { recursive: true });
  const direction = { senior: 1, total_charges: -1, tenure: -1 };
  const parameters = {
    rounds: 80,
    objective: 'binary:logistic',
    max_depth: 4,
    eta: 0.08,
    min_child_weight: 30,
    tree_method: 'hist',
    monotone_constraints: direction,
    nthread: 1,
    seed,
  };
  const columns = boostingColumns.map(({ name }) => name);
  const { version, predictions } = trainBoosting(
    options.python,
    {
      columns,
      inputs: inputsOf(boostingColumns),
      labels,
      predict: heldOutInputs(boostingColumns),
      model: join(directory, 'model.json'),
    },
    parameters,
  );
  finish('v1.1', {
    description: 'Customer churn, gradient boosted trees. An unknown field stays missing.',
    format: 'xgboost',
    files: { artifact: reference(directory, 'model.json') },
    weight: 0.6,
    columns: boostingColumns,
    training: {
      ...counts,
      library: { name: 'xgboost', version },
      seed,
      parameters,
      how: 'Trained and measured by XGBoost itself. Constrained so that the risk never rises with tenure or total charges, and never falls at 65.',
    },
    metrics: mapValues(predictions, measured),
  });
}

const rounded = (number) => Number(number.toPrecision(6));

/** Columns with mean 0 and standard deviation 1 over the training rows; what is missing is 0, and so has no say. */
function standardised(columns) {
  return columns.map((column) => {
    const values = training
      .map(({ row }) => toColumns(row, [column])[0])
      .filter((value) => !Number.isNaN(value));
    const center = rounded(mean(values));
    const scale = rounded(Math.sqrt(mean(values.map((value) => (value - center) ** 2))));
    return { ...column, missing: center, center, scale };
  });
}

function columnMeans(columns) {
  const rows = training.map(({ row }) => toColumns(row, columns));
  return columns.map((_, column) => Number(mean(rows.map((row) => row[column])).toFixed(9)));
}

function makeLogistic() {
  const directory = join(options.output, 'v2.0');
  const parameters = { numSteps: 1_000, learningRate: 5e-5 };
  const columns = [constantColumn, ...standardised(linearColumns)];
  const model = trainLogistic(inputsOf(columns), labels, parameters);
  write(join(directory, 'model.json'), `${JSON.stringify(model)}\n`);
  finish('v2.0', {
    description:
      'Customer churn, logistic regression. An unknown field counts as the average customer.',
    format: 'ml-logistic-regression',
    files: { artifact: reference(directory, 'model.json') },
    weight: 0.1,
    columns,
    background: { column_means: columnMeans(columns) },
    training: {
      ...counts,
      library: library('ml-logistic-regression'),
      seed,
      parameters,
      how: 'Batch gradient descent on the gradient summed over all rows, from zero weights, without regularisation. Columns are centred and scaled over the training rows; the constant column stands for the intercept, which the library does not fit. Steps of tenure fall back on total charges, so that rows of three fields find them. The background is the training rows in full.',
    },
    metrics: mapValues(heldOutInputs(columns), (rows) =>
      measured(rows.map((row) => logisticProbability(model, row))),
    ),
  });
}

makeBoosting();
makeLogistic();
makeForest();
writeGoldenRows(options.output, options.python);
