// What: what a forest says of the rows that its trees did not see, an estimate of how it does on new rows.
// Source: Breiman, Random Forests (2001), 3.1; the scores of scikit-learn 1.9's `oob_score_`.
// Complexity: O(rows * depth) a tree.
// Invariant: a row is predicted by the trees whose sample it is not in, and by no other.
import type { BinnedTable } from '../trees/binned-table.ts';
import type { ForestTree } from './forest-tree.ts';
import { countOutputs, valueOf } from './leaf-answers.ts';

/** Out-of-bag predictions. */
export interface OutOfBag {
  /** Accuracy, or R2 for a regression, over the rows that have a prediction; null when it is not defined. */
  readonly score: number | null;
  /** Output by output for each row: a probability of the class (of two the second), or a value; NaN for rows that all trees saw. */
  readonly predictions: Float64Array;
  /** How many rows have no prediction. */
  readonly without: number;
}

/** Collects what trees say of the rows that they did not see. */
export class OutOfBagVotes {
  readonly #table: BinnedTable;
  readonly #classes: number;
  readonly #outputs: number;
  readonly #centre: number;
  readonly #sums: Float64Array;
  readonly #votes: Uint32Array;

  constructor(table: BinnedTable, classes: number, centre: number) {
    this.#table = table;
    this.#classes = classes;
    this.#outputs = countOutputs(classes);
    this.#centre = centre;
    this.#sums = new Float64Array(table.rows * this.#outputs);
    this.#votes = new Uint32Array(table.rows);
  }

  /** @param counts How often each row is in the sample of the tree. */
  add(tree: ForestTree, counts: Uint32Array): void {
    const outputs = this.#outputs;
    for (let row = 0; row < counts.length; row++) {
      if (counts[row]! > 0) continue;
      const node = findLeaf(tree, this.#table, row);
      this.#votes[row]!++;
      for (let output = 0; output < outputs; output++) {
        const of = { classes: this.#classes, output, centre: this.#centre };
        this.#sums[row * outputs + output]! += valueOf(tree, node, of);
      }
    }
  }

  /** @param labels The class, or the target, of each row. */
  finish(labels: Float64Array): OutOfBag {
    const outputs = this.#outputs;
    const predictions = this.#sums.map((sum, at) => sum / this.#votes[Math.floor(at / outputs)]!);
    const rows = [...labels.keys()].filter((row) => this.#votes[row]! > 0);
    const score =
      this.#classes === 0
        ? findR2(rows, predictions, labels)
        : findAccuracy(rows, predictions, labels, outputs);
    return Object.freeze({ score, predictions, without: labels.length - rows.length });
  }
}

/** The leaf that a row of the table ends in. */
export function findLeaf(tree: ForestTree, { columns }: BinnedTable, row: number): number {
  let node = 0;
  while (tree.left[node] !== -1) {
    const { bins, codes } = columns[tree.column[node]!]!;
    const code = codes[row]!;
    const categories = tree.categories[node] ?? null;
    const goesLeft =
      code === bins
        ? tree.missingLeft[node] === 1
        : categories === null
          ? code <= tree.lastLeft[node]!
          : categories.includes(code);
    node = tree.left[node]! + (goesLeft ? 0 : 1);
  }
  return node;
}

function findAccuracy(
  rows: readonly number[],
  predictions: Float64Array,
  labels: Float64Array,
  outputs: number,
): number | null {
  const right = rows.filter((row) => {
    if (outputs === 1) return Number(predictions[row]! > 0.5) === labels[row];
    const own = predictions.subarray(row * outputs, (row + 1) * outputs);
    // of equal ones the first
    return own.indexOf(Math.max(...own)) === labels[row];
  }).length;
  return rows.length === 0 ? null : right / rows.length;
}

function findR2(
  rows: readonly number[],
  predictions: Float64Array,
  labels: Float64Array,
): number | null {
  let sum = 0;
  for (const row of rows) sum += labels[row]!;
  const mean = sum / rows.length;
  let left = 0;
  let all = 0;
  for (const row of rows) {
    left += (labels[row]! - predictions[row]!) ** 2;
    all += (labels[row]! - mean) ** 2;
  }
  return all > 0 ? 1 - left / all : null;
}
