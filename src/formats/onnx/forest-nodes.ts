import type { Columns } from './graph-values.ts';

/** What an inner node asks of x, by its number in version 5 of the operator. */
export const branchModes = {
  atMost: 0,
  below: 1,
  atLeast: 2,
  above: 3,
  equals: 4,
  differs: 5,
  isMember: 6,
  /** Not a mode of version 5: the place of a leaf among inner nodes, where older versions have it. */
  leaf: 7,
} as const;

/**
 * The trees of any version of the operators, as parallel arrays over all inner nodes. A child c is the inner node c, or the
 * leaf ~c when it is negative; so is a root.
 */
export interface ForestNodes {
  readonly roots: readonly number[];
  /** One of `branchModes` each. */
  readonly modes: ArrayLike<number>;
  /** Which entry of `input` a node looks at. */
  readonly features: ArrayLike<number>;
  readonly splits: ArrayLike<number>;
  /** Where x goes when it is what the node asks for. */
  readonly yes: ArrayLike<number>;
  readonly no: ArrayLike<number>;
  /** Whether a missing x goes there too. */
  readonly missingYes: ArrayLike<number>;
  /** The sets that `isMember` nodes look in. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  readonly votes: LeafVotes;
  readonly outputs: number;
  readonly input: Columns;
}

/** What leaves answer: those of leaf i are `start[i]` to `start[i + 1]`. */
export interface LeafVotes {
  readonly start: Int32Array;
  readonly output: Int32Array;
  readonly weight: Float64Array;
}

/** Puts votes, each for an output at a leaf, into the order of the leaves; within a leaf they stay in theirs. */
export function groupVotes(
  leaves: number,
  leafOf: ArrayLike<number>,
  outputs: ArrayLike<number>,
  weights: ArrayLike<number>,
): LeafVotes {
  const start = new Int32Array(leaves + 1);
  for (let vote = 0; vote < leafOf.length; vote++) {
    if (leafOf[vote]! >= 0) start[leafOf[vote]! + 1]!++;
  }
  for (let leaf = 0; leaf < leaves; leaf++) start[leaf + 1]! += start[leaf]!;
  const next = start.slice();
  const output = new Int32Array(start[leaves]!);
  const weight = new Float64Array(start[leaves]!);
  for (let vote = 0; vote < leafOf.length; vote++) {
    const leaf = leafOf[vote]!;
    // votes of inner nodes, which old converters wrote, count for nothing
    if (leaf < 0) continue;
    const at = next[leaf]!++;
    output[at] = outputs[vote]!;
    weight[at] = weights[vote]!;
  }
  return { start, output, weight };
}
