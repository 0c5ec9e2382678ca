import type { TreeEnsemble } from '../../model/index.ts';
import type { TreeAnnotations } from './annotate-trees.ts';

/** What a kernel does at a node: on the way down, on the way up, or, above two leaves, both at once. */
export type LaneStep = 'enter' | 'leave' | 'pair';

/** Trees as the kernels of lanes walk them: a leaf stands left of a subtree, and the nodes above two leaves end a path. */
export interface LaneTrees {
  readonly isLeaf: (node: number) => boolean;
  /** Whether both children of an inner node are leaves. */
  readonly isPair: (node: number) => boolean;
  /** Whether its children changed places. */
  readonly isMirrored: (node: number) => boolean;
  /** The children in their new order. */
  readonly children: (node: number) => readonly [number, number];
  /** 1 for what stands right of its parent, or right of the previous node of its column, in the new order; else 0. */
  readonly sideOfParent: (node: number) => 0 | 1;
  readonly sideOfPrevious: (node: number) => 0 | 1;
  /** The steps of a tree in depth-first order; each inner node is entered, or is a pair, once. */
  readonly walk: (root: number, end: number, take: (step: LaneStep, node: number) => void) => void;
}

/** Views of an ensemble's trees. */
export function createLaneTrees(ensemble: TreeEnsemble, annotations: TreeAnnotations): LaneTrees {
  const { left, right } = ensemble;
  const { parent, previous, rightOfPrevious } = annotations;
  const isLeaf = (node: number) => left[node] === -1;
  const isPair = (node: number) => isLeaf(left[node]!) && isLeaf(right[node]!);
  const isMirrored = (node: number) => isLeaf(right[node]!) && !isLeaf(left[node]!);
  return {
    isLeaf,
    isPair,
    isMirrored,
    children: (node) =>
      isMirrored(node) ? [right[node]!, left[node]!] : [left[node]!, right[node]!],
    sideOfParent(node) {
      const above = parent[node]!;
      return above !== -1 && (node === right[above]) !== isMirrored(above) ? 1 : 0;
    },
    sideOfPrevious(node) {
      const above = previous[node]!;
      return above !== -1 && (rightOfPrevious[node] === 1) !== isMirrored(above) ? 1 : 0;
    },
    walk(root, end, take) {
      const open: number[] = [];
      for (let node = root; node < end; node++) {
        if (isLeaf(node)) continue;
        while (open.length > 0 && open.at(-1) !== parent[node]) take('leave', open.pop()!);
        if (isPair(node)) take('pair', node);
        else {
          take('enter', node);
          open.push(node);
        }
      }
      while (open.length > 0) take('leave', open.pop()!);
    },
  };
}
