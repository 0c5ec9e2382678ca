import { SpillwayError } from '../../core/index.ts';
import { writeLinear } from '../../formats/index.ts';
import type { LinearFit, LogisticFit, RegressionFit } from '../linear/linear-fit.ts';
import { readLinearParameters } from '../linear/linear-parameters.ts';
import { readLogisticParameters } from '../linear/logistic-parameters.ts';
import { trainLinear } from '../linear/train-linear.ts';
import { trainLogistic } from '../linear/train-logistic.ts';
import { createFitPipeline } from '../linear/write-linear-fit.ts';
import { learnColumns } from '../preparation/learn-columns.ts';
import { prepareTable } from '../preparation/prepare-table.ts';
import type { TrainingTable } from '../training-table.ts';
import type { Algorithm, Fit, FitRequest, Parameters } from './algorithm.ts';
import { codeClassWeights } from './code-class-weights.ts';

/** Logistic regression on columns that are learned from the rows that it is fitted to. */
export const logistic: Algorithm = {
  name: 'logistic',
  title: 'Logistic regression',
  tasks: ['binary', 'multiclass'],
  looksAt: 'float64',
  stopsAfter: () => null,
  keepsTo: () => false,
  check({ labels, parameters }) {
    readLogisticParameters(codeClassWeights(parameters, labels));
  },
  fit: (request) =>
    fitColumns(request, isFree(request.parameters, 'C', Number.POSITIVE_INFINITY), (table) => {
      const { data, labels, parameters, signal } = request;
      return trainLogistic({
        table,
        labels: data.targets,
        weights: data.weights ?? undefined,
        parameters: codeClassWeights(parameters, labels),
        signal,
      });
    }),
};

/** Linear regression on columns that are learned from the rows that it is fitted to. */
export const linear: Algorithm = {
  name: 'linear',
  title: 'Linear regression',
  tasks: ['regression'],
  looksAt: 'float64',
  stopsAfter: () => null,
  keepsTo: () => false,
  check({ parameters }) {
    readLinearParameters(parameters);
  },
  fit: (request) => {
    const { data, parameters, signal } = request;
    const { alpha, l1_ratio: share, penalty } = parameters;
    const isPlain = penalty === undefined && alpha === undefined && share === undefined;
    return fitColumns(request, isPlain || isFree(parameters, 'alpha', 0), (table) =>
      trainLinear({
        table,
        labels: data.targets,
        weights: data.weights ?? undefined,
        parameters,
        signal,
      }),
    );
  },
};

/** Whether a model is fitted without a penalty, so that columns which follow from others have no coefficient. */
function isFree(parameters: Parameters, strength: string, none: number): boolean {
  return parameters['penalty'] === null || parameters[strength] === none;
}

async function fitColumns(
  { data, features, labels, onRound, parameters }: FitRequest,
  dropFirst: boolean,
  train: (table: TrainingTable) => Promise<LogisticFit | RegressionFit>,
): Promise<Fit> {
  onRound(0, 1, null);
  const columns = learnColumns(data.table, features, { dropFirst });
  if (columns.length === 0) {
    throw new SpillwayError('INVALID_DATA', 'no feature varies in the rows to learn from');
  }
  const table = prepareTable(data.table, features, columns);
  const fit = await train(table);
  onRound(1, 1, null);
  return {
    format: 'spillway-linear',
    file: 'model.json',
    artifact: writeLinear(createFitPipeline(fit, labels)),
    columns,
    columnMeans: table.columns.map(({ values }) => mean(values)),
    facts: factsOf(fit),
    parameters,
    warnings: fit.warnings,
  };
}

function factsOf(fit: LinearFit): Record<string, unknown> {
  const { coefficients, columns, converged, intercepts, iterations } = fit;
  const isOne = intercepts.length === 1;
  return {
    iterations,
    converged,
    ...(isOne && {
      intercept: intercepts[0],
      coefficients: Object.fromEntries(columns.map((name, index) => [name, coefficients[index]])),
    }),
  };
}

function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row]!;
  return sum / values.length;
}
