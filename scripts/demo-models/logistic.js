// v2.0: a logistic regression from ml-logistic-regression 2.0.0: batch gradient descent on the summed gradient, from
// zero weights, without intercept (hence the constant column) and without a test of convergence.
// It diverges when the learning rate exceeds 2 / (largest eigenvalue of X'X / 4).
import { createRequire } from 'node:module';
import LogisticRegression from 'ml-logistic-regression';

// The package takes matrices of its own dependency and does not hand out the class.
const requireFromPackage = createRequire(
  createRequire(import.meta.url).resolve('ml-logistic-regression'),
);
const { Matrix } = requireFromPackage('ml-matrix');

/**
 * Trains on `inputs` (one array of numbers per row, no NaN) and `labels` (0 or 1).
 * @returns the model as the package writes it to JSON: one classifier per label
 */
export function trainLogistic(inputs, labels, { numSteps, learningRate }) {
  const model = new LogisticRegression({ numSteps, learningRate });
  model.train(new Matrix(inputs), Matrix.columnVector(labels));
  return JSON.parse(JSON.stringify(model));
}

/** Classifier 1 is trained on "is not label 1", so its score is the chance that the label is not 1. */
export function logisticProbability({ classifiers }, input) {
  const [weights] = classifiers[1].weights;
  const score = weights.reduce((sum, weight, index) => sum + weight * input[index], 0);
  return 1 / (1 + Math.exp(score));
}
