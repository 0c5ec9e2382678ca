// Two models from two libraries of your choice: Spillway serves models, the training is yours.
import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import { RandomForestClassifier } from 'ml-random-forest';

/** The inputs that both models get, made from a customer's row. The cards say the same to the gateway. */
const columns = [
  { name: 'senior', from: [{ feature: 'age', at_least: 65 }] },
  { name: 'monthly_charges', from: [{ feature: 'monthly_charges' }] },
  { name: 'total_charges', from: [{ feature: 'total_charges' }] },
  { name: 'free_to_leave', from: [{ feature: 'contract', equals: 'Month-to-month' }] },
  { name: 'bound_two_years', from: [{ feature: 'contract', equals: 'Two year' }] },
];

/** A random forest. A missing value is -1 to its trees, below everything else. */
export function trainForest(customers) {
  const own = columns.map((column) => ({ ...column, missing: -1 }));
  const forest = new RandomForestClassifier({
    seed: 7,
    nEstimators: 10,
    maxFeatures: 4,
    replacement: false,
    noOOB: true,
    treeOptions: { maxDepth: 4, minNumSamples: 20 },
  });
  forest.train(
    customers.map(({ row }) => toInputs(row, own)),
    customers.map(({ churned }) => churned),
  );
  return { model: forest, columns: own };
}

/** A logistic regression. A missing value counts as the average customer's. */
export function trainLogistic(customers) {
  // the library fits no intercept, so a column that is always 1 stands for it
  const constant = { name: 'constant', from: [{ feature: 'age', at_least: 0 }], missing: 1 };
  const own = [constant, ...columns.map((column) => standardise(column, customers))];
  const logistic = new LogisticRegression({ numSteps: 500, learningRate: 1e-3 });
  logistic.train(
    new Matrix(customers.map(({ row }) => toInputs(row, own))),
    Matrix.columnVector(customers.map(({ churned }) => churned)),
  );
  return { model: logistic, columns: own };
}

/** A row as the model sees it: what the gateway does with the columns of a card, done for training. */
export function toInputs(row, own) {
  return own.map(({ from: [source], missing, center = 0, scale = 1 }) => {
    const given = row[source.feature];
    return ((given === undefined ? missing : read(given, source)) - center) / scale;
  });
}

function read(given, { equals, at_least: atLeast }) {
  if (equals !== undefined) return Number(given === equals);
  if (atLeast !== undefined) return Number(given >= atLeast);
  return given;
}

/** The column with mean 0 and standard deviation 1 over the customers. */
function standardise(column, customers) {
  const values = customers.map(({ row }) => toInputs(row, [column])[0]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { ...column, missing: mean, center: mean, scale: Math.sqrt(variance) };
}
