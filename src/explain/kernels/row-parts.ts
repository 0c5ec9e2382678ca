// What: the order in which the kernel for one row goes through the inner nodes.
// Source: own; scripts/wasm/shap-rows.js says what is done with them.
// Complexity: nodes * log(nodes) for each number of vectors.
// Invariant: an inner node stands once in each part to a leaf of which it leads, after the node above it.
import type { TreeEnsemble } from '../../model/index.ts';
import type { TreeAnnotations } from './annotate-trees.ts';

/** All leaves that are computed with the same number of vectors. */
export interface RowPart {
  /** Of two quadrature nodes each. */
  readonly vectors: number;
  /** Of each node: 1 for a leaf of the part. */
  readonly isOwnLeaf: Uint8Array;
  /** Of each node: 1 when it leads to a leaf of the part. All other nodes are leaves here, which answer 0 if not its own. */
  readonly isInner: Uint8Array;
  readonly chunks: readonly RowChunk[];
}

/** Inner nodes of a few trees that are worked through together: level by level and kind by kind, but twigs last. */
export interface RowChunk {
  readonly nodes: Int32Array;
  /** Of each of the nodes: one of `nodeKinds`, or the next number when its column was looked at above. */
  readonly kinds: Uint8Array;
  /** How many of the nodes come before the twigs. */
  readonly branching: number;
  /** How many of them are roots: these come first. A root that is a twig needs no vectors, hence nothing to start from. */
  readonly roots: number;
}

/** A node with two subtrees, one with a subtree and a leaf, one with two leaves. */
export const nodeKinds: { readonly fork: 0; readonly stem: 2; readonly twig: 4 } = Object.freeze({
  fork: 0,
  stem: 2,
  twig: 4,
});

/** Loops over nodes of one kind are long with so many, and what they share stays in the fast cache. */
const wantedNodes = 250;

/** Plans all trees but those that are one leaf. `vectors` are those of `chooseVectors`. */
export function planRowParts(
  ensemble: TreeEnsemble,
  annotations: TreeAnnotations,
  vectors: Int32Array,
): RowPart[] {
  const { left, right } = ensemble;
  const counts = [...new Set(vectors)].filter((count) => count >= 0).toSorted((a, b) => a - b);
  return counts.map((count) => {
    const isOwnLeaf = new Uint8Array(left.length);
    const isInner = new Uint8Array(left.length);
    for (let node = left.length - 1; node >= 0; node--) {
      if (left[node] === -1) {
        isOwnLeaf[node] = vectors[node] === count ? 1 : 0;
        continue;
      }
      const [first, second] = [left[node]!, right[node]!];
      isInner[node] = isOwnLeaf[first]! | isInner[first]! | isOwnLeaf[second]! | isInner[second]!;
    }
    const chunks = gather(ensemble, isInner).map((nodes) =>
      order(nodes, annotations, (node) => {
        const subtrees = isInner[left[node]!]! + isInner[right[node]!]!;
        return nodeKinds.twig - 2 * subtrees + (annotations.previous[node] === -1 ? 0 : 1);
      }),
    );
    return { vectors: count, isOwnLeaf, isInner, chunks };
  });
}

/** The inner nodes of whole trees, as many together as are wanted. */
function gather({ left, roots }: TreeEnsemble, isInner: Uint8Array): number[][] {
  const chunks: number[][] = [];
  let chunk: number[] = [];
  for (const [tree, root] of roots.entries()) {
    const nodes: number[] = [];
    for (let node = root; node < (roots[tree + 1] ?? left.length); node++) {
      if (isInner[node] === 1) nodes.push(node);
    }
    if (nodes.length === 0) continue;
    if (chunk.length === 0 || chunk.length + nodes.length > wantedNodes) {
      chunk = [];
      chunks.push(chunk);
    }
    for (const node of nodes) chunk.push(node);
  }
  return chunks;
}

function order(
  unordered: readonly number[],
  { depth }: TreeAnnotations,
  kindOf: (node: number) => number,
): RowChunk {
  const count = unordered.length;
  const levels = 1 + unordered.reduce((most, node) => Math.max(most, depth[node]!), 0);
  // one number for each node: its place among the others, then which it is
  const keys = Float64Array.from(unordered, (node, index) => {
    const kind = kindOf(node);
    const isTwig = kind >= nodeKinds.twig;
    const place = isTwig ? kind * levels + depth[node]! : depth[node]! * nodeKinds.twig + kind;
    return place * count + index;
  }).toSorted();
  const nodes = Int32Array.from(keys, (key) => unordered[key % count]!);
  const kinds = Uint8Array.from(nodes, kindOf);
  const firstTwig = kinds.findIndex((kind) => kind >= nodeKinds.twig);
  const branching = firstTwig === -1 ? count : firstTwig;
  let roots = 0;
  while (roots < branching && depth[nodes[roots]!] === 0) roots++;
  return { nodes, kinds, branching, roots };
}
