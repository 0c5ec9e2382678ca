// What: exact SHAP interaction values of pairs of columns, many rows at a time, two rows to a vector, in WebAssembly.
// Source: assembly/shap-lanes.ts, where the layouts are described; the numbers are those of `createTreeInteractions`.
// Complexity: nodes * U^2 / 2 per row, U = most distinct columns on a path; memory: 104 to 120 bytes per inner node and 16 per
//   node and column above it.
// Invariant: equal to `createTreeInteractions` to rounding; a row's result depends on no other row, nor on where it stands.
import { createKernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import type { PairInteractions } from '../tree-interactions.ts';
import type { TreeAnnotations } from './annotate-trees.ts';
import { reserveLaneBlocks } from './lane-blocks.ts';
import { mostLevels } from './lane-shap-kernel.ts';
import { blockRows, createLaneTests } from './lane-tests.ts';
import { placePairPrograms } from './pair-programs.ts';
import { shapLanesWasm } from './shap-lanes-wasm.ts';

interface ShapLanesExports {
  readonly interactBlocks: (
    trees: number,
    treesEnd: number,
    x: number,
    xBytes: number,
    pairs: number,
    pairBytes: number,
    blocks: number,
    fours: number,
    frame: number,
    scratch: number,
  ) => void;
}

/**
 * Lays out an ensemble for interactions. `ratios` are those of `coverRatios`, `annotations` those of `annotateTrees`.
 * @returns `null` when a tree is deeper than 128 levels, leaves are linear models, the layout takes more than `limitBytes`
 * or there is no WebAssembly.
 */
export function createLaneInteractionKernel(
  ensemble: TreeEnsemble,
  ratios: Float64Array,
  annotations: TreeAnnotations,
  limitBytes: number,
): PairInteractions | null {
  const { columns, divisor, outputs } = ensemble;
  const width = columns.length;
  if (ensemble.linearLeaves !== null) return null;
  if (annotations.treeDepth.some((depth) => depth > mostLevels)) return null;
  const memory = createKernelMemory<ShapLanesExports>(shapLanesWasm, limitBytes);
  if (memory === null) return null;
  const tests = createLaneTests(ensemble);
  const programs = placePairPrograms(memory, { ensemble, ratios, annotations, tests });
  if (programs === null) return null;
  const { frame, pairs, scratch, trees } = programs;
  const blocks = reserveLaneBlocks(memory, tests, {
    width,
    resultCount: pairs.length / 2,
    outputs,
  });
  if (!memory.commit()) return null;

  const { interactBlocks } = memory.kernels;
  return (rows, count, interactions) => {
    interactions.fill(0, 0, count * width * width * outputs);
    blocks.forEach(
      rows,
      count,
      ({ x, xBytes, results, resultBytes, blocks: blockCount, fours }, output) => {
        const [from, to] = trees[output]!;
        interactBlocks(
          from,
          to,
          x,
          xBytes,
          results,
          resultBytes,
          blockCount,
          fours,
          frame,
          scratch,
        );
      },
      (row, output, results, at) => {
        const start = row * width * width;
        // the first pair is of no columns
        for (let pair = 1; 2 * pair < pairs.length; pair++) {
          const one = pairs[2 * pair]!;
          const other = pairs[2 * pair + 1]!;
          // both orders together, of which either has half
          const value = results[at + pair * blockRows]! / (2 * divisor);
          interactions[(start + one * width + other) * outputs + output] = value;
          interactions[(start + other * width + one) * outputs + output] = value;
        }
      },
    );
  };
}
