// Exact path-dependent SHAP values of a tree ensemble, in float64 and without recursion.
// Source: the values of Lundberg et al., Nature Machine Intelligence 2 (2020), algorithm 1; computed by quadrature as in
//   Quadrature-TreeSHAP (arXiv 2605.04497), rearranged so that nothing is divided by a cover (see `createTreeShap`).
// Complexity: O(nodes * U / 2) time per row, U = most distinct columns on a path of the tree; O(depth * U) memory.
// Invariant: equal to the sum over all 2^U coalitions, and base + attributions = the float64 score, both to rounding.

import { SpillwayError } from '../core/index.ts';
import { createScorer, sendsLeft } from '../inference/index.ts';
import type { TreeEnsemble } from '../model/index.ts';
import { type Attributor, oneByOne } from './attributor.ts';
import { coverRatios } from './cover-ratios.ts';
import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';
import { measureTree } from './measure-tree.ts';

// 64 MB of numbers. A tree of depth 60 needs less than 100 kB; only one made to exhaust memory needs more.
const maxWorkspace = 2 ** 23;

/**
 * Prepares the exact attribution of an ensemble's answers.
 *
 * For a leaf, let R(j) be the product of the cover ratios over the edges where column j is looked at, and s(j) be 1 when
 * the row passes all of them, else 0. The Shapley value of column i is the sum over the leaves of
 *
 *     v * (s(i) - R(i)) * integral over t in [0, 1] of the product over j != i of (R(j) + (s(j) - R(j)) t)
 *
 * whose integrand has degree U - 1, so that `ceil(U / 2)` quadrature nodes are exact; fewer are not, so U is never capped.
 * The products are built going down, edge by edge, and the sums over leaves coming back up. With r the ratio of an edge,
 * s its test, and, of the same column further up, P the product of ratios and a = 1 unless a test of it failed:
 *
 *     tau = t / (P + (1 - P) t)      g = a (s - r)
 *     down: C(child) = C(node) * (r + g * tau), from the quadrature weights at the root
 *     up:   H(node) = sum over children of (r + g * tau) * H(child), from v at a leaf
 *           attribution of the node's column += C(node) * dtau/dt * sum over children of g * H(child), summed over t
 *
 * A column met for the first time has P = a = 1, hence tau = t.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the trees have no covers or are too deep for the memory allowed.
 */
