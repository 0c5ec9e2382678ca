import type { Task } from '../../model/index.ts';
import type { BinnedTable } from '../trees/binned-table.ts';
import type { ClassWeights } from './draw-samples.ts';
import type { ForestParameters } from './forest-parameters.ts';
import type { Criterion, GrowingPlan } from './growing-plan.ts';

/** What is planned for, beside the parameters. */
export interface ForestData {
  readonly table: BinnedTable;
  readonly task: Task;
  /** How many classes there are; 0 for a regression. */
  readonly classes: number;
  /** The class, or the target, of each row. */
  readonly labels: Float64Array;
}

/** Fills in what the parameters leave open, as scikit-learn does. They must have been checked. */
export function planForest(given: ForestParameters, data: ForestData): GrowingPlan {
  const { table, task, classes, labels } = data;
  const isRegression = task === 'regression';
  return {
    table,
    criterion: chooseCriterion(given.criterion, isRegression),
    classes,
    values: isRegression ? labels : new Float64Array(0),
    columnsPerSplit: countColumns(given, table.columns.length, isRegression),
    maxDepth: given.max_depth ?? Infinity,
    minRowsToSplit: Math.max(2, countRows(given.min_samples_split ?? 2, table.rows)),
    minRowsInLeaf: countRows(given.min_samples_leaf ?? 1, table.rows),
    minWeightInLeaf: given.min_weight_fraction_leaf ?? 0,
    minDecrease: given.min_impurity_decrease ?? 0,
    maxLeaves: given.max_leaf_nodes ?? null,
  };
}

/** How many rows are drawn for each tree; `null` for each row once. */
export function countDraws(
  { bootstrap = true, max_samples: most }: ForestParameters,
  rows: number,
): number | null {
  if (!bootstrap) return null;
  if (most === undefined || most === null) return rows;
  return most <= 1 ? Math.max(1, Math.round(most * rows)) : most;
}

/** The weights that the parameters give to classes. */
export function chooseClassWeights(
  { class_weight: given }: ForestParameters,
  classes: number,
): ClassWeights {
  if (given === undefined || given === null) return 'none';
  if (typeof given === 'string') return given;
  return Array.from({ length: classes }, (_, label) => given[label] ?? 1);
}

function chooseCriterion(given: ForestParameters['criterion'], isRegression: boolean): Criterion {
  if (given === 'log_loss') return 'entropy';
  return given ?? (isRegression ? 'squared_error' : 'gini');
}

function countColumns(
  { max_features: given }: ForestParameters,
  columns: number,
  isRegression: boolean,
): number {
  const most = given === undefined ? (isRegression ? null : 'sqrt') : given;
  if (most === null) return columns;
  if (most === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(columns)));
  // of 2^k columns exactly k, on every engine
  if (most === 'log2') return Math.max(1, 31 - Math.clz32(columns));
  return isShare(most) ? Math.max(1, Math.floor(most * columns)) : most;
}

function countRows(given: number, rows: number): number {
  return isShare(given) ? Math.ceil(given * rows) : given;
}

function isShare(given: number): boolean {
  return given < 1;
}
