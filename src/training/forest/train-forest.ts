import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Booster } from '../../formats/index.ts';
import type { Task, TreeEnsemble } from '../../model/index.ts';
import { refuseWhenAborted } from '../refuse-when-aborted.ts';
import type { TrainingTable } from '../training-table.ts';
import { createForestBooster, createForestEnsemble, type GrownForest } from './assemble-forest.ts';
import { binForest } from './bin-forest.ts';
import { checkForestData } from './check-forest-data.ts';
import { createKernelGrower } from './create-kernel-grower.ts';
import { createSampler } from './draw-samples.ts';
import { checkForestParameters, type ForestParameters } from './forest-parameters.ts';
import type { ForestTree } from './forest-tree.ts';
import { growTree } from './grow-tree.ts';
import { measureImportance } from './measure-importance.ts';
import { chooseClassWeights, countDraws, planForest } from './plan-forest.ts';
import { type OutOfBag, OutOfBagVotes } from './predict-out-of-bag.ts';

/** What a forest is trained on, and how. */
export interface ForestTraining {
  readonly table: TrainingTable;
  /** One per row. Classification: the number of its class, from 0 on; of two classes the second (1) is the positive one. */
  readonly labels: ArrayLike<number>;
  /** One per row, at least 0: how much more often than another a row is drawn; without `bootstrap`, what it counts. @default all 1 */
  readonly weights?: ArrayLike<number> | undefined;
  readonly task: Task;
  readonly parameters?: ForestParameters | undefined;
  /** Gives up between two trees. */
  readonly signal?: AbortSignal | undefined;
  /** Is told after each tree how many are done, of how many. */
  readonly onTree?: ((done: number, total: number) => void) | undefined;
}

/** A forest, as what serves it, as what XGBoost loads, and tree by tree. */
export interface TrainedForest {
  /** Serves the forest: the float32 sums that XGBoost answers with from the file of `booster`. */
  readonly ensemble: TreeEnsemble;
  /** The arrays of XGBoost's file. */
  readonly booster: Booster;
  /** The trees with the weights of classes, or sums of targets, of every node. */
  readonly trees: readonly ForestTree[];
  /** What was predicted for rows by the trees that did not see them; `null` unless `oob_score` asks for it. */
  readonly outOfBag: OutOfBag | null;
  /** The share of each column in what all splits lowered the impurity by; they sum to 1, or are all 0 without splits. */
  readonly importance: Float64Array;
  /** What a reader of the result should know, such as columns that are of no use. */
  readonly warnings: readonly string[];
}

/**
 * Trains a random forest: trees grown on rows drawn with replacement, with columns drawn at each split, whose class shares
 * or mean targets are averaged. The same data, parameters and seed give the same forest, bit for bit.
 * @throws SpillwayError `INVALID_DATA` for rows, labels or weights that cannot be trained on, `INVALID_CONFIG` for
 * parameters, both with all faults, `CANCELLED` when the signal is aborted
 */
export async function trainForest(
  training: ForestTraining,
  engine: 'wasm' | 'javascript' = 'wasm',
): Promise<TrainedForest> {
  const { table, task, parameters = {}, signal, onTree } = training;
  const data = checkForestData(training);
  const { labels, classes } = data;
  const present = data.weights?.filter((weight) => weight > 0).length ?? table.rows;
  const shape = { task, rows: present, columns: table.columns.length, classes };
  checkForestParameters(parameters, shape);
  refuseWhenAborted(signal);
  const binned = binForest(table, parameters.max_bin ?? 256, data.weights, engine);
  const plan = planForest(parameters, { table: binned, task, classes, labels });
  const centre = task === 'regression' ? meanOf(labels, data.weights) : 0;
  const seed = parameters.random_state ?? 0;
  const drawSample = createSampler(
    {
      classes,
      labels,
      weights: data.weights,
      classWeights: chooseClassWeights(parameters, classes),
      draws: countDraws(parameters, present),
      seed,
    },
    centre,
  );
  const fast = engine === 'javascript' ? null : createKernelGrower(plan);
  const total = parameters.n_estimators ?? 100;
  const votes = parameters.oob_score === true ? new OutOfBagVotes(binned, classes, centre) : null;
  const trees: ForestTree[] = [];
  for (let tree = 0; tree < total; tree++) {
    const sample = drawSample(tree);
    const grown = fast === null ? growTree(plan, sample) : fast(sample);
    trees.push(grown);
    votes?.add(grown, sample.counts);
    onTree?.(trees.length, total);
    // oxlint-disable-next-line no-await-in-loop -- others have their turn between two trees
    await nextTurn();
    refuseWhenAborted(signal);
  }
  const outOfBag = votes?.finish(labels) ?? null;
  const forest: GrownForest = {
    trees,
    table,
    binned,
    task,
    rule: { classes, trees: total, centre },
  };
  return freezeForest(forest, outOfBag, [
    ...data.warnings,
    ...describeRest(forest, parameters, outOfBag),
  ]);
}

/** The arrays for XGBoost's file are made when they are first asked for: with many classes they are many. */
function freezeForest(
  forest: GrownForest,
  outOfBag: OutOfBag | null,
  warnings: readonly string[],
): TrainedForest {
  let booster: Booster | undefined;
  return Object.freeze({
    ensemble: createForestEnsemble(forest),
    get booster() {
      return (booster ??= createForestBooster(forest));
    },
    trees: Object.freeze(forest.trees.map((tree) => Object.freeze(tree))),
    outOfBag,
    importance: measureImportance(forest.trees, forest.table.columns.length),
    warnings: Object.freeze(warnings),
  });
}

function describeRest(
  { trees, table }: GrownForest,
  { max_features }: ForestParameters,
  outOfBag: OutOfBag | null,
): string[] {
  const warnings: string[] = [];
  if (trees.every(({ left }) => left.length === 1))
    warnings.push('no tree has a split: every row gets the same answer');
  if (max_features === 1 && table.columns.length > 1)
    warnings.push('max_features 1 is one column per split; null is all of them');
  if (outOfBag !== null && outOfBag.without > 0)
    warnings.push(
      `${outOfBag.without} of ${table.rows} rows are in the sample of every tree and have no out-of-bag prediction`,
    );
  return warnings;
}

function meanOf(labels: Float64Array, weights: Float64Array | null): number {
  let sum = 0;
  let weight = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = weights?.[row] ?? 1;
    sum += own * labels[row]!;
    weight += own;
  }
  return sum / weight;
}
