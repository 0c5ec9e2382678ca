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
const mostDivided = 30;

/** A rule of 2n nodes and the one at 0 is exact for paths of 4n + 1 distinct columns. */
export function vectorsFor(distinctColumns: number): number {
  return distinctColumns === 0 ? 0 : Math.ceil((distinctColumns - 1) / 4);
}

/** The vectors of each leaf; -1 for inner nodes. */
export function chooseVectors(ensemble: TreeEnsemble, annotations: TreeAnnotations): Int32Array {
  const { left, right, roots } = ensemble;
  const vectors = countNeeded(ensemble, annotations);
  // of each node, what the leaves below need: bit n for n vectors
  const needs = new Int32Array(left.length);
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? left.length;
    const most = vectorsFor(annotations.distinctColumns[tree]!);
    const counts = new Map<number, number>();
    for (let node = end - 1; node >= root; node--) {
      if (left[node] === -1) {
        needs[node] = 1 << Math.min(vectors[node]!, mostDivided);
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
  const vectors = new Int32Array(left.length).fill(-1);
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
  // of the leaves that need fewer: the least cost, and where the part of the one before begins
  const cost = new Float64Array(most + 2).fill(Number.POSITIVE_INFINITY);
  const begin = new Int32Array(most + 1);
  cost[0] = 0;
  for (let last = 0; last <= most; last++) {
    for (let first = 0; first <= last; first++) {
      const part = 2 ** (last + 1) - 2 ** first;
      let nodes = 0;
      for (const [needs, count] of counts) if ((needs & part) !== 0) nodes += count;
      const sum = cost[first]! + nodes * (costOfNode + last);
      if (sum >= cost[last + 1]!) continue;
      cost[last + 1] = sum;
      begin[last] = first;
    }
  }
  const chosen = new Int32Array(most + 1);
  for (let last = most; last >= 0; last = begin[last]! - 1) {
    chosen.fill(last, begin[last], last + 1);
  }
  return chosen;
}
