// What: with how many vectors of two quadrature nodes each leaf of an ensemble is computed.
// Source: own. A leaf whose path looks at U distinct columns is a polynomial of degree U - 1, and few leaves have the
//   greatest U of their tree. Attributions are sums over leaves, so a tree may be taken as several that share its nodes,
//   each with some of the leaves; the others answer 0 there.
// Complexity: nodes, and per tree the square of the vectors.
// Invariant: no leaf gets fewer vectors than it needs.
import type { TreeEnsemble } from '../../model/index.ts';
import type { TreeAnnotations } from './annotate-trees.ts';

/** What a node costs beside its vectors, in vectors; measured. */
const costOfNode = 2;

/** Trees that need more are computed as they are: what their leaves need is kept in 31 bits. */
const mostDivided = 31;

/** A rule of 2n nodes and the one at 0 is exact for paths of 4n + 1 distinct columns. */
export function vectorsFor(distinctColumns: number): number {
  return Math.max(1, Math.ceil((distinctColumns - 1) / 4));
}

/** The vectors of each leaf; 0 for inner nodes. */
export function chooseVectors(ensemble: TreeEnsemble, annotations: TreeAnnotations): Int32Array {
  const { left, right, roots } = ensemble;
  const vectors = countNeeded(ensemble, annotations);
  // of each node, what the leaves below need: bit n for n + 1 vectors
  const needs = new Int32Array(left.length);
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? left.length;
    const most = vectorsFor(annotations.distinctColumns[tree]!);
    const counts = new Map<number, number>();
    for (let node = end - 1; node >= root; node--) {
      if (left[node] === -1) {
        needs[node] = 1 << (Math.min(vectors[node]!, mostDivided) - 1);
        continue;
      }
      const below = needs[left[node]!]! | needs[right[node]!]!;
      needs[node] = below;
      counts.set(below, (counts.get(below) ?? 0) + 1);
    }
    const chosen = most > mostDivided ? null : divide(counts, most);
    for (let node = root; node < end; node++) {
      if (left[node] === -1) vectors[node] = chosen === null ? most : chosen[vectors[node]!]!;
    }
  }
  return vectors;
}

function countNeeded({ left, right }: TreeEnsemble, { previous }: TreeAnnotations): Int32Array {
  const vectors = new Int32Array(left.length);
  const distinct = new Int32Array(left.length);
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) {
      vectors[node] = vectorsFor(distinct[node]!);
      continue;
    }
    const below = distinct[node]! + (previous[node] === -1 ? 1 : 0);
    distinct[left[node]!] = below;
    distinct[right[node]!] = below;
  }
  return vectors;
}

/**
 * The cheapest way to put leaves together. `counts` says how many inner nodes have which needs below; every inner node
 * that leads to a leaf of a part is computed for it.
 * @returns by how many vectors a leaf needs, how many it gets
 */
function divide(counts: ReadonlyMap<number, number>, most: number): Int32Array {
  // of all leaves that need up to so many vectors: the least cost, and where the last part begins
  const cost = new Float64Array(most + 1).fill(Number.POSITIVE_INFINITY);
  const begin = new Int32Array(most + 1);
  cost[0] = 0;
  for (let last = 1; last <= most; last++) {
    for (let first = 1; first <= last; first++) {
      const part = 2 ** last - 2 ** (first - 1);
      let nodes = 0;
      for (const [needs, count] of counts) if ((needs & part) !== 0) nodes += count;
      const sum = cost[first - 1]! + nodes * (costOfNode + last);
      if (sum >= cost[last]!) continue;
      cost[last] = sum;
      begin[last] = first;
    }
  }
  const chosen = new Int32Array(most + 1);
  for (let last = most; last > 0; last = begin[last]! - 1)
    chosen.fill(last, begin[last]!, last + 1);
  return chosen;
}
