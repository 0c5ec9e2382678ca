// How each version is trained: the file of the model, and what its card says of it.
import { trainBoosting, trainForest, trainLogistic, writeLinearModel } from 'spillway/training';
import { writeBooster } from 'spillway/xgboost';
import { toColumns } from './rows.js';
import { linearColumns, treeColumns } from './schema.js';

/** By version: from `{ training, samples, seed }` to an artifact with the fields of its card that are its own. */
export const trainings = {
  'v1.0': makeForest,
  'v1.1': makeBoosting,
  'v2.0': makeLogistic,
};

async function makeForest({ samples, seed, training }) {
  const parameters = {
    n_estimators: 20,
    max_depth: 8,
    min_samples_leaf: 40,
    max_features: 16,
    max_samples: training.length,
  };
  const { booster, warnings } = await trainForest({
    ...learnt(samples, treeColumns, Float32Array),
    task: 'binary',
    parameters: { ...parameters, random_state: seed },
  });
  return {
    artifact: writeBooster(booster),
    description: 'Customer churn, random forest. An unknown field stays missing.',
    format: 'xgboost',
    weight: 0.3,
    columns: treeColumns,
    training: {
      algorithm: 'forest',
      parameters,
      how: 'Each tree sees as many rows as there are customers, drawn with replacement from all training rows and their copies; each split learned a side for missing values. The probability is the mean over the trees of the share of churners in the leaf.',
      ...saying(warnings),
    },
  };
}

async function makeBoosting({ samples, seed }) {
  const parameters = {
    objective: 'binary:logistic',
    num_boost_round: 80,
    max_depth: 4,
    eta: 0.08,
    min_child_weight: 30,
    monotone_constraints: { senior: 1, total_charges: -1, tenure: -1 },
  };
  const { booster, warnings } = await trainBoosting({
    ...learnt(samples, treeColumns, Float32Array),
    parameters: { ...parameters, seed },
  });
  return {
    artifact: writeBooster(booster),
    description: 'Customer churn, gradient boosted trees. An unknown field stays missing.',
    format: 'xgboost',
    weight: 0.6,
    columns: treeColumns,
    training: {
      algorithm: 'boosting',
      parameters,
      how: 'Constrained so that the risk never rises with tenure or total charges, and never falls at 65.',
      ...saying(warnings),
    },
  };
}

async function makeLogistic({ samples, training }) {
  const parameters = { penalty: 'l2', C: 1 };
  const columns = standardised(linearColumns, training);
  const fit = await trainLogistic({ ...learnt(samples, columns, Float64Array), parameters });
  return {
    artifact: writeLinearModel(fit),
    description:
      'Customer churn, logistic regression. An unknown field counts as the average customer.',
    format: 'spillway-linear',
    weight: 0.1,
    columns,
    background: { column_means: columnMeans(columns, training) },
    training: {
      algorithm: 'logistic',
      parameters,
      how: 'Columns are centred and scaled over the training rows. Steps of tenure fall back on total charges, so that rows of three fields find them. The background is the training rows in full.',
      ...saying(fit.warnings),
    },
  };
}

/** The table and the labels that a model learns from. */
function learnt(samples, columns, Values) {
  const values = columns.map(() => new Values(samples.length));
  for (const [index, { row }] of samples.entries()) {
    for (const [column, value] of toColumns(row, columns).entries()) values[column][index] = value;
  }
  const table = {
    rows: samples.length,
    columns: columns.map(({ name }, column) => ({
      name,
      type: 'number',
      values: values[column],
      categories: [],
    })),
  };
  return { table, labels: samples.map(({ churned }) => churned) };
}

const saying = (warnings) => (warnings.length > 0 ? { warnings } : {});
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (number) => Number(number.toPrecision(6));

/** Columns with mean 0 and standard deviation 1 over the training rows; what is missing is 0, and so has no say. */
function standardised(columns, training) {
  return columns.map((column) => {
    const values = training
      .map(({ row }) => toColumns(row, [column])[0])
      .filter((value) => !Number.isNaN(value));
    const center = rounded(mean(values));
    const scale = rounded(Math.sqrt(mean(values.map((value) => (value - center) ** 2))));
    return { ...column, missing: center, center, scale };
  });
}

function columnMeans(columns, training) {
  const rows = training.map(({ row }) => toColumns(row, columns));
  return columns.map((_, column) => Number(mean(rows.map((row) => row[column])).toFixed(9)));
}
