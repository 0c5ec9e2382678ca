// What: an inner node of any mode as one comparison of one column.
// Source: onnxruntime core/providers/cpu/ml/tree_ensemble_common.h: `x mode split`, or x is missing and tracks true.
// Complexity: constant per node, but for sets, whose members are sorted once.
// Invariant: each float32 (or float64, for inputs of double) goes to the child that it goes to there, infinities too.

import { branchModes, type ForestNodes } from './forest-nodes.ts';
import type { RowColumns } from './row-columns.ts';
import { elementTypes } from './tensor.ts';

/** One node, rewritten: `yesLeft` when what the node asks for goes left. */
export interface BranchRule {
  /** The number of the value that is compared. */
  readonly of: number;
  readonly threshold: number;
  readonly yesLeft: boolean;
  readonly missingLeft: boolean;
}

const { above, atLeast, atMost, below, differs, equals, isMember } = branchModes;

/** Whether all nodes can be compared with `<`, as they are. */
export function chooseComparison({ modes, splits }: ForestNodes): '<' | '<=' {
  let comparison: '<' | '<=' = '<';
  for (let node = 0; node < modes.length; node++) {
    const mode = modes[node]!;
    const isStrict = mode === below || mode === atLeast;
    if (mode === atMost || mode === above || (isStrict && !Number.isFinite(splits[node]))) {
      comparison = '<=';
    }
  }
  return comparison;
}

/** Rewrites the nodes of one forest; equalities become columns of 0 and 1, of which each is made once. */
export function createBranchRules(
  { features, input, members, missingYes, modes, splits }: ForestNodes,
  row: RowColumns,
  { comparison, inputs }: { comparison: '<' | '<='; inputs: 'float32' | 'float64' },
): (node: number) => BranchRule {
  const made = new Map<string, number>();
  const once = (key: string, make: () => number): number => {
    const of = made.get(key) ?? make();
    made.set(key, of);
    return of;
  };
  // whole numbers are compared as float32 too
  const isWhole = input.type !== elementTypes.float && input.type !== elementTypes.double;
  const numberOf = (of: number): number =>
    isWhole ? once(`round ${of}`, () => row.add({ kind: 'round', of })) : of;

  return (node) => {
    const mode = modes[node]!;
    const split = splits[node]!;
    const of = input.of[features[node]!]!;
    const tracksYes = mode === differs || missingYes[node] === 1;
    const rule = (threshold: number, yesLeft: boolean, from = of): BranchRule => ({
      of: from,
      threshold,
      yesLeft,
      missingLeft: yesLeft === tracksYes,
    });
    if (mode === isMember) {
      const list = Float64Array.from(members.get(node) ?? []).toSorted();
      const key = `member ${of} ${list.join(' ')}`;
      const isIn = once(key, () =>
        row.add({
          kind: 'recode',
          of: numberOf(of),
          keys: list,
          values: new Float64Array(list.length).fill(1),
          other: 0,
        }),
      );
      return rule(0.5, false, isIn);
    }
    if (Number.isNaN(split)) return rule(Number.POSITIVE_INFINITY, mode === differs);
    if (mode === equals || mode === differs) {
      const isEqual = once(`equals ${of} ${split}`, () =>
        row.add({ kind: 'equals', of: numberOf(of), operand: split }),
      );
      return rule(0.5, mode === differs, isEqual);
    }
    if (comparison === '<') return rule(split, mode === below);
    if (mode === atMost || mode === above) return rule(split, mode === atMost);
    // x < t is x <= the number below t; below minus infinity there is none
    if (split === Number.NEGATIVE_INFINITY) {
      return rule(Number.POSITIVE_INFINITY, mode === atLeast);
    }
    return rule(previous(split, inputs), mode === below);
  };
}

/** The largest number of the type that is below `x`. */
function previous(x: number, type: 'float32' | 'float64'): number {
  return -nextAbove(-x, type);
}

/** The smallest number of the type that is above `x`, which is one of it. */
export function nextAbove(x: number, type: 'float32' | 'float64'): number {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'float32') {
    if (x === 0) return 2 ** -149;
    view.setFloat32(0, x);
    view.setInt32(0, view.getInt32(0) + (x > 0 ? 1 : -1));
    return view.getFloat32(0);
  }
  if (x === 0) return Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
