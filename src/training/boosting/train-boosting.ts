import { SpillwayError } from '../../core/index.ts';
import type { Booster, BoosterTree } from '../../formats/index.ts';
import { refuseWhenAborted } from '../refuse-when-aborted.ts';
import type { TrainingTable } from '../training-table.ts';
import { createFastEngine, type TreeEngine } from '../trees/tree-engines.ts';
import type { BoostingParameters } from './boosting-parameters.ts';
import { checkLabels, inspectLabels } from './check-labels.ts';
import { checkTable, inspectColumns } from './check-tables.ts';
import type { CustomObjective } from './custom-objective.ts';
import { createEarlyStopping } from './early-stopping.ts';
import { createRounds } from './grow-rounds.ts';
import { type BoostingSettings, readBoostingParameters } from './read-boosting-parameters.ts';
import { createWatch, type MetricHistory } from './watch-metrics.ts';

/** What a booster is trained from. */
export interface BoostingOptions {
  readonly table: TrainingTable;
  /** One per row: 0 and 1, classes from 0, or numbers, as the objective has it. */
  readonly labels: ArrayLike<number>;
  /** One per row, from 0. @default 1 for each */
  readonly weights?: ArrayLike<number>;
  readonly parameters: BoostingParameters;
  /** Rows that are not trained on; metrics are watched, and early stopping decides, on them. */
  readonly validation?: {
    readonly table: TrainingTable;
    readonly labels: ArrayLike<number>;
    readonly weights?: ArrayLike<number>;
  };
  /** Whether metrics are watched on the training rows too. @default true for a named `eval_metric` without validation */
  readonly watchTraining?: boolean;
  /** A loss of your own. Rows then start from `base_score`, or from 0.5 on the scale of the answers. */
  readonly customObjective?: CustomObjective;
  /** Called after each round. */
  readonly onRound?: (progress: BoostingProgress) => void;
  /** Ends the training between two trees. */
  readonly signal?: AbortSignal;
  /** Threads to grow on, 1..64; the trees are the same for any number. @default 1 */
  readonly threads?: number;
}

/** How far a training is. */
export interface BoostingProgress {
  /** Rounds that are done, from 1. */
  readonly round: number;
  readonly rounds: number;
  /** What the round ended with. */
  readonly metrics: {
    readonly training: Readonly<Record<string, number>>;
    readonly validation: Readonly<Record<string, number>>;
  };
}

/** A trained booster. */
export interface TrainedBooster {
  /** Cut back to the best round when training may stop early. */
  readonly booster: Booster;
  /** The round, from 0, with the best metric when training may stop early; else the last one. */
  readonly bestIteration: number;
  /** The metrics of each round, by name. */
  readonly history: { readonly training: MetricHistory; readonly validation: MetricHistory };
  /** What is odd about the data, in words. */
  readonly warnings: readonly string[];
}

/**
 * Trains gradient-boosted trees: the same trees as XGBoost 3.4.1 with `tree_method` `hist`, where nothing is drawn at random.
 * Others have their turn between two trees.
 * @throws `INVALID_CONFIG` for parameters, `INVALID_DATA` for tables, labels and weights, with all faults; `CANCELLED` when
 * `signal` is aborted.
 */
export async function trainBoosting(
  options: BoostingOptions,
  engine: TreeEngine = createFastEngine({ threads: options.threads }),
): Promise<TrainedBooster> {
  const { customObjective, onRound, signal, table, validation } = options;
  refuseWhenAborted(signal);
  checkTable(table);
  const settings = readBoostingParameters(options.parameters, table.columns);
  const { objective } = settings;
  if (settings.earlyStoppingRounds !== null && validation === undefined) {
    throw new SpillwayError('INVALID_CONFIG', 'early_stopping_rounds needs validation rows', {
      faults: [{ pointer: '/early_stopping_rounds', message: 'needs validation rows' }],
    });
  }
  const data = checkLabels(options, table.rows, objective, '');
  const warnings = inspectLabels(data, objective);
  const binned = engine.binTable(table, { maxBin: settings.maxBin, weights: data.weights });

  const baseScores =
    settings.baseScores ??
    (customObjective === undefined
      ? objective.estimateBaseScores(data)
      : Array.from({ length: objective.outputs }, () => 0.5));
  const startMargins = baseScores.map((score) => objective.toMargin(score));
  const isTrainingWatched =
    options.watchTraining ?? (settings.namesMetrics && validation === undefined);
  const watch = createWatch(settings, startMargins, table, validation, isTrainingWatched);
  const stopping =
    settings.earlyStoppingRounds === null
      ? null
      : createEarlyStopping(settings.earlyStoppingRounds, settings.metrics.at(-1)!.isMaximized);

  const grower = engine.createGrower(binned, settings.tree);
  const trees: BoosterTree[] = [];
  try {
    const rounds = createRounds({
      settings,
      columns: table.columns.length,
      data,
      grower,
      startMargins,
      customObjective,
      signal,
    });
    for (let round = 1; round <= settings.rounds; round++) {
      // oxlint-disable-next-line no-await-in-loop -- a round needs the one before it
      const grown = await rounds.next();
      trees.push(...grown);
      const metrics = watch.observe(grown, rounds.margins, data);
      onRound?.({ round, rounds: settings.rounds, metrics });
      const last = settings.metrics.at(-1)!.name;
      if (stopping?.observe(metrics.validation[last]!) === true) break;
    }
  } finally {
    grower.close();
  }

  const perRound = objective.outputs * settings.parallelTrees;
  const bestIteration = stopping?.bestIteration ?? trees.length / perRound - 1;
  return Object.freeze({
    booster: assembleBooster(
      settings,
      table,
      baseScores,
      trees.slice(0, (bestIteration + 1) * perRound),
      stopping === null
        ? {}
        : { best_iteration: String(bestIteration), best_score: String(stopping.bestScore) },
    ),
    bestIteration,
    history: watch.finish(),
    warnings: Object.freeze([...warnings, ...inspectColumns(table, binned)]),
  });
}

function assembleBooster(
  { objective, parallelTrees }: BoostingSettings,
  table: TrainingTable,
  baseScores: readonly number[],
  trees: readonly BoosterTree[],
  attributes: Readonly<Record<string, string>>,
): Booster {
  const types = { number: 'float', integer: 'int', category: 'c' } as const;
  return Object.freeze({
    objective: objective.name,
    objectiveParameters: Object.freeze(objective.fileParameters),
    baseScores: Object.freeze(baseScores.map(Math.fround)),
    classes: objective.classes,
    parallelTrees,
    columns: Object.freeze(
      table.columns.map(({ name, type }) => Object.freeze({ name, type: types[type] })),
    ),
    trees: Object.freeze(trees),
    treeOutput: Int32Array.from(
      trees,
      (_, index) => Math.floor(index / parallelTrees) % objective.outputs,
    ),
    attributes: Object.freeze(attributes),
  });
}
