// What: decisions that comparing a number with a threshold by `<` cannot make, made once per row instead.
// Source: `sendsLeft`, which defines every decision.
// Complexity: nodes once; per row one decision for each different test.
// Invariant: with missing values as -Infinity where they go left and as Infinity where they go right, a node without a
// slot sends left what is `< strictThreshold`, and one with a slot what has a negative decision.
import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';

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
  const { categorical, column, left } = ensemble;
  const slotOf = new Int32Array(left.length).fill(-1);
  const slots = new Map<string, number>();
  const nodes: number[] = [];
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1 || !needsSlot(ensemble, node)) continue;
    const test = testOf(ensemble, node);
    const slot = slots.get(test) ?? nodes.push(node) - 1;
    slots.set(test, slot);
    slotOf[node] = slot;
  }
  const rounds = ensemble.inputs === 'float32';
  return {
    count: nodes.length,
    slotOf,
    decide(row, decisions) {
      for (let slot = 0; slot < nodes.length; slot++) {
        const node = nodes[slot]!;
        const x = row[column[node]!]!;
        decisions[slot] = sendsLeft(ensemble, node, rounds ? Math.fround(x) : x) ? -1 : 1;
      }
    },
  };

  function testOf({ missingLeft, threshold }: TreeEnsemble, node: number): string {
    const start = categorical?.start[node] ?? 0;
    const count = categorical?.count[node] ?? -1;
    const looksFor =
      count === -1
        ? threshold[node]
        : `in ${categorical!.categories.subarray(start, start + count).join()}`;
    return `${column[node]} ${missingLeft[node]} ${looksFor}`;
  }
}

function needsSlot(
  { categorical, comparison, missingLeft, threshold }: TreeEnsemble,
  node: number,
): boolean {
  if (categorical !== null && categorical.count[node] !== -1) return true;
  if (comparison === '<=') return threshold[node] === Number.POSITIVE_INFINITY;
  return threshold[node] === Number.NEGATIVE_INFINITY && missingLeft[node] === 1;
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
