// What: exact SHAP interaction values of pairs of columns of a tree ensemble, in float64.
// Source: the index of Lundberg et al., Nature Machine Intelligence 2 (2020), section "SHAP interaction values": half of the
//   Shapley interaction index (Grabisch and Roubens, 1999); as integrals over t like those of `createTreeShap`.
// Complexity: leaves * U^3 / 4 time per row, U = most distinct columns on a path of the tree; U^2 / 2 numbers of memory.
// Invariant: equal to the sum over all coalitions of the other columns, to rounding.

import { sendsLeft } from '../inference/index.ts';
import type { TreeEnsemble } from '../model/index.ts';
import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';
import type { TreeAnnotations } from './kernels/annotate-trees.ts';

/** What pairs of different columns do together in each of `count` rows; what stands for a column with itself is set to 0. */
export type PairInteractions = (
  rows: Float64Array,
  count: number,
  interactions: Float64Array,
) => void;

/**
 * Prepares the interactions of an ensemble that `createTreeShap` explains. For a leaf of value v, with R and s as there, the
 * pair i, j gets half of
 *
 *     v * (s(i) - R(i)) * (s(j) - R(j)) * integral over t in [0, 1] of the product over k != i, j of (R(k) + (s(k) - R(k)) t)
 *
 * whose integrand has degree U - 2. Of a row, output k of the columns i and j is at `(i * columns + j) * outputs + k`.
 */
export function createTreeInteractions(
  ensemble: TreeEnsemble,
  ratios: Float64Array,
  annotations: TreeAnnotations,
): PairInteractions {
  const { column, columns, divisor, inputs, left, leafSize, outputs, roots, value } = ensemble;
  const { depth, distinctColumns, parent, previous, ratioAbove, treeDepth } = annotations;
  const width = columns.length;
  const rules = Array.from(distinctColumns, (distinct) =>
    gaussLegendre(Math.max(0, Math.ceil((distinct - 1) / 2))),
  );
  const mostPoints = largest(rules.map(({ nodes }) => nodes.length));
  const x = new Float64Array(width);
  // of each level: the column looked at there, and, up to the edge taken, its product of ratios and whether tests are passed
  const levels = largest(treeDepth);
  const columnAt = new Int32Array(levels);
  const ratioAt = new Float64Array(levels);
  const passesAt = new Uint8Array(levels);
  // of each distinct column of a path: itself, R and s - R; and per point the product over it and all after it
  const found = new Int32Array(largest(distinctColumns));
  const ratio = new Float64Array(found.length);
  const gain = new Float64Array(found.length);
  const after = new Float64Array((found.length + 1) * mostPoints);
  const before = new Float64Array(mostPoints);
  const between = new Float64Array(mostPoints);
  const leafOf = new Int32Array(width).fill(-1);

  const takeEdge = (node: number): void => {
    const above = parent[node]!;
    const level = depth[above]!;
    const goesLeft = sendsLeft(ensemble, above, x[column[above]!]!);
    const passes = goesLeft === (node === left[above]) ? 1 : 0;
    columnAt[level] = column[above]!;
    ratioAt[level] = ratioAbove[above]! * ratios[node]!;
    passesAt[level] = passes & (previous[above] === -1 ? 1 : passesAt[depth[previous[above]!]!]!);
  };

  /** The columns above a leaf as their last nodes leave them. @returns how many they are */
  const gather = (leaf: number): number => {
    let count = 0;
    for (let level = depth[leaf]! - 1; level >= 0; level--) {
      const c = columnAt[level]!;
      if (leafOf[c] === leaf) continue;
      leafOf[c] = leaf;
      found[count] = c;
      ratio[count] = ratioAt[level]!;
      gain[count++] = passesAt[level]! - ratioAt[level]!;
    }
    return count;
  };

  const addLeaf = (
    leaf: number,
    { nodes, weights }: Quadrature,
    output: number,
    into: Float64Array,
  ) => {
    const count = gather(leaf);
    const points = nodes.length;
    after.fill(1, count * points, (count + 1) * points);
    for (let i = count - 1; i >= 0; i--) {
      for (let q = 0; q < points; q++) {
        after[i * points + q] = after[(i + 1) * points + q]! * (ratio[i]! + gain[i]! * nodes[q]!);
      }
    }
    before.set(weights);
    for (let i = 0; i < count; i++) {
      between.set(before);
      for (let j = i + 1; j < count; j++) {
        let integral = 0;
        for (let q = 0; q < points; q++) {
          integral += between[q]! * after[(j + 1) * points + q]!;
          between[q]! *= ratio[j]! + gain[j]! * nodes[q]!;
        }
        const share = (gain[i]! * gain[j]! * integral) / 2;
        const to = (found[i]! * width + found[j]!) * outputs + output;
        for (let k = 0; k < leafSize; k++) into[to + k]! += share * value[leaf * leafSize + k]!;
      }
      for (let q = 0; q < points; q++) before[q]! *= ratio[i]! + gain[i]! * nodes[q]!;
    }
  };

  const addRow = (into: Float64Array): void => {
    leafOf.fill(-1);
    for (const [tree, root] of roots.entries()) {
      const end = roots[tree + 1] ?? left.length;
      // a tree stands in preorder: of the levels above a node, the last edges taken are its own
      for (let node = root; node < end; node++) {
        if (node !== root) takeEdge(node);
        if (left[node] === -1) {
          addLeaf(node, rules[tree]!, leafSize === 1 ? ensemble.treeOutput[tree]! : 0, into);
        }
      }
    }
  };

  return (rows, count, interactions) => {
    const size = width * width * outputs;
    for (let row = 0; row < count; row++) {
      for (let c = 0; c < width; c++) {
        const raw = rows[row * width + c]!;
        x[c] = inputs === 'float32' ? Math.fround(raw) : raw;
      }
      const into = interactions.subarray(row * size, (row + 1) * size);
      into.fill(0);
      addRow(into);
      mirror(into, width, outputs, divisor);
    }
  };
}

function largest(counts: Iterable<number>): number {
  let most = 0;
  for (const count of counts) most = Math.max(most, count);
  return most;
}

/** A pair was added to in either order: both get the sum. */
function mirror(into: Float64Array, width: number, outputs: number, divisor: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = i + 1; j < width; j++) {
      for (let k = 0; k < outputs; k++) {
        const one = (i * width + j) * outputs + k;
        const other = (j * width + i) * outputs + k;
        const sum = (into[one]! + into[other]!) / divisor;
        into[one] = sum;
        into[other] = sum;
      }
    }
  }
}
