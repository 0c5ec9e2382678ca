// What: decisions that comparing a number with a threshold by `<` cannot make, made once per row instead.
// Source: `sendsLeft`, which defines every decision.
// Complexity: nodes once; per row one step for each different test.
// Invariant: with missing values as -Infinity where they go left and as Infinity where they go right, a node without a
//   slot sends left what is below its strict threshold, and one with a slot what has a negative decision.
import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { createCategoryDecisions, type DecideCategories } from './category-decisions.ts';

/** The tests of an ensemble that are decided once per row, whatever the number of nodes that make them. */
export interface DecisionSlots {
  readonly count: number;
  /** Of each node: which decision is its own, -1 for a node that compares with its threshold. */
  readonly slotOf: Int32Array;
  /** Writes -1 (left) or 1 (right) for each test of a row. */
  decide(row: Float64Array, decisions: Float64Array): void;
}

/** Finds the nodes that look for categories, and those whose infinite threshold would catch missing values or miss none. */
export function createDecisionSlots(ensemble: TreeEnsemble): DecisionSlots {
  const { column, left } = ensemble;
  const slotOf = new Int32Array(left.length).fill(-1);
  const slots = new Map<string, number>();
  const nodes: number[] = [];
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1 || !needsSlot(ensemble, node)) continue;
    const test = describeTest(ensemble, node);
    const slot = slots.get(test) ?? nodes.push(node) - 1;
    slots.set(test, slot);
    slotOf[node] = slot;
  }
  const { byColumn, others } = groupTests(ensemble, nodes);
  const rounds = ensemble.inputs === 'float32';
  return {
    count: nodes.length,
    slotOf,
    decide(row, decisions) {
      for (let index = 0; index < byColumn.length; index++) byColumn[index]!(row, decisions);
      for (let index = 0; index < others.length; index++) {
        const slot = others[index]!;
        const node = nodes[slot]!;
        const x = row[column[node]!]!;
        decisions[slot] = sendsLeft(ensemble, node, rounds ? Math.fround(x) : x) ? -1 : 1;
      }
    },
  };
}

/** The numbers below which values go left: thresholds, or the next number above each where equal ones go left too. */
export function strictThresholds({ comparison, threshold }: TreeEnsemble): Float64Array {
  if (comparison === '<') return threshold.slice();
  const next = threshold.map((number) => number + 0); // -0 becomes 0
  const bits = new BigInt64Array(next.buffer);
  for (let node = 0; node < next.length; node++) {
    const number = next[node]!;
    if (number !== Number.POSITIVE_INFINITY) bits[node]! += number < 0 ? -1n : 1n;
  }
  return next;
}

function needsSlot(ensemble: TreeEnsemble, node: number): boolean {
  const { comparison, missingLeft, threshold } = ensemble;
  if (isCategorical(ensemble, node)) return true;
  if (comparison === '<=') return threshold[node] === Number.POSITIVE_INFINITY;
  return threshold[node] === Number.NEGATIVE_INFINITY && missingLeft[node] === 1;
}

function isCategorical({ categorical }: TreeEnsemble, node: number): boolean {
  return categorical !== null && categorical.count[node] !== -1;
}

/** Two nodes with the same text send every value the same way. */
function describeTest(ensemble: TreeEnsemble, node: number): string {
  const { categorical, column, missingLeft, threshold } = ensemble;
  const start = categorical?.start[node] ?? 0;
  const looksFor = isCategorical(ensemble, node)
    ? `in ${categorical!.categories.subarray(start, start + categorical!.count[node]!).join()}`
    : threshold[node];
  return `${column[node]} ${missingLeft[node]} ${looksFor}`;
}

/** The tests that are decided together, by the column that they look at, and the slots of all others. */
function groupTests(ensemble: TreeEnsemble, nodes: readonly number[]) {
  const columns = new Map<number, number[]>();
  const others: number[] = [];
  for (const [slot, node] of nodes.entries()) {
    if (!isCategorical(ensemble, node)) {
      others.push(slot);
      continue;
    }
    const group = columns.get(ensemble.column[node]!);
    if (group === undefined) columns.set(ensemble.column[node]!, [slot]);
    else group.push(slot);
  }
  const byColumn: DecideCategories[] = [];
  for (const slots of columns.values()) {
    const of = slots.map((slot) => nodes[slot]!);
    const decide = createCategoryDecisions(ensemble, of, slots);
    if (decide === null) for (const slot of slots) others.push(slot);
    else byColumn.push(decide);
  }
  return { byColumn, others };
}
