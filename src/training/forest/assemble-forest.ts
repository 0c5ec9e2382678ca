import type { Booster, BoosterTree } from '../../formats/index.ts';
import { createTreeEnsemble, type Task, type TreeEnsemble } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';
import type { BinnedTable } from '../trees/binned-table.ts';
import type { ForestTree } from './forest-tree.ts';
import { type AnswerRule, answerNodes, countOutputs } from './leaf-answers.ts';

/** Trees and what they were grown on. */
export interface GrownForest {
  readonly trees: readonly ForestTree[];
  readonly table: TrainingTable;
  readonly binned: BinnedTable;
  readonly task: Task;
  readonly rule: AnswerRule;
}

/** Above every number, and itself one, which files of all formats can hold. */
const aboveAll = 3.4028234663852886e38;

/** The forest as what serves it: float32 sums of what the leaves answer, which is what XGBoost makes of its file. */
export function createForestEnsemble({
  trees,
  table,
  binned,
  task,
  rule,
}: GrownForest): TreeEnsemble {
  const outputs = countOutputs(rule.classes);
  return createTreeEnsemble({
    columns: table.columns.map(({ name }) => name),
    outputs,
    leafSize: outputs,
    inputs: 'float32',
    comparison: '<',
    arithmetic: 'float32',
    base: new Float64Array(outputs),
    link: task === 'regression' ? 'identity' : 'probability',
    trees: trees.map((tree) => ({
      output: 0,
      left: tree.left,
      right: tree.left.map((left) => (left === -1 ? -1 : left + 1)),
      column: tree.column,
      threshold: thresholdsOf(tree, binned),
      missingLeft: tree.missingLeft,
      value: answerNodes(tree, rule),
      cover: tree.weight,
      categories: tree.categories,
    })),
  });
}

/**
 * The forest as XGBoost keeps it: a sum of trees whose answers are probabilities (or values) already, one tree per output
 * and grown tree, output by output. `sum_hessian` is the weight of the rows.
 */
export function createForestBooster({ trees, table, binned, task, rule }: GrownForest): Booster {
  const outputs = countOutputs(rule.classes);
  const shapes = trees.map((tree) => shapeOf(tree, binned));
  const answers = trees.map((tree) => answerNodes(tree, rule));
  return Object.freeze({
    objective: 'reg:squarederror',
    objectiveParameters: { scale_pos_weight: '1' },
    baseScores: Object.freeze(Array.from({ length: outputs }, () => 0)),
    classes: 0,
    parallelTrees: trees.length,
    columns: Object.freeze(
      table.columns.map(({ name, type }) =>
        Object.freeze({ name, type: type === 'category' ? ('c' as const) : ('float' as const) }),
      ),
    ),
    trees: Object.freeze(
      Array.from({ length: outputs }, (_, output) =>
        shapes.map((shape, at) => answerOutput(shape, answers[at]!, output, outputs)),
      ).flat(),
    ),
    treeOutput: Int32Array.from({ length: outputs * trees.length }, (_, tree) =>
      Math.floor(tree / trees.length),
    ),
    // says to our own reader that the answers are probabilities; XGBoost keeps it and does not look at it
    attributes: Object.freeze(task === 'regression' ? {} : { spillway_task: task }),
  });
}

function thresholdsOf(tree: ForestTree, { columns }: BinnedTable): Float32Array {
  const thresholds = new Float32Array(tree.left.length);
  for (let node = 0; node < thresholds.length; node++) {
    if (tree.left[node] === -1 || tree.categories[node] !== null) continue;
    const { bins, cuts } = columns[tree.column[node]!]!;
    const last = tree.lastLeft[node]!;
    // what is present against what is missing
    thresholds[node] = last === bins - 1 ? aboveAll : cuts[last]!;
  }
  return thresholds;
}

function shapeOf(tree: ForestTree, binned: BinnedTable): Omit<BoosterTree, 'weight'> {
  const parent = new Int32Array(tree.left.length).fill(-1);
  for (const [node, left] of tree.left.entries())
    if (left !== -1) parent.fill(node, left, left + 2);
  return {
    left: tree.left,
    right: tree.left.map((left) => (left === -1 ? -1 : left + 1)),
    parent,
    column: tree.column.map((column) => Math.max(0, column)),
    condition: thresholdsOf(tree, binned),
    missingLeft: tree.missingLeft,
    gain: Float32Array.from(tree.decrease),
    cover: Float32Array.from(tree.weight),
    categories: tree.categories.map(
      (left, node) => left && complementOf(left, binned.columns[tree.column[node]!]!.bins),
    ),
  };
}

/** XGBoost lists the categories that go right. */
function complementOf(codes: Int32Array, bins: number): Int32Array {
  const listed = new Set(codes);
  return Int32Array.from({ length: bins }, (_, code) => code).filter((code) => !listed.has(code));
}

function answerOutput(
  shape: Omit<BoosterTree, 'weight'>,
  answers: Float32Array,
  output: number,
  outputs: number,
): BoosterTree {
  const own = Float32Array.from(shape.left, (_, node) => answers[node * outputs + output]!);
  const condition = shape.condition.map((threshold, node) =>
    shape.left[node] === -1 ? own[node]! : threshold,
  );
  return { ...shape, condition, weight: own };
}
