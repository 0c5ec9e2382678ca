import { SpillwayError } from '../../core/index.ts';
import type { Feature, Task } from '../../model/index.ts';
import { readBoostingParameters } from '../boosting/read-boosting-parameters.ts';
import {
  type BoostingOptions,
  type BoostingProgress,
  trainBoosting,
} from '../boosting/train-boosting.ts';
import type { Algorithm, CheckRequest, Parameters } from './algorithm.ts';
import { treeFile } from './tree-file.ts';

/** Gradient-boosted trees, in XGBoost's file. What the schema says of directions are constraints, unless parameters do. */
export const boosting: Algorithm = {
  name: 'boosting',
  title: 'Gradient-boosted trees',
  tasks: ['binary', 'multiclass', 'regression'],
  looksAt: 'float32',
  stopsAfter: ({ early_stopping_rounds: rounds }) => (typeof rounds === 'number' ? rounds : null),
  keepsTo,
  check(request) {
    readBoostingParameters(complete(request), request.data.table.columns);
  },
  async fit(request) {
    const { data, onRound, signal, stopping, threads } = request;
    const parameters = complete(request);
    const training: BoostingOptions = {
      table: data.table,
      labels: data.targets,
      ...(data.weights !== null && { weights: data.weights }),
      ...(stopping !== null && {
        validation: {
          table: stopping.table,
          labels: stopping.targets,
          ...(stopping.weights !== null && { weights: stopping.weights }),
        },
      }),
      parameters: parameters,
      onRound: (progress) => onRound(progress.round, progress.rounds, lossOf(progress)),
      ...(signal !== undefined && { signal }),
      threads,
    };
    const trained = await trainBoosting(training);
    return {
      ...treeFile(trained.booster),
      columns: null,
      columnMeans: null,
      facts: {
        trees: trained.booster.trees.length,
        ...(stopping !== null && { best_iteration: trained.bestIteration }),
      },
      parameters,
      warnings: trained.warnings,
    };
  },
};

const objectives: Readonly<Record<Task, string>> = {
  binary: 'binary:logistic',
  multiclass: 'multi:softprob',
  regression: 'reg:squarederror',
};

/** The task that an objective is for; `null` when there is none, or it is no text. */
export function taskOfObjective({ objective }: Parameters): Task | null {
  if (typeof objective !== 'string') return null;
  if (objective.startsWith('binary:')) return 'binary';
  return objective.startsWith('multi:') ? 'multiclass' : 'regression';
}

function complete({ features, labels, parameters, seed, task }: CheckRequest): Parameters {
  const objective = parameters['objective'] ?? objectives[task];
  const wanted = taskOfObjective(parameters);
  if (wanted !== null && wanted !== task) {
    const message = `${JSON.stringify(objective)} is for a ${wanted} task, and this is ${task}`;
    refuse('objective', message, message);
  }
  const classes = parameters['num_class'];
  if (task === 'multiclass' && classes !== undefined && classes !== labels.length) {
    const message = `is ${JSON.stringify(classes)}, and the target has ${labels.length} labels: leave it out`;
    refuse('num_class', message);
  }
  const quantiles = parameters['quantile_alpha'];
  if (Array.isArray(quantiles) && quantiles.length > 1) {
    const message = `has ${quantiles.length} quantiles, and a version has one answer: train one for each`;
    refuse('quantile_alpha', message);
  }
  const directions = directionsOf(features);
  return {
    objective,
    ...(task === 'multiclass' && { num_class: labels.length }),
    ...(Object.keys(directions).length > 0 && { monotone_constraints: directions }),
    ...(parameters['random_state'] === undefined && { seed }),
    ...parameters,
  };
}

function refuse(name: string, message: string, words = `${name} ${message}`): never {
  const faults = [{ pointer: `/boosting/${name}`, message }];
  throw new SpillwayError('INVALID_CONFIG', words, { faults });
}

function directionsOf(features: readonly Feature[]): Record<string, number> {
  return Object.fromEntries(
    features
      .filter((feature) => feature.monotonic !== undefined && keepsTo(feature))
      .map(({ monotonic, name }) => [name, monotonic === 'increasing' ? 1 : -1]),
  );
}

function keepsTo({ type }: Feature): boolean {
  return type !== 'category';
}

function lossOf({ metrics: { training, validation } }: BoostingProgress): number | null {
  return Object.values(validation).at(-1) ?? Object.values(training).at(-1) ?? null;
}
