// What: exact path-dependent SHAP values of many rows, two rows to a vector, in WebAssembly.
// Source: assembly/shap-lanes.ts, where the layouts are described; the numbers are those of `createTreeShap`.
// Complexity: nodes * U / 2 per row, U = most distinct columns on a path of the tree; memory: 112 to 120 bytes per inner node.
// Invariant: equal to `createTreeShap` to rounding; a row's result depends on no other row, nor on where it stands.
import { createKernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import type { TreeAnnotations } from './annotate-trees.ts';
import { reserveLaneBlocks } from './lane-blocks.ts';
import { placeLanePrograms } from './lane-programs.ts';
import { blockRows, createLaneTests } from './lane-tests.ts';
import { shapLanesWasm } from './shap-lanes-wasm.ts';

/** Attributes `count` rows that stand one after the other; output k of column c of a row goes to `c * outputs + k`. */
export type LaneShapKernel = (
  rows: Float64Array,
  count: number,
  attributions: Float64Array,
) => void;

interface ShapLanesExports {
  readonly attributeBlocks: (
    trees: number,
    treesEnd: number,
    x: number,
    xBytes: number,
    attributions: number,
    attributionBytes: number,
    blocks: number,
    fours: number,
    frame: number,
  ) => void;
}

/** Deeper trees are long chains, and their frames would not stay near the processor. */
export const mostLevels = 128;

/**
 * Lays out an ensemble for batches. `ratios` are those of `coverRatios`, `annotations` those of `annotateTrees`.
 * @returns `null` when a tree is deeper than 128 levels, leaves are linear models, the layout takes more than `limitBytes`
 * or there is no WebAssembly.
 */
export function createLaneShapKernel(
  ensemble: TreeEnsemble,
  ratios: Float64Array,
  annotations: TreeAnnotations,
  limitBytes: number,
): LaneShapKernel | null {
  const { columns, divisor, outputs } = ensemble;
  if (ensemble.linearLeaves !== null) return null;
  if (annotations.treeDepth.some((depth) => depth > mostLevels)) return null;
  const memory = createKernelMemory<ShapLanesExports>(shapLanesWasm, limitBytes);
  if (memory === null) return null;
  const tests = createLaneTests(ensemble);
  const used = usedColumns(ensemble);
  const resultOf = new Int32Array(columns.length).fill(-1);
  for (const [result, column] of used.entries()) resultOf[column] = result;
  const programs = placeLanePrograms(memory, { ensemble, ratios, annotations, tests }, resultOf);
  if (programs === null) return null;
  const blocks = reserveLaneBlocks(memory, tests, {
    width: columns.length,
    resultCount: used.length,
    outputs,
  });
  if (!memory.commit()) return null;

  const { attributeBlocks } = memory.kernels;
  return (rows, count, attributions) => {
    attributions.fill(0, 0, count * columns.length * outputs);
    blocks.forEach(
      rows,
      count,
      ({ x, xBytes, results, resultBytes, blocks: blockCount, fours }, output) => {
        const [trees, treesEnd] = programs.trees[output]!;
        attributeBlocks(
          trees,
          treesEnd,
          x,
          xBytes,
          results,
          resultBytes,
          blockCount,
          fours,
          programs.frame,
        );
      },
      (row, output, results, at) => {
        const to = row * columns.length * outputs + output;
        for (let index = 0; index < used.length; index++) {
          attributions[to + used[index]! * outputs] = results[at + index * blockRows]! / divisor;
        }
      },
    );
  };
}

/** The columns that a tree looks at, ascending. */
function usedColumns({ column, columns, left }: TreeEnsemble): Int32Array {
  const isUsed = new Uint8Array(columns.length);
  for (let node = 0; node < left.length; node++) if (left[node] !== -1) isUsed[column[node]!] = 1;
  return Int32Array.from(isUsed.keys()).filter((c) => isUsed[c] === 1);
}