export function createTreeShap(ensemble: TreeEnsemble): Attributor {
  const { outputs, leafSize, roots, treeOutput, left, right, column, value } = ensemble;
  if (ensemble.linearLeaves !== null) refuseLinearLeaves();
  const ratios = coverRatios(ensemble);
  const base = Float64Array.from(ensemble.base);
  const rules = new Map<number, Quadrature>();
  const treeRules: Quadrature[] = [];
  let levels = 0;
  let pointLevels = 0;
  for (const [tree, root] of roots.entries()) {
    const { depth, distinctColumns, mean } = measureTree(ensemble, ratios, root);
    const points = Math.ceil(distinctColumns / 2);
    levels = Math.max(levels, depth + 1);
    pointLevels = Math.max(pointLevels, points * (depth + 1));
    if (pointLevels * (3 + 2 * leafSize) > maxWorkspace) refuse(tree, depth, distinctColumns);
    const rule = rules.get(points) ?? gaussLegendre(points);
    rules.set(points, rule);
    treeRules.push(rule);
    for (let k = 0; k < leafSize; k++) base[leafSize === 1 ? treeOutput[tree]! : k]! += mean[k]!;
  }
  for (let k = 0; k < outputs; k++) base[k] = base[k]! / ensemble.divisor + ensemble.offset[k]!;

  const x = new Float64Array(ensemble.columns.length);
  // of each column: P and a on the path from the root to where the walk is
  const columnRatio = new Float64Array(x.length).fill(1);
  const columnPasses = new Uint8Array(x.length).fill(1);
  // of each level: the node, how many of its children were begun, and its P, a, test and both g
  const path = new Int32Array(levels);
  const begun = new Uint8Array(levels);
  const ratioAbove = new Float64Array(levels);
  const passesAbove = new Uint8Array(levels);
  const goesLeft = new Uint8Array(levels);
  const leftGain = new Float64Array(levels);
  const rightGain = new Float64Array(levels);
  // of each level and quadrature node: C, tau and its derivative; and H of the left child, then of the right
  const product = new Float64Array(pointLevels);
  const tau = new Float64Array(pointLevels);
  const slope = new Float64Array(pointLevels);
  const sums = new Float64Array(2 * pointLevels * leafSize);

  const take = (row: Float64Array): void => {
    const round = ensemble.inputs === 'float32';
    for (let c = 0; c < x.length; c++) x[c] = round ? Math.fround(row[c]!) : row[c]!;
  };

  const isLeft = (node: number): boolean => sendsLeft(ensemble, node, x[column[node]!]!);

  const enter = (level: number, { nodes }: Quadrature): void => {
    const node = path[level]!;
    const above = columnRatio[column[node]!]!;
    const passes = columnPasses[column[node]!]!;
    const goes = isLeft(node) ? 1 : 0;
    ratioAbove[level] = above;
    passesAbove[level] = passes;
    goesLeft[level] = goes;
    leftGain[level] = passes * (goes - ratios[left[node]!]!);
    rightGain[level] = passes * (1 - goes - ratios[right[node]!]!);
    const at = level * nodes.length;
    for (let q = 0; q < nodes.length; q++) {
      const t = nodes[q]!;
      const here = above + (1 - above) * t;
      tau[at + q] = t / here;
      slope[at + q] = above / (here * here);
    }
  };

  const answer = (leaf: number, level: number, side: number, points: number): void => {
    const to = (2 * level + side) * points * leafSize;
    for (let q = 0; q < points; q++)
      for (let k = 0; k < leafSize; k++) sums[to + q * leafSize + k] = value[leaf * leafSize + k]!;
  };

  const descend = (child: number, level: number, side: number, points: number): void => {
    const ratio = ratios[child]!;
    const gain = side === 0 ? leftGain[level]! : rightGain[level]!;
    const at = level * points;
    for (let q = 0; q < points; q++)
      product[at + points + q] = product[at + q]! * (ratio + gain * tau[at + q]!);
    const c = column[path[level]!]!;
    columnRatio[c] = ratioAbove[level]! * ratio;
    columnPasses[c] = passesAbove[level]! & (goesLeft[level]! ^ side);
    path[level + 1] = child;
    begun[level + 1] = 0;
  };

  const leave = (level: number, points: number, output: number, into: Float64Array): void => {
    const node = path[level]!;
    const c = column[node]!;
    const leftRatio = ratios[left[node]!]!;
    const rightRatio = ratios[right[node]!]!;
    const at = level * points;
    const width = points * leafSize;
    const gainLeft = leftGain[level]!;
    const gainRight = rightGain[level]!;
    // the root hands its sum to nobody: it may overwrite its own left child's, which is done with by then
    const to = level === 0 ? 0 : (2 * (level - 1) + begun[level - 1]! - 1) * width;
    const fromLeft = 2 * level * width;
    for (let k = 0; k < leafSize; k++) {
      let attribution = 0;
      for (let q = 0; q < points; q++) {
        const leftSum = sums[fromLeft + q * leafSize + k]!;
        const rightSum = sums[fromLeft + width + q * leafSize + k]!;
        const gained = gainLeft * leftSum + gainRight * rightSum;
        attribution += product[at + q]! * slope[at + q]! * gained;
        sums[to + q * leafSize + k] =
          leftRatio * leftSum + rightRatio * rightSum + tau[at + q]! * gained;
      }
      into[c * outputs + output + k]! += attribution;
    }
    columnRatio[c] = ratioAbove[level]!;
    columnPasses[c] = passesAbove[level]!;
  };

  const attributeTree = (tree: number, into: Float64Array): void => {
    const rule = treeRules[tree]!;
    const points = rule.nodes.length;
    if (points === 0) return;
    const output = leafSize === 1 ? treeOutput[tree]! : 0;
    path[0] = roots[tree]!;
    begun[0] = 0;
    product.set(rule.weights);
    let level = 0;
    while (level >= 0) {
      const side = begun[level]!++;
      if (side === 0) enter(level, rule);
      if (side === 2) {
        leave(level, points, output, into);
        level--;
        continue;
      }
      const child = side === 0 ? left[path[level]!]! : right[path[level]!]!;
      if (left[child] === -1) answer(child, level, side, points);
      else descend(child, level++, side, points);
    }
  };

  return oneByOne(x.length, {
    method: 'tree-shap-path-dependent',
    base,
    attribute(row, attributions) {
      take(row);
      attributions.fill(0);
      for (let tree = 0; tree < roots.length; tree++) attributeTree(tree, attributions);
      for (let index = 0; index < attributions.length; index++)
        attributions[index]! /= ensemble.divisor;
    },
    score: createScorer({ ...ensemble, arithmetic: 'float64' }),
  });
}

function refuseLinearLeaves(): never {
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    'the leaves of the trees are linear models, whose answers path-dependent TreeSHAP does not attribute',
  );
}

function refuse(tree: number, depth: number, distinctColumns: number): never {
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    `tree ${tree} is ${depth} levels deep and looks at ${distinctColumns} columns on one path: more than can be attributed exactly in ${maxWorkspace / 2 ** 17} MB`,
    { details: { tree, depth, distinctColumns } },
  );
}
